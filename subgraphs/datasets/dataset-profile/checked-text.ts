import { JobError } from '../../shared/jobs/job.js';
import { MAX_ROW_BYTES } from './profile-task.js';

const [NEWLINE, RETURN, TAB, SPACE] = [0x0a, 0x0d, 0x09, 0x20];

/**
 * Yields the bytes of a text without the blank lines at its start. Throws JobError for what DuckDB may misread without an error:
 * a NUL character, or a line that is longer than MAX_ROW_BYTES.
 */
export async function* checkedText(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let hasStarted = false;
  let unfinished = 0;
  for await (const chunk of source) {
    const bytes: Uint8Array = hasStarted ? chunk : chunk.subarray(countBlankBytes(chunk));
    hasStarted ||= bytes.length > 0;
    if (bytes.includes(0)) throw new JobError('NOT_A_TABLE', 'The file is not text: it contains NUL characters.');
    unfinished = unfinishedBytes(bytes, unfinished);
    yield bytes;
  }
}

/** Returns the length of the line that a chunk leaves unfinished; `unfinished` is its length before the chunk. Throws if a line is too long. */
function unfinishedBytes(bytes: Uint8Array, unfinished: number): number {
  const lineEnds = [NEWLINE, RETURN].map((lineEnd) => bytes.indexOf(lineEnd)).filter((index) => index >= 0);
  const finished = lineEnds.length === 0 ? bytes.length : Math.min(...lineEnds);
  checkLine(unfinished + finished);
  if (lineEnds.length === 0) return unfinished + finished;
  for (let at = finished + 1; ;) {
    // Skips all whole lines within the limit at once: none of them can be too long.
    const window = bytes.subarray(at, at + MAX_ROW_BYTES + 1);
    const last = Math.max(window.lastIndexOf(NEWLINE), window.lastIndexOf(RETURN));
    if (last < 0) {
      checkLine(window.length);
      return window.length;
    }
    at += last + 1;
  }
}

function checkLine(length: number): void {
  if (length > MAX_ROW_BYTES)
    throw new JobError('ROW_TOO_LONG', `A line of the file has more than ${MAX_ROW_BYTES / 1024} KiB, the limit for a row.`);
}

/** Returns the number of bytes of the blank lines at the start of a text. */
function countBlankBytes(bytes: Uint8Array): number {
  let blank = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === NEWLINE || byte === RETURN) blank = at + 1;
    else if (byte !== SPACE && byte !== TAB) break;
  }
  return blank;
}
