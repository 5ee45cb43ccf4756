import { textProblems } from '../../shared/input/text.js';
import type { UserError } from '../../shared/errors/user-error.js';

const FIELD = ['input', 'filename'];

/** A filename is a label, never a path: nothing is ever opened by it, and it must not look as if it were. */
export function filenameProblems(filename: string | null | undefined): UserError[] {
  const problems = textProblems(FIELD, filename, { max: 500 });
  if (filename != null && (/[/\\\0-\x1f]/.test(filename) || /^\.+$/.test(filename))) {
    problems.push({ code: 'INVALID', field: FIELD, message: 'A filename has no folders and no control characters.' });
  }
  return problems;
}

export function mimeTypeProblems(mimeType: string): UserError[] {
  const isMimeType = mimeType.length <= 100 && /^[a-z]+\/[\w.+-]+$/i.test(mimeType);
  return isMimeType ? [] : [{ code: 'INVALID', field: ['input', 'mimeType'], message: 'This is not a MIME type such as text/csv.' }];
}
