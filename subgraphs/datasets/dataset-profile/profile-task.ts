import { z } from 'zod';
import type { FileKind } from '../stored-file/file-kind.js';

/** The kinds of files that contain a table. */
export type TableKind = Exclude<FileKind, 'ONNX'>;

/** The task of a child process that profiles: it reads the file INPUT in its folder. */
export interface ProfileTask {
  kind: TableKind;
  memoryBytes: number;
  threads: number;
}

export const INPUT_FILE = 'input';
/** The file in the same folder to which the child writes the copy of the table. */
export const COPY_FILE = 'table.parquet';

/** The largest size of a row in bytes. Longer rows are not data for people, and a single one must not exhaust the memory. */
export const MAX_ROW_BYTES = 256 * 1024;
export const MAX_COLUMNS = 2_000;
const MAX_CELL = 512 * 1024;
export const PREVIEW_ROWS = 5;
export const TOP_VALUES = 10;
export const TOP_VALUE_LENGTH = 500;

const text = (max: number) => z.string().max(max);
const count = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const finite = z.number();

const numeric = z.object({
  min: finite,
  max: finite,
  mean: finite,
  stddev: finite.nullable(),
  median: finite,
  histogram: z.object({ edges: z.array(finite).max(100), counts: z.array(count).max(100) }),
});

const column = z.object({
  name: text(MAX_CELL),
  dtype: z.enum(['BOOLEAN', 'INTEGER', 'FLOAT', 'DATETIME', 'STRING']),
  nullCount: count,
  distinctCount: count,
  numeric: numeric.nullable(),
  topValues: z.array(z.object({ value: text(TOP_VALUE_LENGTH), count })).max(TOP_VALUES),
});

/** The result of a child process that has profiled a table. It is saved in the row of the dataset. */
export const profileResult = z.object({
  rowCount: count,
  columns: z.array(column).min(1).max(MAX_COLUMNS),
  preview: z.array(z.array(text(MAX_CELL).nullable()).max(MAX_COLUMNS)).max(PREVIEW_ROWS),
});

export type ProfileResult = z.infer<typeof profileResult>;
export type ColumnProfileResult = z.infer<typeof column>;
export type NumericProfileResult = z.infer<typeof numeric>;
