import { GraphQLError } from 'graphql';
import { unauthenticated } from '../errors/coded-error.js';
import type { RelayedErrorCode } from '../errors/error-codes.js';

/** The messages that the client sees. They name no server. */
const MESSAGES: Readonly<Record<RelayedErrorCode, string>> = {
  TIMEOUT: 'A subgraph took too long to respond. Try again.',
  UNAVAILABLE: 'A subgraph is not available. Try again later.',
  FORBIDDEN: 'This API key does not have all scopes that the operation requires. Use a key that has them.',
  UNAUTHENTICATED: unauthenticated().message,
  RESPONSE_TOO_LARGE: 'The response of a subgraph is too large. Request fewer fields or smaller pages.',
  RATE_LIMITED: 'A subgraph received too many requests. Try again later.',
};

/** The error of a request to a peer subgraph. `detail` is for the log only: it may contain what clients must not see. */
export class PeerError extends GraphQLError {
  override readonly name = 'PeerError';

  constructor(
    readonly peer: string,
    readonly code: RelayedErrorCode,
    readonly detail: string,
    cause?: unknown,
  ) {
    super(MESSAGES[code], { extensions: { code } });
    if (cause !== undefined) this.cause = cause;
  }
}
