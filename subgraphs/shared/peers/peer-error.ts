import { GraphQLError } from 'graphql';
import type { RelayedErrorCode } from '../errors/error-codes.js';

const MESSAGES: Readonly<Record<RelayedErrorCode, string>> = {
  TIMEOUT: 'A part of the graph took too long to answer.',
  UNAVAILABLE: 'A part of the graph is not available.',
  FORBIDDEN: 'This API key may not do all that this needs.',
  UNAUTHENTICATED: 'A valid API key or session token is required.',
  RATE_LIMITED: 'A part of the graph was asked too often.',
};

/** A top-level error with a code: a peer did not do what was asked of it. `detail` is for the log; it names what no client may see. */
export class PeerError extends GraphQLError {
  override readonly name = 'PeerFault';

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
