import { preferred } from './accept.js';
import { perHeader } from './per-header.js';

export const JSON_RESPONSE = 'application/json';
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** The media type of a response that holds a single result. */
export interface ResponseType {
  type: typeof JSON_RESPONSE | typeof GRAPHQL_RESPONSE;
  /** True if the client named `application/json`: it takes any status but 200 for a failure of the transport. */
  isLegacy: boolean;
}

const OFFERS = [{ type: JSON_RESPONSE }, { type: GRAPHQL_RESPONSE }] as const;
export const DEFAULT_RESPONSE_TYPE: ResponseType = { type: JSON_RESPONSE, isLegacy: false };

/** Chooses response types by `Accept` header. */
export class ResponseTypes {
  readonly #negotiate = perHeader(negotiate);

  /** Returns the response type for an `Accept` header; null if the header accepts none of them. */
  choose(accept: string | undefined): ResponseType | null {
    if (!accept || accept === '*/*') return DEFAULT_RESPONSE_TYPE;
    return this.#negotiate(accept);
  }
}

function negotiate(accept: string): ResponseType | null {
  const type = preferred(accept, OFFERS)?.type;
  return type ? { type, isLegacy: type === JSON_RESPONSE && accept.toLowerCase().includes(JSON_RESPONSE) } : null;
}
