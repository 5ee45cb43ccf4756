import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The identity of the copy of a table. */
export interface TableCopyReference {
  orgId: string;
  tableId: string;
}

const FILE = /^([0-9a-f-]{36})\.parquet$/;

/**
 * The copies of tables, as Parquet files in a folder (table-columns.ts describes their columns). Each is moved there as a whole, once,
 * under a unique name. A file that no row references was left behind, or its row is about to be committed.
 */
export class TableCopies {
  /** The folder with the copies. It contains nothing else. */
  readonly folder: string;

  constructor(filesFolder: string) {
    this.folder = join(filesFolder, 'tables');
  }

  /** Moves a file, which must be on the same disk, to the copy of a table. Resolves when it is durable. */
  async store(table: TableCopyReference, path: string): Promise<void> {
    const target = this.pathOf(table);
    await mkdir(dirname(target), { recursive: true });
    const file = await open(path, 'r');
    await file.sync().finally(() => file.close());
    await rename(path, target);
  }

  async remove(table: TableCopyReference): Promise<void> {
    await rm(this.pathOf(table), { force: true });
  }

  /** Yields the copies that were last modified before a time. */
  async *writtenBefore(time: Date): AsyncGenerator<TableCopyReference> {
    for (const entry of await readdir(this.folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
      const tableId = entry.isFile() && FILE.exec(entry.name)?.[1];
      if (!tableId) continue;
      const written = await stat(join(entry.parentPath, entry.name)).catch(() => null); // Null if it was removed since.
      const orgId = entry.parentPath.split('/').at(-2)!;
      if (written && written.mtime < time) yield { orgId, tableId };
    }
  }

  /** Returns the path of a copy. The files are spread over folders by the last two digits of their ids, which are random. */
  pathOf({ orgId, tableId }: TableCopyReference): string {
    return join(this.folder, orgId, tableId.slice(-2), `${tableId}.parquet`);
  }
}
