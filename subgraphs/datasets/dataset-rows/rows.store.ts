import type { Files } from '../files.js';
import type { DatasetColumn, DatasetRowsArgs } from '../generated/graphql.js';
import type { Dataset } from '../generated/prisma/client.js';
import { cellText } from '../table-copy/cell-text.js';
import { stringLiteral } from '../table-copy/duckdb.js';
import { copyColumnName } from '../table-copy/table-columns.js';
import { rowFilter, rowOrder, rowWindow } from './rows.rules.js';

/** A page of rows. The total is counted only if it is selected. */
export interface RowsPage {
  rows: (string | null)[][];
  totalCount(): Promise<number>;
}

/** The copy of a dataset's table. `tableId` is null until the dataset is READY. */
type DatasetTable = Pick<Dataset, 'orgId' | 'tableId' | 'rowCount'> & { columns: DatasetColumn[] };

/** Reads the rows of datasets from the Parquet copies of their tables. */
export class RowsStore {
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  /** Returns a page of rows, or null if the dataset is not READY. */
  async of(
    { orgId, tableId, rowCount, columns }: DatasetTable,
    { first, offset, where, orderBy }: DatasetRowsArgs,
  ): Promise<RowsPage | null> {
    if (tableId === null) return null;
    const { tables, rowReader } = this.#files;
    const { sql, values } = rowFilter(columns, where ?? []);
    const window = rowWindow(first, offset);
    const from = `FROM read_parquet(${stringLiteral(tables.pathOf({ orgId, tableId }))}, file_row_number = true) WHERE ${sql}`;
    const cells = columns.map((_, index) => copyColumnName(index)).join(', ');
    const order = rowOrder(columns, orderBy);
    const rows = await rowReader.read(`SELECT ${cells} ${from} ORDER BY ${order} LIMIT ${window.first} OFFSET ${window.offset}`, values);
    return {
      rows: rows.map((row) => row.map(cellText)),
      async totalCount() {
        if (values.length === 0 && !where?.length) return rowCount!;
        const [[count] = []] = await rowReader.read(`SELECT count(*) ${from}`, values);
        return Number(count);
      },
    };
  }
}
