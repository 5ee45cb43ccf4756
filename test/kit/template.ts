import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { createPGlite, embeddedDatabase, openDatabase, type Database } from '../../subgraphs/shared/database/database.js';
import { migrate } from '../../subgraphs/shared/database/migrate.js';
import { readMigrations } from '../../subgraphs/shared/database/migrations.js';
import type { SubgraphName } from '../../subgraphs/shared/configuration/registry.js';
import { testPostgresUrl } from './config.js';

/** Returns a hash of the migrations, so that a template is created again only if they change. */
async function fingerprint(subgraph: SubgraphName): Promise<string> {
  const { migrationDirectories } = await readMigrations(subgraph);
  return createHash('sha256').update(JSON.stringify(migrationDirectories)).digest('hex').slice(0, 12);
}

const templateName = async (subgraph: SubgraphName) => `template_${subgraph}_${await fingerprint(subgraph)}`;
const templateFile = async (subgraph: SubgraphName) => `${tmpdir()}/ml-platform-graph/${await templateName(subgraph)}.tar`;

/** Creates the migrated database that tests copy if it does not exist. Of two concurrent workers the last one wins. */
async function prepareEmbedded(subgraph: SubgraphName): Promise<void> {
  const file = await templateFile(subgraph);
  if (existsSync(file)) return;
  const pglite = await createPGlite();
  await migrate(subgraph, embeddedDatabase(pglite));
  const dump = Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer());
  await pglite.close();
  mkdirSync(`${tmpdir()}/ml-platform-graph`, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, dump);
  renameSync(`${file}.${process.pid}`, file);
}

/** Creates the template on PostgreSQL. Other workers wait for the lock. */
async function preparePostgres(url: string, subgraph: SubgraphName): Promise<void> {
  const name = await templateName(subgraph);
  await administer(url, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const isThere = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (isThere.rowCount) return;
    await client.query(`DROP DATABASE IF EXISTS "${name}_draft"`);
    await client.query(`CREATE DATABASE "${name}_draft"`);
    const database = await openDatabase({ url: databaseUrl(url, `${name}_draft`) });
    await migrate(subgraph, database);
    await database.close();
    await client.query(`ALTER DATABASE "${name}_draft" RENAME TO "${name}"`);
  });
}

/** Creates a migrated, empty database for one test file. */
export async function copyTemplate(subgraph: SubgraphName): Promise<Database> {
  const url = testPostgresUrl();
  await (url ? preparePostgres(url, subgraph) : prepareEmbedded(subgraph));
  if (!url) return embeddedDatabase(await createPGlite(undefined, new Blob([new Uint8Array(readFileSync(await templateFile(subgraph)))])));
  const name = `test_${subgraph}_${process.pid}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`;
  const template = await templateName(subgraph);
  await administer(url, (client) => client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`));
  const database = await openDatabase({ url: databaseUrl(url, name) });
  return {
    ...database,
    close: async () => {
      await database.close();
      await administer(url, (client) => client.query(`DROP DATABASE "${name}" WITH (FORCE)`));
    },
  };
}

const databaseUrl = (server: string, name: string) => Object.assign(new URL(server), { pathname: `/${name}` }).toString();

async function administer<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
