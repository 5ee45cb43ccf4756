import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { errors } from 'undici';

/** Creates the stream that decodes one content coding. */
export type Decoder = () => Transform;

const OPTIONS = { chunkSize: 64 * 1024 };
const unzip: Decoder = () => zlib.createUnzip(OPTIONS);
/** Node.js has Zstandard since 22.15. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Transform };

/** The decoders by content coding (RFC 9110, section 8.4.1). `deflate` is in the format of zlib. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', unzip],
  ['br', () => zlib.createBrotliDecompress(OPTIONS)],
  ...(createZstdDecompress ? [['zstd', () => createZstdDecompress(OPTIONS)] as const] : []),
  ['x-gzip', unzip],
  ['deflate', unzip],
]);
/** The header `accept-encoding` of requests to subgraphs. */
export const ACCEPT_ENCODING = ['gzip', 'br', 'zstd'].filter((coding) => DECODERS.has(coding)).join(', ');

/** The values that stand for no coding. graphql-sse sends `none`, which is not registered. */
const UNENCODED = new Set(['', 'identity', 'none']);

/** The largest number of codings that are applied one after another. */
const MAX_CODINGS = 2;

/**
 * Returns the decoders for a header `content-encoding`, in the order in which they are applied; null if it has a coding that is not
 * supported.
 */
export function decodersOf(contentEncoding: string): Decoder[] | null {
  const codings = contentEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => !UNENCODED.has(coding));
  const decoders = codings.flatMap((coding) => DECODERS.get(coding) ?? []);
  return decoders.length === codings.length && codings.length <= MAX_CODINGS ? decoders.reverse() : null;
}

/** Returns a body as its decoders decode it. An error of one of them ends the body with that error. */
export const decodedBody = (body: Readable, decoders: readonly Decoder[]): Readable =>
  decoders.reduce<Readable>((encoded, createDecoder) => pipeline(encoded, createDecoder(), () => undefined), body);

/** Decodes a whole body. Rejects if it is malformed, or if more than `maxBytes` come out of it. */
export async function decodeChunks(chunks: readonly Buffer[], decoders: readonly Decoder[], maxBytes: number): Promise<Buffer[]> {
  const decoded: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decodedBody(Readable.from(chunks), decoders) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw responseTooLarge(maxBytes);
    decoded.push(chunk);
  }
  return decoded;
}

/** Returns the error for a response whose size exceeds the limit, in its encoded or its decoded form. */
export const responseTooLarge = (maxBytes: number): Error & { code: string } =>
  new errors.ResponseExceededMaxSizeError(`The size of the response exceeds ${maxBytes} bytes`);
