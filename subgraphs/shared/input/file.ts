import type { UserError } from '../errors/user-error.js';
import { textProblems } from './text.js';

const FIELD = ['input', 'filename'];
const MAX_FILENAME_LENGTH = 500;
const MAX_MIME_TYPE_LENGTH = 100;

/** A filename is a label, never a path: nothing is ever opened by it, and it must not look as if it were. */
export function filenameProblems(filename: string | null | undefined): UserError[] {
  const problems = textProblems(FIELD, filename, { max: MAX_FILENAME_LENGTH });
  if (filename != null && (/[/\\\0-\x1f]/.test(filename) || /^\.+$/.test(filename))) {
    problems.push({ code: 'INVALID', field: FIELD, message: 'A filename has no folders and no control characters.' });
  }
  return problems;
}

/** What is wrong with a MIME type such as `text/csv`. */
export function mimeTypeProblems(mimeType: string): UserError[] {
  const isMimeType = mimeType.length <= MAX_MIME_TYPE_LENGTH && /^[a-z]+\/[\w.+-]+$/i.test(mimeType);
  return isMimeType ? [] : [{ code: 'INVALID', field: ['input', 'mimeType'], message: 'This is not a MIME type such as text/csv.' }];
}
