import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { ColumnType, DatasetColumn } from '../generated/graphql.js';

const PREVIEW_ROWS = 5;
/** Beyond these a file is no table that people look at, and one file must not take all the memory. */
const MAX_COLUMNS = 10_000;
const MAX_ROW_BYTES = 256 * 1024;

/** What a file says about itself. */
export interface Table {
  columns: DatasetColumn[];
  rowCount: number;
  /** The first five rows; an empty cell is null. */
  preview: (string | null)[][];
}

/** Why a file is no table, in words for its owner. */
class TableFault extends Error {}

/**
 * Reads CSV (or what another delimiter divides) in UTF-8 with a header line, row by row, or says in words why it is none.
 * However long the file is, no more than a part of it is in memory.
 */
export async function readTable(source: AsyncIterable<Uint8Array>, delimiter = ','): Promise<Table | { fault: string }> {
  const parser = parse({ bom: true, skip_empty_lines: true, delimiter, max_record_size: MAX_ROW_BYTES });
  // Both ends tell the parser, which is read below, of what went wrong.
  const rows: AsyncIterable<string[]> = pipeline(source, decoded, parser, () => undefined);
  try {
    let columns: Column[] | null = null;
    let rowCount = 0;
    const preview: Table['preview'] = [];
    for await (const row of rows) {
      if (columns === null) {
        columns = header(row);
        continue;
      }
      for (let index = 0; index < row.length; index++) columns[index]!.see(row[index]!);
      if (rowCount++ < PREVIEW_ROWS) preview.push(row.map((cell) => (cell === '' ? null : cell)));
    }
    if (columns === null) return { fault: 'The file is empty.' };
    return { columns: columns.map(({ name, dtype }) => ({ name, dtype })), rowCount, preview };
  } catch (error) {
    if (error instanceof TableFault) return { fault: error.message };
    if (error instanceof CsvError) return { fault: `The file is not CSV: ${error.message}.` };
    throw error;
  }
}

/** The text of bytes that come in pieces. */
async function* decoded(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new TableFault('The file is not text in UTF-8.');
    }
  };
  for await (const bytes of source) {
    const text = decode(bytes);
    if (text.includes('\0')) throw new TableFault('The file is not text: it holds NUL characters.');
    yield text;
  }
  yield decode();
}

function header(names: readonly string[]): Column[] {
  if (names.length > MAX_COLUMNS) throw new TableFault(`The file has more than ${MAX_COLUMNS} columns.`);
  const seen = new Set<string>();
  for (const name of names) {
    if (name.trim() === '') throw new TableFault('A column of the header has no name.');
    if (seen.has(name)) throw new TableFault(`Two columns are called "${name}".`);
    seen.add(name);
  }
  return names.map((name) => new Column(name));
}

/** From the narrowest to the widest; STRING holds what none of them does. */
const TYPES: readonly (readonly [ColumnType, RegExp])[] = [
  ['BOOLEAN', /^(true|false)$/i],
  ['INTEGER', /^[+-]?\d+$/],
  ['FLOAT', /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i],
  ['DATETIME', /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/],
];

/** A column, of which one cell after another is seen. */
class Column {
  readonly name: string;
  /** What still holds every non-empty cell; null before the first. */
  #types: typeof TYPES | null = null;

  constructor(name: string) {
    this.name = name;
  }

  see(cell: string): void {
    if (cell === '') return;
    const types = this.#types ?? TYPES;
    this.#types = types.every(([, form]) => form.test(cell)) ? types : types.filter(([, form]) => form.test(cell));
  }

  /** The narrowest type that holds every non-empty cell; STRING where there is none. */
  get dtype(): ColumnType {
    return this.#types?.[0]?.[0] ?? 'STRING';
  }
}
