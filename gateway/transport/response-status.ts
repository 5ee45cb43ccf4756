import type { IncomingHttpHeaders } from 'node:http';

/** Why the head of a response already says that no answer follows. */
export interface Refusal {
  message: string;
  /** Whether the same request may succeed a moment later. */
  isTransient: boolean;
  /** What the subgraph asks for by Retry-After. */
  retryAfterMs: number | null;
}

const TRANSIENT = new Set([500, 502, 503, 504]);
const JSON_TYPE = /^application\/(?:json|graphql-response\+json)\s*(?:;|$)/i;

/**
 * Judges a final status (200 or above) and its headers; null when a GraphQL answer follows. Whether the status is 2xx or
 * 4xx, a GraphQL answer counts; but 401 says that the gateway itself was not believed, which is no client's business.
 */
export function refusalOf(status: number, headers: IncomingHttpHeaders): Refusal | null {
  if (TRANSIENT.has(status)) return refused(status, true, retryAfterMs(headers['retry-after']));
  if (status === 429) {
    // Without a time to wait, asking again only makes it worse.
    const wait = retryAfterMs(headers['retry-after']);
    if (wait !== null) return refused(status, true, wait);
  }
  if (status >= 500 || status === 401 || (status >= 300 && status < 400)) return refused(status, false, null);
  const type = headers['content-type'];
  if (type !== undefined && JSON_TYPE.test(type)) return null;
  return { message: `answered ${status} as ${type ?? 'nothing known'}`, isTransient: false, retryAfterMs: null };
}

const refused = (status: number, isTransient: boolean, wait: number | null): Refusal => ({
  message: `answered ${status}`,
  isTransient,
  retryAfterMs: wait,
});

/** Retry-After says seconds or a date; null for anything else. */
function retryAfterMs(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
