import type { IncomingHttpHeaders } from 'node:http';
import { requestError } from './request-error.js';

/** Content types that a page may send to any server without asking it first. */
const SIMPLE = new Set(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']);
/** Headers that no page may send to another site before that site allowed them. */
const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name', 'x-api-key'];

/**
 * Refuses what a browser sends for the page of another site that did not ask first. Browsers say in `Sec-Fetch-Site`
 * where a request comes from; those that do not are known by a foreign `Origin`. Other clients send neither, and need not.
 *
 * A preflight proves that the origin was asked about, so CORS decides; it is read off the headers that require one.
 * The headers are looked at, and never the method: GET runs queries only, yet their answers must not leak either.
 */
export function refuseCrossSite(headers: IncomingHttpHeaders, allowedOrigins: ReadonlySet<string>): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isOwn = typeof site === 'string' ? site === 'same-origin' || site === 'none' : origin === undefined || isSame(origin, host);
  if (isOwn || (origin !== undefined && allowedOrigins.has(origin)) || hadPreflight(headers)) return;
  throw requestError(403, 'A page of another site may not send this request.');
}

/** Whether a page at this origin came from this server; its scheme is not known behind a proxy. */
const isSame = (origin: string, host: string | undefined): boolean =>
  host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();

function hadPreflight(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return (
    (type !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(type) && !SIMPLE.has(type)) || PREFLIGHTED.some((name) => Boolean(headers[name]))
  );
}
