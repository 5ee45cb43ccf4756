import { JobError } from '../../../shared/jobs/job.js';
import { MAX_ROW_BYTES, type TableKind } from '../profile-task.js';

/**
 * Turns an error of DuckDB into a JobError with a message of our own, since the messages of DuckDB quote the file, paths and
 * settings. Returns an error that the file did not cause as it is.
 */
export function toJobError(error: unknown, kind: TableKind): unknown {
  if (!(error instanceof Error) || error instanceof JobError) return error;
  const { message } = error;
  if (/out of memory|failed to allocate|max_temp_directory_size/i.test(message))
    return new JobError('OUT_OF_MEMORY', 'Reading the file needs more memory than the limit. Split it into smaller files.');
  if (message.includes('cell not finite'))
    return new JobError('NOT_FINITE', 'A column contains an infinite number. Remove it or leave the cell empty.');
  if (kind === 'PARQUET') return new JobError('MALFORMED', 'The Parquet file is damaged or uses an unsupported feature.');
  if (/unicode|utf-?8|byte sequence/i.test(message)) return new JobError('NOT_A_TABLE', `${locationOf(message)} is not UTF-8 text.`);
  if (/maximum (line|object) size|maximum_object_size|parallel = false/i.test(message))
    return new JobError('ROW_TOO_LONG', `${locationOf(message)} has more than ${MAX_ROW_BYTES / 1024} KiB, the limit for a row.`);
  if (kind === 'JSON_LINES') return /json/i.test(message) ? new JobError('MALFORMED', 'Every line must be a JSON object.') : error;
  const cells = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (cells) return new JobError('MALFORMED', `${locationOf(message)} has ${cells[2]} cells, but the header has ${cells[1]}.`);
  if (/unterminated quote/i.test(message)) return new JobError('MALFORMED', `${locationOf(message)} has a quote that is not closed.`);
  if (/CSV Error|sniffing/i.test(message)) return new JobError('MALFORMED', `${locationOf(message)} is not valid CSV.`);
  return error;
}

const locationOf = (message: string): string => {
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  return line === undefined ? 'The file' : `Line ${line}`;
};
