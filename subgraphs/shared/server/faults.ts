import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isPublic } from '../errors/mask.js';
import { PeerFault } from '../peers/peer-fault.js';
import type { SignedRequest } from '../viewer/signature.js';

/** Writes down what the mask hides from the client, and what a peer did wrong. */
export function logFaults(logger: Logger, errors: readonly GraphQLError[], requestId: string): void {
  for (const { originalError: fault, path } of errors) {
    if (fault instanceof PeerFault)
      logger.warn({ peer: fault.peer, detail: fault.detail, err: fault.cause, path, requestId }, 'a peer failed');
  }
  for (const error of errors.filter((one) => !isPublic(one.toJSON()))) {
    logger.error({ err: error.originalError ?? error, path: error.path, requestId }, 'resolver failed');
  }
}

/** An Apollo Server plugin that does so with the errors of every answer. */
export const faultLog = (logger: Logger) => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue }: { errors: readonly GraphQLError[]; contextValue: SignedRequest }) =>
      logFaults(logger, errors, contextValue.requestId),
  }),
});
