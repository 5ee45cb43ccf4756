import type { IncomingHttpHeaders } from 'node:http';

/** The reason why a response whose head has arrived is not a GraphQL response. */
export interface UnusableResponse {
  message: string;
  /** True if a retry may succeed. */
  isTransient: boolean;
  /** The delay in the Retry-After header; null if there is none. */
  retryAfterMs: number | null;
}

const TRANSIENT_STATUSES = new Set([500, 502, 503, 504]);
const JSON_TYPE = /^application\/(?:json|graphql-response\+json)\s*(?:;|$)/i;

/**
 * Checks a final status (200 or above) and its headers. Returns null if a GraphQL response follows: its content counts with
 * any 2xx or 4xx status, except 401. With 401 the subgraph rejects the gateway's signature, which clients must not see.
 */
export function checkResponseHead(status: number, headers: IncomingHttpHeaders): UnusableResponse | null {
  if (TRANSIENT_STATUSES.has(status)) return unusable(status, true, retryAfterMs(headers['retry-after']));
  if (status === 429) {
    // A retry without the delay that the subgraph asks for would add to its load.
    const delay = retryAfterMs(headers['retry-after']);
    if (delay !== null) return unusable(status, true, delay);
  }
  if (status >= 500 || status === 401 || (status >= 300 && status < 400)) return unusable(status, false, null);
  const type = headers['content-type'];
  if (type !== undefined && JSON_TYPE.test(type)) return null;
  return { message: `responded ${status} with ${type ?? 'no content type'}`, isTransient: false, retryAfterMs: null };
}

const unusable = (status: number, isTransient: boolean, delay: number | null): UnusableResponse => ({
  message: `responded ${status}`,
  isTransient,
  retryAfterMs: delay,
});

/** Parses a Retry-After header, which holds seconds or a date (RFC 9110, section 10.2.3). Returns null for anything else. */
function retryAfterMs(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
