import { createHash } from 'node:crypto';

/** Returns the SHA-256 of a text (in UTF-8) or of bytes, as the type that Prisma's `Bytes` requires. */
export const sha256 = (content: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(content).digest());

/** Returns the SHA-256 of a text (in UTF-8) in lower-case hexadecimal digits. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
