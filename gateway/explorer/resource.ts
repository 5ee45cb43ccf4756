import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { acceptedCodings, addVary, type Coding } from '../http/content-coding.js';

/** The content of a resource in several encodings. */
export type Encodings = { readonly identity: Buffer } & { readonly [coding in Coding]?: Buffer };

/** Reads a file and, if they exist, the files beside it with its content in other encodings. */
export function readEncodings(file: string): Encodings {
  const read = (suffix: string) => (existsSync(file + suffix) ? readFileSync(file + suffix) : undefined);
  return { identity: readFileSync(file), br: read('.br'), gzip: read('.gz') };
}

/** Serves a resource that does not change while the server runs, with an ETag by which browsers find out if their copy is current. */
export function serveResource(
  server: FastifyInstance,
  path: string,
  type: string,
  encodings: Encodings,
  headers: Readonly<Record<string, string>>,
): void {
  // A weak tag stands for the content in all encodings.
  const etag = `W/"${createHash('sha256').update(encodings.identity).digest('base64url')}"`;
  server.get(path, (request, reply) => {
    void reply.headers({ etag, 'x-content-type-options': 'nosniff', ...headers });
    addVary(reply, 'Accept-Encoding');
    if (isCurrent(request.headers['if-none-match'], etag)) return reply.code(304).send();
    const { compressed } = acceptedCodings(request.headers['accept-encoding']);
    const encoded = compressed && encodings[compressed];
    if (encoded) void reply.header('content-encoding', compressed);
    return reply.type(type).send(encoded ?? encodings.identity);
  });
}

/** True if a header `If-None-Match` has the tag, in the weak comparison of RFC 9110, section 13.1.2. */
const isCurrent = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => `W/${tag.trim().replace(/^W\//, '')}` === etag));
