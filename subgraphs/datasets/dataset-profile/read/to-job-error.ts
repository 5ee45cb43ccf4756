import { JobError } from '../../../shared/jobs/job.js';
import { MAX_ROW_BYTES, type TableKind } from '../profile-task.js';

/**
 * What an error of DuckDB means for the owner of a file, in our own words: its own quote the file, and name paths and
 * settings. An error that is none of the file's is answered as it is.
 */
export function toJobError(error: unknown, kind: TableKind): unknown {
  if (!(error instanceof Error) || error instanceof JobError) return error;
  const { message } = error;
  if (/out of memory|failed to allocate|max_temp_directory_size/i.test(message))
    return new JobError('OUT_OF_MEMORY', 'Reading the file takes more memory than it may take.');
  if (message.includes('cell not finite')) return new JobError('NOT_FINITE', 'A column holds infinity.');
  if (kind === 'PARQUET') return new JobError('MALFORMED', 'The file is not Parquet that can be read.');
  if (/unicode|utf-?8|byte sequence/i.test(message)) return new JobError('NOT_A_TABLE', `${where(message)} is not text in UTF-8.`);
  if (/maximum (line|object) size|maximum_object_size|parallel = false/i.test(message))
    return new JobError('ROW_TOO_LONG', `${where(message)} is longer than ${MAX_ROW_BYTES / 1024} KiB.`);
  if (kind === 'JSON_LINES') return /json/i.test(message) ? new JobError('MALFORMED', 'A line is no JSON object.') : error;
  const cells = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (cells) return new JobError('MALFORMED', `${where(message)} has ${cells[2]} cells, and the header ${cells[1]}.`);
  if (/unterminated quote/i.test(message)) return new JobError('MALFORMED', `${where(message)} opens a quote that is not closed.`);
  if (/CSV Error|sniffing/i.test(message)) return new JobError('MALFORMED', `${where(message)} is not CSV.`);
  return error;
}

const where = (message: string): string => {
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  return line === undefined ? 'The file' : `Line ${line}`;
};
