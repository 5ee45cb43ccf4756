import { quote } from '../../../shared/errors/user-error.js';
import { JobError } from '../../../shared/jobs/job.js';
import { stringLiteral } from '../../table-copy/duckdb.js';
import { copyColumnName } from '../../table-copy/table-columns.js';
import { INPUT_FILE, MAX_COLUMNS, MAX_ROW_BYTES } from '../profile-task.js';
import { readHeader } from './csv-header.js';
import { INPUT_LITERAL, type OpenTableSource } from './table-source.js';

/** Reads CSV or TSV with a header line. An empty cell is missing. All options are explicit, so that DuckDB guesses nothing. */
export const openDelimited =
  (delimiter: ',' | '\t'): OpenTableSource =>
  async () => {
    const names = await readHeader(INPUT_FILE, delimiter);
    assertValidNames(names);
    const columns = names.map((_, index) => `'${copyColumnName(index)}': 'VARCHAR'`).join(', ');
    const dialect = `delim = ${stringLiteral(delimiter)}, quote = '"', escape = '"', comment = '', nullstr = '', strict_mode = true`;
    const lines = `header = true, max_line_size = ${MAX_ROW_BYTES}`;
    const from = `read_csv(${INPUT_LITERAL}, auto_detect = false, columns = {${columns}}, ${dialect}, ${lines})`;
    return { names, from, types: names.map(() => null) };
  };

function assertValidNames(names: readonly string[]): void {
  if (names.length > MAX_COLUMNS)
    throw new JobError('TOO_MANY_COLUMNS', `The file has ${names.length} columns; the limit is ${MAX_COLUMNS}.`);
  const seen = new Set<string>();
  for (const name of names) {
    if (name.trim() === '') throw new JobError('BAD_HEADER', 'Every column must have a name in the header.');
    if (seen.has(name)) throw new JobError('BAD_HEADER', `The header has two columns with the name ${quote(name)}. Rename one of them.`);
    seen.add(name);
  }
}
