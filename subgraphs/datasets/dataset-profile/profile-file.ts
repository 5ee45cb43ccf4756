import type { DuckDBConnection } from '@duckdb/node-api';
import type { ReportProgress } from '../../shared/jobs/child/run-child-task.js';
import { JobError } from '../../shared/jobs/job.js';
import type { ColumnType } from '../generated/graphql.js';
import { cellText } from '../table-copy/cell-text.js';
import { openDuckDb, readRows } from '../table-copy/duckdb.js';
import { copyColumnName } from '../table-copy/table-columns.js';
import { describeColumn } from './describe/describe-column.js';
import { COPY_FILE, PREVIEW_ROWS, type ColumnProfileResult, type ProfileResult, type ProfileTask, type TableKind } from './profile-task.js';
import { copyTable } from './read/copy.js';
import { openDelimited } from './read/csv.js';
import { toJobError } from './read/to-job-error.js';
import { openJsonLines } from './read/json-lines.js';
import { openParquet } from './read/parquet.js';
import type { OpenTableSource, TableSource } from './read/table-source.js';
import { nullIfMissing } from './read/column-types.js';

const READERS: Readonly<Record<TableKind, OpenTableSource>> = {
  CSV: openDelimited(','),
  TSV: openDelimited('\t'),
  JSON_LINES: openJsonLines,
  PARQUET: openParquet,
};
const COPIED = `read_parquet('${COPY_FILE}')`;
/** The approximate progress after the file has been read. */
const READ_PROGRESS = 0.5;

/**
 * Reads the file in the working directory, writes a copy of its table beside it, and profiles the copy. Throws JobError with a
 * code of DatasetFailureCode if the file is not a table.
 */
export async function profileFile({ kind, memoryBytes, threads }: ProfileTask, report: ReportProgress): Promise<ProfileResult> {
  const duckdb = await openDuckDb({ folder: process.cwd(), memoryBytes, threads });
  const connection = await duckdb.connect();
  try {
    const source = await READERS[kind](connection);
    const types = await copyTable(connection, source);
    report(READ_PROGRESS);
    const [[rowCount] = [0n]] = await readRows<[bigint]>(connection, `SELECT count(*) FROM ${COPIED}`);
    const preview = await firstRows(connection, source, types);
    const columns: ColumnProfileResult[] = [];
    for (const [index, name] of source.names.entries()) {
      await assertNoNul(connection, copyColumnName(index), types[index]!);
      columns.push(await describeColumn(connection, COPIED, { column: copyColumnName(index), name, dtype: types[index]! }));
      report(READ_PROGRESS + (1 - READ_PROGRESS) * ((index + 1) / source.names.length));
    }
    return { rowCount: Number(rowCount), columns, preview };
  } catch (error) {
    throw toJobError(error, kind);
  } finally {
    connection.closeSync();
  }
}

/** Returns the first rows with the texts of the file. A missing cell is null. */
async function firstRows(connection: DuckDBConnection, source: TableSource, types: readonly ColumnType[]): Promise<(string | null)[][]> {
  const isText = source.types.includes(null);
  const cells = types.map((type, index) =>
    source.types[index] === null && type !== 'STRING' ? nullIfMissing(copyColumnName(index)) : copyColumnName(index),
  );
  const rows = await readRows(connection, `SELECT ${cells.join(', ')} FROM ${isText ? source.from : COPIED} LIMIT ${PREVIEW_ROWS}`);
  return rows.map((row) => row.map(cellText));
}

/** Throws JobError if a column of text contains a NUL character, which the type `text` of PostgreSQL does not support. */
async function assertNoNul(connection: DuckDBConnection, column: string, type: ColumnType): Promise<void> {
  if (type !== 'STRING') return;
  const [row] = await readRows(connection, `SELECT 1 FROM ${COPIED} WHERE contains(${column}, chr(0)) LIMIT 1`);
  if (row) throw new JobError('NOT_A_TABLE', 'The file is not text: it contains NUL characters.');
}
