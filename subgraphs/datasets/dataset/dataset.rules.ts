import { CsvError, parse } from 'csv-parse/sync';
import { textProblems } from '../../shared/input/text.js';
import type { UserError } from '../../shared/errors/user-error.js';
import type { ColumnType, DatasetColumn } from '../generated/graphql.js';

const MAX_NAME_LENGTH = 500;
const PREVIEW_ROWS = 5;

export const nameProblems = (name: string | null | undefined): UserError[] =>
  textProblems(['input', 'name'], name, { max: MAX_NAME_LENGTH });

/** What a CSV file says about itself. */
export interface Table {
  columns: DatasetColumn[];
  rowCount: number;
  /** The first five rows; an empty cell is null. */
  preview: (string | null)[][];
}

/** Reads a CSV text with a header line, or says in words why it is none; null stands for a content that is not text. */
export function readTable(text: string | null): Table | { fault: string } {
  if (text === null) return { fault: 'The file is not text in UTF-8.' };
  if (text.includes('\0')) return { fault: 'The file is not text: it holds NUL characters.' };
  try {
    const [header, ...rows] = parse(text, { bom: true, skip_empty_lines: true }) as string[][];
    if (!header) return { fault: 'The file is empty.' };
    const repeated = header.find((name, index) => header.indexOf(name) !== index);
    if (repeated !== undefined) return { fault: `Two columns are called "${repeated}".` };
    if (header.some((name) => name.trim() === '')) return { fault: 'A column of the header has no name.' };
    const columns = header.map((name, index) => ({ name, dtype: columnType(rows.map((row) => row[index]!)) }));
    return {
      columns,
      rowCount: rows.length,
      preview: rows.slice(0, PREVIEW_ROWS).map((row) => row.map((cell) => (cell === '' ? null : cell))),
    };
  } catch (error) {
    if (error instanceof CsvError) return { fault: `The file is not CSV: ${error.message}.` };
    throw error;
  }
}

const TYPES: readonly (readonly [ColumnType, RegExp])[] = [
  ['BOOLEAN', /^(true|false)$/i],
  ['INTEGER', /^[+-]?\d+$/],
  ['FLOAT', /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i],
  ['DATETIME', /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/],
];

/** The narrowest type that holds every non-empty cell; STRING where there is none. */
export function columnType(cells: readonly string[]): ColumnType {
  const values = cells.filter((cell) => cell !== '');
  if (values.length === 0) return 'STRING';
  return TYPES.find(([, form]) => values.every((value) => form.test(value)))?.[0] ?? 'STRING';
}
