import type { DuckDBConnection } from '@duckdb/node-api';
import { WorkFault } from '../../../shared/jobs/work.js';
import { literal, rowsOf } from '../../table-copy/duckdb.js';
import { copyColumn } from '../../table-copy/table-columns.js';
import { MAX_COLUMNS } from '../profile-task.js';
import { FILE, MAX_ROW_BYTES, type ReadSource } from './source.js';

/** CSV, or what another delimiter divides, with a header line. An empty cell is missing. */
export const csv =
  (delimiter: ',' | '\t'): ReadSource =>
  async (connection) => {
    const dialect = `delim = ${literal(delimiter)}, quote = '"', escape = '"', strict_mode = true, max_line_size = ${MAX_ROW_BYTES}`;
    const names = await header(connection, dialect);
    const columns = names.map((_, index) => `'${copyColumn(index)}': 'VARCHAR'`).join(', ');
    const from = `read_csv(${FILE}, auto_detect = false, header = true, columns = {${columns}}, nullstr = '', ${dialect})`;
    return { names, from, types: names.map(() => null) };
  };

async function header(connection: DuckDBConnection, dialect: string): Promise<string[]> {
  const statement = `SELECT * FROM read_csv(${FILE}, header = false, all_varchar = true, sample_size = 1, ${dialect}) LIMIT 1`;
  const [row] = await rowsOf<(string | null)[]>(connection, statement);
  if (!row) throw new WorkFault('EMPTY', 'The file is empty.');
  if (row.length > MAX_COLUMNS) throw new WorkFault('TOO_MANY_COLUMNS', `The file has more than ${MAX_COLUMNS} columns.`);
  const seen = new Set<string>();
  return row.map((name) => {
    if (name === null || name.trim() === '') throw new WorkFault('BAD_HEADER', 'A column of the header has no name.');
    if (seen.has(name)) throw new WorkFault('BAD_HEADER', `Two columns are called "${name.slice(0, 200)}".`);
    seen.add(name);
    return name;
  });
}
