import { createHash } from 'node:crypto';
import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { filenameProblems, mimeTypeProblems } from '../../shared/input/file.js';
import { HttpError } from '../../shared/server/http-error.js';
import type { FileUploadCreateInput } from '../generated/graphql.js';

/** What is wrong with an announcement. */
export function uploadProblems(input: FileUploadCreateInput, maxBytes: number): UserError[] {
  const { filename, contentType, byteSize, sha256, idempotencyKey } = input;
  const problems = [
    ...filenameProblems(filename),
    ...mimeTypeProblems(contentType).map((problem) => ({ ...problem, field: ['input', 'contentType'] })),
    ...idempotencyKeyProblems(idempotencyKey),
  ];
  if (byteSize < 0 || byteSize > maxBytes)
    problems.push({ code: 'INVALID', field: ['input', 'byteSize'], message: `A file has 0 to ${maxBytes} bytes.` });
  if (!/^[0-9a-f]{64}$/i.test(sha256))
    problems.push({ code: 'INVALID', field: ['input', 'sha256'], message: 'A SHA-256 has 64 hexadecimal digits.' });
  return problems;
}

/** What was announced of the bytes. */
export interface Announcement {
  contentType: string;
  byteSize: number | bigint;
  sha256: Uint8Array;
}

/** The headers of a request that brings bytes. */
export interface DeliveryHeaders {
  'content-type'?: string;
  'content-length'?: string;
}

/** Throws HttpRefusal for a request that says of itself that it does not bring what was announced. */
export function checkHeaders(headers: DeliveryHeaders, { contentType, byteSize }: Announcement, maxBytes: number): void {
  const length = headers['content-length'];
  if (length === undefined) throw new HttpError(411, 'The request must say its Content-Length.');
  if (Number(length) > maxBytes) throw new HttpError(413, `A file has at most ${maxBytes} bytes.`);
  if (length !== String(byteSize)) throw new HttpError(400, `The file was announced with ${byteSize} bytes.`);
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== contentType.toLowerCase()) throw new HttpError(415, `The file was announced as ${contentType}.`);
}

/** Passes the bytes on as they come. Throws HttpRefusal, at the latest at their end, where they are not what was announced. */
export async function* checkedBytes(
  source: AsyncIterable<Uint8Array>,
  { byteSize, sha256 }: Pick<Announcement, 'byteSize' | 'sha256'>,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of untilBroken(source)) {
    received += chunk.length;
    if (received > Number(byteSize)) throw new HttpError(400, `The file was announced with ${byteSize} bytes and has more.`);
    hash.update(chunk);
    yield chunk;
  }
  if (received < Number(byteSize)) throw new HttpError(400, `The file was announced with ${byteSize} bytes and has ${received}.`);
  if (!hash.digest().equals(sha256)) throw new HttpError(422, 'These bytes do not have the SHA-256 that was announced.');
}

/** A client that goes away in the middle is no fault of ours. */
async function* untilBroken(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch(() => {
        throw new HttpError(400, 'The connection broke before the last byte.');
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}
