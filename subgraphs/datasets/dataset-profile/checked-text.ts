import { JobError } from '../../shared/jobs/job.js';
import { MAX_ROW_BYTES } from './profile-task.js';

const [NEWLINE, RETURN, TAB, SPACE] = [0x0a, 0x0d, 0x09, 0x20];

/**
 * The bytes of a text without the blank lines before its first one. Throws WorkFault at what DuckDB may read wrongly
 * without a word: NUL, and a line that is longer than a row may be.
 */
export async function* checkedText(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let hasBegun = false;
  let unfinished = 0;
  for await (const chunk of source) {
    const bytes: Uint8Array = hasBegun ? chunk : chunk.subarray(blankBytes(chunk));
    hasBegun ||= bytes.length > 0;
    if (bytes.includes(0)) throw new JobError('NOT_A_TABLE', 'The file is not text: it holds NUL characters.');
    unfinished = unfinishedBytes(bytes, unfinished);
    yield bytes;
  }
}

/** How long the line is that a chunk does not finish; `unfinished` is how long it was before. Throws where a line is too long. */
function unfinishedBytes(bytes: Uint8Array, unfinished: number): number {
  const first = [NEWLINE, RETURN].map((mark) => bytes.indexOf(mark)).filter((place) => place >= 0);
  const finished = first.length === 0 ? bytes.length : Math.min(...first);
  checkLine(unfinished + finished);
  if (first.length === 0) return unfinished + finished;
  for (let at = finished + 1; ;) {
    // As many whole lines at once as fit into what one may take: none of them is too long.
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
  if (length > MAX_ROW_BYTES) throw new JobError('ROW_TOO_LONG', `A line of the file is longer than ${MAX_ROW_BYTES / 1024} KiB.`);
}

/** How many bytes of a text's beginning are lines that say nothing. */
function blankBytes(bytes: Uint8Array): number {
  let blank = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === NEWLINE || byte === RETURN) blank = at + 1;
    else if (byte !== SPACE && byte !== TAB) break;
  }
  return blank;
}
