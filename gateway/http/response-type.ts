import { LRUCache } from 'lru-cache';
import { preferred } from './accept.js';

export const JSON_RESPONSE = 'application/json';
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** How a client wants the answer to a single result. */
export interface ResponseType {
  type: typeof JSON_RESPONSE | typeof GRAPHQL_RESPONSE;
  /** It asked for `application/json` by name: for such a client a status that is not 200 means that the transport failed. */
  isLegacy: boolean;
}

const OFFERS = [{ type: JSON_RESPONSE }, { type: GRAPHQL_RESPONSE }] as const;
const WHATEVER: ResponseType = { type: JSON_RESPONSE, isLegacy: false };

/** A client sends the same header with each request. */
const known = new LRUCache<string, { answer: ResponseType | null }>({ max: 1000 });
const LONGEST_KNOWN = 300;

/** The type of the answer for an `Accept` header; null where it takes neither. */
export function responseType(accept: string | undefined): ResponseType | null {
  if (!accept || accept === '*/*') return WHATEVER;
  const found = known.get(accept);
  if (found) return found.answer;
  const answer = negotiate(accept);
  if (accept.length <= LONGEST_KNOWN) known.set(accept, { answer });
  return answer;
}

function negotiate(accept: string): ResponseType | null {
  const type = preferred(accept, OFFERS)?.type;
  return type ? { type, isLegacy: type === JSON_RESPONSE && accept.toLowerCase().includes(JSON_RESPONSE) } : null;
}
