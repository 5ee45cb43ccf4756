import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Names the copy of one table. */
export interface TableCopyReference {
  orgId: string;
  tableId: string;
}

const FILE = /^([0-9a-f-]{36})\.parquet$/;

/**
 * The copies of tables: Parquet files in a folder (their columns: table-columns.ts). Each is put there whole, once, under
 * a name of its own: what no row names is left behind, or its row is about to be committed.
 */
export class TableCopies {
  /** Holds the copies, and nothing that is not one. */
  readonly folder: string;

  constructor(filesFolder: string) {
    this.folder = join(filesFolder, 'tables');
  }

  /** Takes a file of the same disk as the copy of a table; resolves when it is there to stay. */
  async store(table: TableCopyReference, path: string): Promise<void> {
    const kept = this.pathOf(table);
    await mkdir(dirname(kept), { recursive: true });
    const file = await open(path, 'r');
    await file.sync().finally(() => file.close());
    await rename(path, kept);
  }

  async remove(table: TableCopyReference): Promise<void> {
    await rm(this.pathOf(table), { force: true });
  }

  /** Every copy that was written before this time. */
  async *writtenBefore(time: Date): AsyncGenerator<TableCopyReference> {
    for (const entry of await readdir(this.folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
      const tableId = entry.isFile() && FILE.exec(entry.name)?.[1];
      if (!tableId) continue;
      const written = await stat(join(entry.parentPath, entry.name)).catch(() => null); // Gone meanwhile.
      const orgId = entry.parentPath.split('/').at(-2)!;
      if (written && written.mtime < time) yield { orgId, tableId };
    }
  }

  /** Folders of a few files each: the last digits of an id are random. */
  pathOf({ orgId, tableId }: TableCopyReference): string {
    return join(this.folder, orgId, tableId.slice(-2), `${tableId}.parquet`);
  }
}
