import type { OperationDefinitionNode } from 'graphql';
import { codedError } from '../errors/coded-error.js';
import { covers } from './scopes.js';
import type { Viewer } from './viewer.js';

interface RequestContext {
  operation: OperationDefinitionNode;
  contextValue: { viewer: Viewer | null };
}

/** An Apollo Server plugin: an API key that may only read runs no mutation. At the gateway, and again in every subgraph. */
export const requireScope = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, contextValue }: RequestContext) => {
      if (!covers(contextValue.viewer, operation.operation))
        throw codedError('FORBIDDEN', `This API key may not run a ${operation.operation}.`);
    },
  }),
};
