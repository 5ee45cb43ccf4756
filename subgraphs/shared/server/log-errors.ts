import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isPublicError } from '../errors/mask-error.js';
import { PeerError } from '../peers/peer-error.js';
import type { SignedRequest } from '../viewer/signature.js';

/** Writes down what the mask hides from the client, and what a peer did wrong. */
export function logErrors(logger: Logger, errors: readonly GraphQLError[], requestId: string): void {
  for (const { originalError: fault, path } of errors) {
    if (fault instanceof PeerError)
      logger.warn({ peer: fault.peer, detail: fault.detail, err: fault.cause, path, requestId }, 'a peer failed');
  }
  for (const error of errors.filter((one) => !isPublicError(one.toJSON()))) {
    logger.error({ err: error.originalError ?? error, path: error.path, requestId }, 'resolver failed');
  }
}

/** An Apollo Server plugin that does so with the errors of every answer. */
export const errorLogPlugin = (logger: Logger) => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue }: { errors: readonly GraphQLError[]; contextValue: SignedRequest }) =>
      logErrors(logger, errors, contextValue.requestId),
  }),
});
