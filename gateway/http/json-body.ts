import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { requestError } from './request-error.js';

/** `application/json` with no other parameter than UTF-8. */
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/**
 * Makes the server read JSON in UTF-8 and nothing else. Every other content type is refused with 415 before its body is
 * read, and with it whatever a page may send to another site without a preflight.
 */
export function readJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser('error', 'error') as (request: unknown, body: unknown, done: Done) => void;
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, ({ headers }, body, done) => {
    const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
    if (!/^utf-?8$/i.test(charset)) return done(refusal(415, 'The body must be UTF-8.'));
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') return done(refusal(415, 'The body must not be compressed.'));
    if (!isUtf8(body as Buffer)) return done(refusal(400, 'The body is not UTF-8.'));
    parse(null, body, done);
  });
}

type Done = (error: Error | null, body?: unknown) => void;

/** In the form that fastify's parsers report. */
const refusal = (statusCode: 400 | 415, message: string) => Object.assign(requestError(statusCode, message), { statusCode });
