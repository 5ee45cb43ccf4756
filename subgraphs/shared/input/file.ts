import { fieldName, quote, type UserError } from '../errors/user-error.js';
import { textProblems } from './text.js';

const FIELD = ['input', 'filename'];
const MAX_FILENAME_LENGTH = 500;
const MAX_MIME_TYPE_LENGTH = 100;

/** Returns the problems of a filename. It is a label and no file is opened by it; still it must not look like a path. */
export function filenameProblems(filename: string | null | undefined): UserError[] {
  const problems = textProblems(FIELD, filename, { max: MAX_FILENAME_LENGTH });
  if (filename != null && (/[/\\\0-\x1f]/.test(filename) || /^\.+$/.test(filename))) {
    problems.push({
      code: 'INVALID',
      field: FIELD,
      message: 'filename must not contain slashes or control characters, and must not consist of dots only.',
    });
  }
  return problems;
}

/** Returns the problems of a MIME type such as `text/csv` (RFC 6838). */
export function mimeTypeProblems(field: string[], mimeType: string): UserError[] {
  const isMimeType = mimeType.length <= MAX_MIME_TYPE_LENGTH && /^[a-z]+\/[\w.+-]+$/i.test(mimeType);
  const message = `${fieldName(field)} must be a MIME type such as "text/csv", of at most ${MAX_MIME_TYPE_LENGTH} characters; got ${quote(mimeType)}.`;
  return isMimeType ? [] : [{ code: 'INVALID', field, message }];
}
