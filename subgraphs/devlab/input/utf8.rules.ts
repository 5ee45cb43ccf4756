import type { UserError } from '../../shared/errors/user-error.js';

/** The size limit of a file or of executed code in bytes: half of the gateway's limit of a request, 256 KiB. */
export const MAX_CODE_BYTES = 128 * 1024;

/** Returns the size of the text in UTF-8, in bytes. */
export const utf8ByteLength = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Returns the problems of a text that is stored unchanged: its size, and characters that PostgreSQL cannot store as UTF-8. */
export function utf8Problems(field: string[], text: string | null | undefined, { maxBytes }: { maxBytes: number }): UserError[] {
  if (text == null) return [];
  const name = field.at(-1);
  if (/[\0\p{Surrogate}]/u.test(text))
    return [{ code: 'INVALID', field, message: `${name} must not contain NUL characters or unpaired surrogates.` }];
  const size = utf8ByteLength(text);
  if (size > maxBytes) return [{ code: 'TOO_LONG', field, message: `${name} must have at most ${maxBytes} bytes in UTF-8; got ${size}.` }];
  return [];
}
