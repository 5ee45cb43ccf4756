import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MigrationList, SchemasContainer } from '@prisma/schema-engine-wasm/schema_engine_bg';

/** Returns the folder with the schema and the migrations of a subgraph. */
export const schemaFolder = (subgraph: string): string => fileURLToPath(new URL(`../../../prisma/${subgraph}`, import.meta.url));

/** Reads the `.prisma` files of a subgraph. */
export async function readSchema(subgraph: string): Promise<SchemasContainer> {
  const folder = schemaFolder(subgraph);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort();
  return {
    files: await Promise.all(
      names.map(async (name) => ({ path: `${folder}/${name}`, content: await readFile(`${folder}/${name}`, 'utf8') })),
    ),
  };
}

/** Reads the migrations of a subgraph in the order in which they are applied. */
export async function readMigrations(subgraph: string): Promise<MigrationList> {
  const baseDir = `${schemaFolder(subgraph)}/migrations`;
  const entries = existsSync(baseDir) ? await readdir(baseDir, { withFileTypes: true }) : [];
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return {
    baseDir,
    lockfile: { path: './migration_lock.toml', content: 'provider = "postgresql"' },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      folders.map(async (path) => ({
        path,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok' as const, value: await readFile(`${baseDir}/${path}/migration.sql`, 'utf8') },
        },
      })),
    ),
  };
}
