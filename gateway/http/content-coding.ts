import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mediaRanges } from './accept.js';
import { perHeader } from './per-header.js';
import { requestError } from './request-error.js';

/** The compressed content codings in which the gateway sends responses, the preferred one first. */
const CODINGS = ['br', 'gzip'] as const;
export type Coding = (typeof CODINGS)[number];

/** Bodies below this size, in bytes, are not compressed. */
const MIN_BYTES = 1024;

/** Compress in a thread of the pool, at levels that are fast rather than thorough (docs/performance.md). */
const COMPRESSORS: Readonly<Record<Coding, (body: Buffer) => Promise<Buffer>>> = {
  br: (body) => compressBrotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 18 } }),
  gzip: (body) => compressGzip(body, { level: 3 }),
};
const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip) as (body: Buffer, options: object) => Promise<Buffer>;

/** The codings that a client accepts, by its header `accept-encoding`. */
export interface AcceptedCodings {
  /** The best compressed coding; null if the client accepts none, or prefers not to get one. */
  compressed: Coding | null;
  /** False if the client does not accept uncompressed responses. */
  isIdentityAccepted: boolean;
}

const IDENTITY_ONLY: AcceptedCodings = { compressed: null, isIdentityAccepted: true };

/** Returns the codings that a header accepts (RFC 9110, section 12.5.3). Without one, the client gets no compressed response. */
export const acceptedCodings = (acceptEncoding: string | undefined): AcceptedCodings =>
  acceptEncoding === undefined ? IDENTITY_ONLY : codingsOf(acceptEncoding);

const codingsOf = perHeader((acceptEncoding): AcceptedCodings => {
  const ranges = mediaRanges(acceptEncoding);
  const qualityOf = (coding: string): number | undefined =>
    (ranges.find(({ type }) => type === coding || type === `x-${coding}`) ?? ranges.find(({ type }) => type === '*'))?.quality;
  const [best] = CODINGS.map((coding) => ({ coding, quality: qualityOf(coding) ?? 0 })).sort((a, b) => b.quality - a.quality);
  // Identity is accepted unless it is excluded, but only a client that names it prefers it to a compressed coding.
  const identity = ranges.find(({ type }) => type === 'identity')?.quality ?? 0;
  return {
    compressed: best!.quality > 0 && best!.quality >= identity ? best!.coding : null,
    isIdentityAccepted: qualityOf('identity') !== 0,
  };
});

/** Throws a 406 for a client that accepts no coding in which the gateway can send a response. */
export function refuseUnknownCodings({ headers }: FastifyRequest): void {
  const { compressed, isIdentityAccepted } = acceptedCodings(headers['accept-encoding']);
  if (!compressed && !isIdentityAccepted)
    throw requestError(406, 'None of the codings in the Accept-Encoding header is supported. Accept br, gzip or identity.');
}

/** Sends a body, compressed if the client accepts that and the body is long enough to gain by it. */
export function sendBody(request: FastifyRequest, reply: FastifyReply, body: Buffer | string): FastifyReply | Promise<FastifyReply> {
  addVary(reply, 'Accept-Encoding');
  const acceptEncoding = request.headers['accept-encoding'];
  if (acceptEncoding === undefined) return reply.send(body);
  const { compressed, isIdentityAccepted } = acceptedCodings(acceptEncoding);
  if (!compressed || (isIdentityAccepted && Buffer.byteLength(body) < MIN_BYTES)) return reply.send(body);
  return sendCompressed(reply, Buffer.from(body), compressed);
}

async function sendCompressed(reply: FastifyReply, body: Buffer, coding: Coding): Promise<FastifyReply> {
  const compressed = await COMPRESSORS[coding](body);
  return reply.header('content-encoding', coding).send(compressed);
}

/** Adds a header to `Vary`, in which the CORS plugin may have set others. */
export function addVary(reply: FastifyReply, header: string): void {
  const others = reply.getHeader('vary');
  void reply.header('vary', others ? `${others}, ${header}` : header);
}
