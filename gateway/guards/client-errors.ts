import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from 'pino';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { isPublic, mask } from '../../subgraphs/shared/errors/mask.js';
import type { GatewayContext } from '../context.js';

/** Errors as a client may see them; what is ours goes to the log, and its request id into the answer. */
export const clientView =
  (logger: Logger) =>
  (errors: readonly GraphQLError[], { requestId }: GatewayContext): GraphQLFormattedError[] =>
    errors.map((error) => {
      if (!isPublic(error.toJSON())) logger.error({ err: error.originalError ?? error, path: error.path, requestId }, 'request failed');
      return mask(error.toJSON(), requestId);
    });

/** Writes errors that are ours to the log, and their request id into the answer, so that a user's report finds them. */
export const clientErrors = (logger: Logger): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue: { requestId } }) => {
      for (const error of errors.filter((one) => !isPublic(one.toJSON())))
        logger.error({ err: error.originalError ?? error, path: error.path, requestId }, 'request failed');
    },
    willSendResponse: async ({ response, contextValue: { requestId } }) => {
      if (response.body.kind !== 'single') return;
      for (const error of response.body.singleResult.errors ?? []) {
        if (error.extensions?.code === 'INTERNAL_SERVER_ERROR') error.extensions.requestId = requestId;
      }
    },
  }),
});
