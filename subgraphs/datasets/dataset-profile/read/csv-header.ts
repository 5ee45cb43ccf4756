import { open } from 'node:fs/promises';
import { JobError } from '../../../shared/jobs/job.js';
import { MAX_ROW_BYTES } from '../profile-task.js';

/**
 * Returns the cells of the first record of a CSV file (RFC 4180). The header is parsed here because DuckDB would guess its
 * dialect.
 */
export async function readHeader(path: string, delimiter: string): Promise<string[]> {
  const head = await headOf(path);
  const { text, isWhole } = head;
  const names: string[] = [];
  for (let at = 0; ;) {
    const { cell, end } = cellAt(head, at, delimiter);
    // The cell may continue beyond the bytes that were read.
    if (end >= text.length && !isWhole)
      throw new JobError('ROW_TOO_LONG', `The header has more than ${MAX_ROW_BYTES / 1024} KiB, the limit for a row.`);
    names.push(cell);
    if (text[end] !== delimiter) break;
    at = end + 1;
  }
  if (names.length === 1 && names[0]!.trim() === '') throw new JobError('EMPTY', 'The file is empty.');
  return names;
}

interface Head {
  text: string;
  /** False if the file is longer. */
  isWhole: boolean;
}

/** Returns the cell that starts at an index, and the index at which it ends: a delimiter, the end of the line, or of the text. */
function cellAt({ text, isWhole }: Head, start: number, delimiter: string): { cell: string; end: number } {
  const isEnd = (at: number) => at >= text.length || text[at] === delimiter || text[at] === '\n' || text[at] === '\r';
  if (text[start] !== '"') {
    let end = start;
    while (!isEnd(end)) end++;
    return { cell: text.slice(start, end), end };
  }
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) return isWhole ? malformed('has a quote that is not closed') : { cell: '', end: text.length };
    if (text[at + 1] === '"') continue;
    if (!isEnd(at + 1)) return malformed('has characters after a closing quote');
    return { cell: text.slice(start + 1, at).replaceAll('""', '"'), end: at + 1 };
  }
}

function malformed(what: string): never {
  throw new JobError('MALFORMED', `The header ${what}.`);
}

/** Reads as many bytes of a file as a header may have, without a byte order mark. The last character may be incomplete. */
async function headOf(path: string): Promise<Head> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_ROW_BYTES + 1), 0, MAX_ROW_BYTES + 1, 0);
    const isWhole = bytesRead <= MAX_ROW_BYTES;
    try {
      return { text: new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead), { stream: !isWhole }), isWhole };
    } catch {
      throw new JobError('NOT_A_TABLE', 'The file is not UTF-8 text.');
    }
  } finally {
    await file.close();
  }
}
