import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isPublic } from '../errors/mask.js';
import type { SignedRequest } from '../viewer/signature.js';

/** Writes down what the mask hides from the client. */
export function logFaults(logger: Logger, errors: readonly GraphQLError[], requestId: string): void {
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
