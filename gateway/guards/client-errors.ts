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
