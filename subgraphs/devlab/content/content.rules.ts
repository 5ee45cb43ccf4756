import type { UserError } from '../../shared/errors/user-error.js';

/** What the text of a file, or of code that ran, may have at most: 128 KiB, half of what the gateway takes as a request. */
export const MAX_CODE_BYTES = 128 * 1024;

/** How many bytes the text has as UTF-8. */
export const byteSizeOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** What is wrong with a text that is kept byte for byte: too many of them, or characters that no UTF-8 text in the database can have. */
export function contentProblems(field: string[], text: string | null | undefined, { maxBytes }: { maxBytes: number }): UserError[] {
  if (text == null) return [];
  if (/[\0\p{Surrogate}]/u.test(text)) return [{ code: 'INVALID', field, message: 'This holds a NUL or half a character.' }];
  if (byteSizeOf(text) > maxBytes) return [{ code: 'TOO_LONG', field, message: `This is larger than ${maxBytes} bytes.` }];
  return [];
}
