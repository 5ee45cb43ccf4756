import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import { isPublicError, maskError } from '../../subgraphs/shared/errors/mask-error.js';
import { assertScope } from '../../subgraphs/shared/viewer/require-scope.js';
import type { GatewayContext } from '../context.js';
import { checkLimits } from './limits.js';
import { checkValues } from './values.js';

/** A valid operation, before it is run. */
export interface Candidate {
  document: DocumentNode;
  /** None where the document has none of the name that was asked for, which is told elsewhere. */
  operation?: OperationDefinitionNode;
  request: { variables?: Record<string, unknown> };
  contextValue: GatewayContext;
}

/** Throws what is against running an operation. */
export function admit(candidate: Candidate): void {
  assertScope(candidate);
  checkLimits(candidate);
  checkValues(candidate);
}

/**
 * The guards, and the log's share of what goes wrong: errors that are ours are written down, and their request id into the
 * answer, so that a user's report finds them. One plugin, as Apollo Server awaits every hook of every plugin.
 */
export function guards(logger: Logger): ApolloServerPlugin<GatewayContext> {
  const hooks: Awaited<ReturnType<NonNullable<ApolloServerPlugin<GatewayContext>['requestDidStart']>>> = {
    didResolveOperation: async (candidate) => admit(candidate as Candidate),
    didEncounterErrors: async ({ errors, contextValue: { requestId } }) => {
      for (const error of errors.filter((one) => !isPublicError(one.toJSON())))
        logger.error({ err: error.originalError ?? error, path: error.path, requestId }, 'request failed');
    },
    willSendResponse: async ({ response, contextValue: { requestId } }) => {
      if (response.body.kind !== 'single') return;
      const { singleResult } = response.body;
      if (singleResult.errors) singleResult.errors = singleResult.errors.map((error) => maskError(error, requestId));
    },
  };
  return { requestDidStart: async () => hooks };
}
