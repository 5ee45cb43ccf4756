import { createHash } from 'node:crypto';

/** The SHA-256 of a text (as UTF-8) or of bytes, as Prisma's `Bytes` wants it. */
export const sha256 = (content: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(content).digest());
