import { open } from 'node:fs/promises';
import { JobError } from '../../../shared/jobs/job.js';
import { MAX_ROW_BYTES } from '../profile-task.js';

/**
 * The cells of the first record of CSV, of which quoted ones may hold anything. It is read here, since DuckDB would guess
 * at it.
 */
export async function readHeader(path: string, delimiter: string): Promise<string[]> {
  const head = await headOf(path);
  const { text, isWhole } = head;
  const names: string[] = [];
  for (let at = 0; ;) {
    const { cell, end } = cellAt(head, at, delimiter);
    // What is cut off may belong to this cell.
    if (end >= text.length && !isWhole) throw new JobError('ROW_TOO_LONG', `The header is longer than ${MAX_ROW_BYTES / 1024} KiB.`);
    names.push(cell);
    if (text[end] !== delimiter) break;
    at = end + 1;
  }
  if (names.length === 1 && names[0]!.trim() === '') throw new JobError('EMPTY', 'The file is empty.');
  return names;
}

interface Head {
  text: string;
  /** False where the file goes on. */
  isWhole: boolean;
}

/** The cell that begins at a place, and where it ends: at a delimiter, at the end of the line, or of the text. */
function cellAt({ text, isWhole }: Head, start: number, delimiter: string): { cell: string; end: number } {
  const isEnd = (at: number) => at >= text.length || text[at] === delimiter || text[at] === '\n' || text[at] === '\r';
  if (text[start] !== '"') {
    let end = start;
    while (!isEnd(end)) end++;
    return { cell: text.slice(start, end), end };
  }
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) return isWhole ? malformed('opens a quote that is not closed') : { cell: '', end: text.length };
    if (text[at + 1] === '"') continue;
    if (!isEnd(at + 1)) return malformed('goes on behind a quote that was closed');
    return { cell: text.slice(start + 1, at).replaceAll('""', '"'), end: at + 1 };
  }
}

function malformed(what: string): never {
  throw new JobError('MALFORMED', `The header ${what}.`);
}

/** As much of a file as a header may take, without a byte order mark. Its last character may be cut in two. */
async function headOf(path: string): Promise<Head> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_ROW_BYTES + 1), 0, MAX_ROW_BYTES + 1, 0);
    const isWhole = bytesRead <= MAX_ROW_BYTES;
    try {
      return { text: new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead), { stream: !isWhole }), isWhole };
    } catch {
      throw new JobError('NOT_A_TABLE', 'The file is not text in UTF-8.');
    }
  } finally {
    await file.close();
  }
}
