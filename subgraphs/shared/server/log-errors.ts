import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isPublicError } from '../errors/mask-error.js';
import { PeerError } from '../peers/peer-error.js';
import type { SignedRequest } from '../viewer/signature.js';

/** Logs the errors whose messages are masked for the client, and the details of peer errors. */
export function logErrors(logger: Logger, errors: readonly GraphQLError[], requestId: string): void {
  for (const { originalError, path } of errors) {
    if (originalError instanceof PeerError) {
      const { peer, detail, cause } = originalError;
      logger.warn({ peer, detail, err: cause, path, requestId }, 'peer request failed');
    }
  }
  for (const error of errors.filter((one) => !isPublicError(one.toJSON()))) {
    logger.error({ err: error.originalError ?? error, path: error.path, requestId }, 'resolver failed');
  }
}

/** The Apollo Server plugin that calls `logErrors` with the errors of every response. */
export const errorLogPlugin = (logger: Logger) => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue }: { errors: readonly GraphQLError[]; contextValue: SignedRequest }) =>
      logErrors(logger, errors, contextValue.requestId),
  }),
});
