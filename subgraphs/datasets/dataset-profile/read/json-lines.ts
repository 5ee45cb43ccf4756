import { JobError } from '../../../shared/jobs/job.js';
import { stringLiteral, readRows } from '../../table-copy/duckdb.js';
import { copyColumnName } from '../../table-copy/table-columns.js';
import { MAX_COLUMNS, MAX_ROW_BYTES } from '../profile-task.js';
import { INPUT_LITERAL, type OpenTableSource } from './table-source.js';

const LINES = `read_ndjson_objects(${INPUT_LITERAL}, maximum_object_size = ${4 * MAX_ROW_BYTES})`;

/** Reads JSON Lines (https://jsonlines.org): an object per line. Every key is a column. Numbers keep all digits; nested values stay JSON. */
export const openJsonLines: OpenTableSource = async (connection) => {
  const [[count, objects, longest] = [0n, 0n, 0n]] = await readRows<[bigint, bigint, bigint | null]>(
    connection,
    `SELECT count(*), count_if(json_type(json) = 'OBJECT'), max(strlen(json::VARCHAR)) FROM ${LINES}`,
  );
  if (count === 0n) throw new JobError('EMPTY', 'The file is empty.');
  if (objects < count) throw new JobError('MALFORMED', 'Every line must be a JSON object.');
  if (longest! > MAX_ROW_BYTES)
    throw new JobError('ROW_TOO_LONG', `A line has more than ${MAX_ROW_BYTES / 1024} KiB, the limit for a row.`);
  const lists = await readRows<[string]>(
    connection,
    `SELECT to_json(keys)::VARCHAR FROM (
       SELECT json_keys(json) AS keys, min(line) AS first
       FROM (SELECT json, row_number() OVER () AS line FROM ${LINES}) GROUP BY keys ORDER BY first)`,
  );
  const names = new Set<string>();
  for (const [keys] of lists) for (const key of JSON.parse(keys) as string[]) names.add(key);
  if (names.size > MAX_COLUMNS)
    throw new JobError('TOO_MANY_COLUMNS', `The lines have ${names.size} different keys; the limit is ${MAX_COLUMNS}.`);
  if (names.size === 0 || [...names].some((name) => name.trim() === '' || name.includes('\0')))
    throw new JobError('BAD_HEADER', 'Every key must have a name without NUL characters.');
  const columns = [...names].map((name, index) => `json_extract_string(json, ${stringLiteral(pointer(name))}) AS ${copyColumnName(index)}`);
  return {
    names: [...names],
    from: `(SELECT ${columns.join(', ')} FROM ${LINES})`,
    types: [...names].map(() => null),
  };
};

/** Returns a key as a JSON Pointer (RFC 6901). */
const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
