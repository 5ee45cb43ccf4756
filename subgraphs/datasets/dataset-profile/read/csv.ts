import { JobError } from '../../../shared/jobs/job.js';
import { literal } from '../../table-copy/duckdb.js';
import { copyColumn } from '../../table-copy/table-columns.js';
import { INPUT, MAX_COLUMNS, MAX_ROW_BYTES } from '../profile-task.js';
import { readHeader } from './csv-header.js';
import { FILE, type OpenTableSource } from './source.js';

/** CSV, or what another delimiter divides, with a header line. An empty cell is missing. Nothing is left to DuckDB to guess. */
export const csv =
  (delimiter: ',' | '\t'): OpenTableSource =>
  async () => {
    const names = await readHeader(INPUT, delimiter);
    checkNames(names);
    const columns = names.map((_, index) => `'${copyColumn(index)}': 'VARCHAR'`).join(', ');
    const dialect = `delim = ${literal(delimiter)}, quote = '"', escape = '"', comment = '', nullstr = '', strict_mode = true`;
    const lines = `header = true, max_line_size = ${MAX_ROW_BYTES}`;
    const from = `read_csv(${FILE}, auto_detect = false, columns = {${columns}}, ${dialect}, ${lines})`;
    return { names, from, types: names.map(() => null) };
  };

function checkNames(names: readonly string[]): void {
  if (names.length > MAX_COLUMNS) throw new JobError('TOO_MANY_COLUMNS', `The file has more than ${MAX_COLUMNS} columns.`);
  const seen = new Set<string>();
  for (const name of names) {
    if (name.trim() === '') throw new JobError('BAD_HEADER', 'A column of the header has no name.');
    if (seen.has(name)) throw new JobError('BAD_HEADER', `Two columns are called "${name.slice(0, 200)}".`);
    seen.add(name);
  }
}
