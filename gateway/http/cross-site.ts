import type { IncomingHttpHeaders } from 'node:http';
import { requestError } from './request-error.js';

/** The content types that browsers send to other sites without a preflight (Fetch standard, CORS-safelisted request headers). */
const SAFELISTED_TYPES = new Set(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']);
/** Headers that browsers send to other sites only after a preflight. */
const PREFLIGHTED_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name', 'x-api-key'];

/**
 * Throws FORBIDDEN for a request that a browser sent for a page of another site without a preflight (CSRF prevention).
 * Browsers state in `Sec-Fetch-Site` where a request comes from; browsers without that header send a foreign `Origin`. Other
 * clients send neither header and are not refused.
 *
 * A request with a header that requires a preflight has had one, so CORS decides about it. The method does not matter: a
 * GET cannot change data, but its response must not leak to other sites either.
 */
export function refuseCrossSite(headers: IncomingHttpHeaders, allowedOrigins: ReadonlySet<string>): void {
  if (!hadPreflight(headers)) refuseCrossSiteUpgrade(headers, allowedOrigins);
}

/**
 * Throws FORBIDDEN for a request to open a WebSocket that a browser sent for a page of another site. Browsers send them without a
 * preflight, whatever their headers (cross-site WebSocket hijacking).
 */
export function refuseCrossSiteUpgrade(headers: IncomingHttpHeaders, allowedOrigins: ReadonlySet<string>): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isOwn = typeof site === 'string' ? site === 'same-origin' || site === 'none' : origin === undefined || isSameHost(origin, host);
  if (isOwn || (origin !== undefined && allowedOrigins.has(origin))) return;
  throw requestError(403, 'A page of another site may not send this request. Its origin must be listed in CORS_ORIGINS of the gateway.');
}

/** True if the origin has the host of this server. Schemes are not compared: behind a proxy, the server does not know its own. */
const isSameHost = (origin: string, host: string | undefined): boolean =>
  host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();

function hadPreflight(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return (
    (type !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(type) && !SAFELISTED_TYPES.has(type)) ||
    PREFLIGHTED_HEADERS.some((name) => Boolean(headers[name]))
  );
}
