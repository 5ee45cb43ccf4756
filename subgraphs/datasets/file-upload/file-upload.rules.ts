import { createHash } from 'node:crypto';
import { quote, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { filenameProblems, mimeTypeProblems } from '../../shared/input/file.js';
import { HttpError } from '../../shared/server/http-error.js';
import type { FileUploadCreateInput } from '../generated/graphql.js';

/** Returns the problems of the input of `fileUploadCreate`. */
export function uploadProblems(input: FileUploadCreateInput, maxBytes: number): UserError[] {
  const { filename, contentType, byteSize, sha256, idempotencyKey } = input;
  const problems = [
    ...filenameProblems(filename),
    ...mimeTypeProblems(['input', 'contentType'], contentType),
    ...idempotencyKeyProblems(idempotencyKey),
  ];
  if (byteSize < 0 || byteSize > maxBytes)
    problems.push({
      code: 'INVALID',
      field: ['input', 'byteSize'],
      message: `byteSize must be between 0 and ${maxBytes}; got ${byteSize}.`,
    });
  if (!/^[0-9a-f]{64}$/i.test(sha256))
    problems.push({
      code: 'INVALID',
      field: ['input', 'sha256'],
      message: `sha256 must have 64 hexadecimal digits; got ${quote(sha256)}.`,
    });
  return problems;
}

/** The properties of a file that the upload declares. */
export interface DeclaredFile {
  contentType: string;
  byteSize: number | bigint;
  sha256: Uint8Array;
}

/** The headers of the request that sends the bytes of an upload. */
export interface UploadHeaders {
  'content-type'?: string;
  'content-length'?: string;
}

/** Throws HttpError if the headers of the request do not match the declared file. */
export function checkHeaders(headers: UploadHeaders, { contentType, byteSize }: DeclaredFile, maxBytes: number): void {
  const length = headers['content-length'];
  if (length === undefined) throw new HttpError(411, 'Content-Length is missing. Send it with the size of the file in bytes.');
  if (Number(length) > maxBytes) throw new HttpError(413, `Content-Length must be at most ${maxBytes}; got ${length}.`);
  if (length !== String(byteSize))
    throw new HttpError(400, `Content-Length must be ${byteSize}, as declared by the upload; got ${length}.`);
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== contentType.toLowerCase())
    throw new HttpError(415, `Content-Type must be ${contentType}, as declared by the upload; got ${quote(type ?? '')}.`);
}

/** Yields the bytes as they arrive. Throws HttpError, at the latest at the end, if they are not the declared ones. */
export async function* verifiedBytes(
  source: AsyncIterable<Uint8Array>,
  { byteSize, sha256 }: Pick<DeclaredFile, 'byteSize' | 'sha256'>,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of withConnectionErrors(source)) {
    received += chunk.length;
    if (received > Number(byteSize)) throw new HttpError(400, `The request body has more than the declared ${byteSize} bytes.`);
    hash.update(chunk);
    yield chunk;
  }
  if (received < Number(byteSize)) throw new HttpError(400, `The request body has ${received} bytes; the upload declared ${byteSize}.`);
  if (!hash.digest().equals(sha256))
    throw new HttpError(422, 'The bytes do not have the SHA-256 digest that the upload declared. Send the same file again.');
}

/** Turns an error of the connection into an HttpError, because a client that disconnects is not a fault of the server. */
async function* withConnectionErrors(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch(() => {
        throw new HttpError(400, 'The connection was closed before the last byte.');
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}
