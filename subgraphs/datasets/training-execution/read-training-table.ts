import type { DuckDBConnection } from '@duckdb/node-api';
import { JobError } from '../../shared/jobs/job.js';
import type { FeatureColumn, Table, Target } from '../learning/table.js';
import { openDuckDb, readRows } from '../table-copy/duckdb.js';
import { copyColumnName } from '../table-copy/table-columns.js';
import { COPY_FILE, type TaskColumn, type TrainTask } from './train-task.js';
import { MAX_CLASSES, MIN_ROWS } from './training-execution.rules.js';

/** Reads the rows of the copy of a table that have a target, in the order of the file. Throws JobError if they cannot be trained on. */
export async function readTrainingTable({ memoryBytes, features, target }: TrainTask): Promise<Table> {
  const duckdb = await openDuckDb({ folder: process.cwd(), memoryBytes, threads: 1 });
  const connection = await duckdb.connect();
  try {
    const rows = `FROM read_parquet('${COPY_FILE}') WHERE ${copyColumnName(target.index)} IS NOT NULL`;
    const [[count] = [0n]] = await readRows<[bigint]>(connection, `SELECT count(*) ${rows}`);
    const rowCount = Number(count);
    if (rowCount < MIN_ROWS)
      throw new JobError('TOO_FEW_ROWS', `The target must have a value in at least ${MIN_ROWS} rows; got ${rowCount}.`);
    const columns: FeatureColumn[] = [];
    for (const feature of features) columns.push(await readFeature(connection, feature, rows, rowCount));
    if (columns.every(isEmpty)) throw new JobError('NO_FEATURE_VALUES', 'At least one feature must have a value in a row with a target.');
    return { rowCount, features: columns, target: await readTarget(connection, target, rows, rowCount) };
  } finally {
    connection.closeSync();
    duckdb.closeSync();
  }
}

const isEmpty = (column: FeatureColumn): boolean =>
  column.kind === 'number' ? column.values.every(Number.isNaN) : column.values.every((value) => value === '');

/** Reads a feature. A number beyond the range of float32 counts as missing. */
async function readFeature(
  connection: DuckDBConnection,
  { name, index, kind }: TaskColumn,
  rows: string,
  rowCount: number,
): Promise<FeatureColumn> {
  if (kind === 'text') {
    const values: string[] = [];
    await forEachValue(connection, `SELECT CAST(${copyColumnName(index)} AS VARCHAR) ${rows}`, (value) =>
      values.push((value as string | null) ?? ''),
    );
    return { kind, name, values };
  }
  const values = new Float32Array(rowCount);
  await forEachValue(connection, `SELECT CAST(${copyColumnName(index)} AS DOUBLE) ${rows}`, (value, row) => {
    values[row] = value === null ? NaN : (value as number);
    if (!Number.isFinite(values[row])) values[row] = NaN;
  });
  return { kind, name, values };
}

async function readTarget(connection: DuckDBConnection, { index, kind }: TaskColumn, rows: string, rowCount: number): Promise<Target> {
  if (kind === 'text') return readClasses(connection, index, rows, rowCount);
  const values = new Float64Array(rowCount);
  await forEachValue(
    connection,
    `SELECT CAST(${copyColumnName(index)} AS DOUBLE) ${rows}`,
    (value, row) => (values[row] = value as number),
  );
  if (!values.every((value) => Number.isFinite(Math.fround(value))))
    throw new JobError('TARGET_TOO_LARGE', 'The target has values beyond the range of float32, about -3.4e38 to 3.4e38. Rescale it.');
  if (values.every((value) => value === values[0]))
    throw new JobError('CONSTANT_TARGET', 'The target must have at least 2 distinct values.');
  return { kind, values };
}

async function readClasses(connection: DuckDBConnection, index: number, rows: string, rowCount: number): Promise<Target> {
  const column = copyColumnName(index);
  const labels = await readRows<[string]>(
    connection,
    `SELECT CAST(${column} AS VARCHAR) FROM (SELECT DISTINCT ${column} ${rows} ORDER BY ${column} LIMIT ${MAX_CLASSES + 1})`,
  );
  const classes = labels.map(([label]) => label);
  if (classes.length < 2) throw new JobError('SINGLE_CLASS', 'The target must have at least 2 classes.');
  if (classes.length > MAX_CLASSES) throw new JobError('TOO_MANY_CLASSES', `The target must have at most ${MAX_CLASSES} classes.`);
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  const codes = new Int32Array(rowCount);
  await forEachValue(connection, `SELECT CAST(${column} AS VARCHAR) ${rows}`, (value, row) => (codes[row] = codeOf.get(value as string)!));
  return { kind: 'class', classes, codes };
}

/** Calls `visit` with each value of a statement's single column, in order. Only one chunk of rows is in memory at a time. */
async function forEachValue(
  connection: DuckDBConnection,
  statement: string,
  visit: (value: unknown, row: number) => unknown,
): Promise<void> {
  const result = await connection.stream(statement);
  for (let row = 0; ;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    for (const value of chunk.getColumnValues(0)) visit(value, row++);
  }
}
