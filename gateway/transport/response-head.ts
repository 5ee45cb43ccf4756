import type { IncomingHttpHeaders } from 'node:http';
import { decodersOf } from './content-decoding.js';

/** The reason why a response whose head has arrived is not a GraphQL response. */
export interface UnusableResponse {
  message: string;
  /** True if a retry may succeed. */
  isTransient: boolean;
  /** The delay in the Retry-After header; null if there is none. */
  retryAfterMs: number | null;
  /** True if the response is usable all the same if its body is a GraphQL response. */
  mayBeGraphQL?: boolean;
}

/** The kind of a request, by which its response is judged. */
export interface RequestKind {
  /** True for a request to the subgraph's GraphQL endpoint. */
  isGraphQL: boolean;
  /** True if the gateway has signed the request. */
  isSigned: boolean;
}

const TRANSIENT_STATUSES = new Set([500, 502, 503, 504]);
/** The statuses that some servers use for the errors of one operation. */
const OPERATION_STATUSES = new Set([401, 500]);
const JSON_TYPE = /^application\/(?:json|graphql-response\+json)\s*(?:;|$)/i;

/**
 * Checks a final status (200 or above) and its headers. Returns null if a GraphQL response follows: its content counts with
 * any 2xx or 4xx status, and with 401 and 500 if it is well formed. With 401 to a signed request the subgraph rejects the gateway's signature, which
 * clients must not see.
 */
export function checkResponseHead(
  status: number,
  headers: IncomingHttpHeaders,
  { isGraphQL, isSigned }: RequestKind,
): UnusableResponse | null {
  const type = headers['content-type'];
  const isJson = type !== undefined && JSON_TYPE.test(type);
  const encoding = headers['content-encoding'];
  const isDecodable = encoding === undefined || decodersOf(encoding) !== null;
  const problem = checkStatus(status, headers);
  if (problem) {
    const mayBeGraphQL = isGraphQL && isJson && isDecodable && OPERATION_STATUSES.has(status) && !(status === 401 && isSigned);
    return { ...problem, mayBeGraphQL };
  }
  if (!isDecodable) return wrongContent(status, `the unsupported content encoding ${JSON.stringify(encoding)}`);
  return isJson ? null : wrongContent(status, type ?? 'no content type');
}

function checkStatus(status: number, headers: IncomingHttpHeaders): UnusableResponse | null {
  if (TRANSIENT_STATUSES.has(status)) return unusable(status, true, retryAfterMs(headers['retry-after']));
  if (status === 429) {
    // A retry without the delay that the subgraph asks for would add to its load.
    const delay = retryAfterMs(headers['retry-after']);
    if (delay !== null) return unusable(status, true, delay);
  }
  return status >= 500 || status === 401 || (status >= 300 && status < 400) ? unusable(status, false, null) : null;
}

const wrongContent = (status: number, content: string): UnusableResponse => ({
  message: `responded ${status} with ${content}`,
  isTransient: false,
  retryAfterMs: null,
});

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
