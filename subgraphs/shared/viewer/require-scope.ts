import type { OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { codedError } from '../errors/coded-error.js';
import { REQUIRED_SCOPE, scopesAllow } from './scopes.js';
import type { Viewer } from './viewer.js';

interface RequestContext {
  /** Absent if the document has no operation of the requested name; Apollo Server reports that error. */
  operation?: OperationDefinitionNode;
  contextValue: { viewer: Viewer | null; operation?: OperationTypeNode };
}

/**
 * Throws FORBIDDEN if the viewer's credential lacks the scope of the operation. The gateway checks it, and every subgraph again:
 * there, a query that the gateway sends to complete the result of a mutation counts as part of the mutation.
 */
export function assertScope(request: RequestContext): void {
  request.contextValue.operation ??= request.operation?.operation;
  const missing = findMissingScope(request);
  if (missing)
    throw codedError(
      'FORBIDDEN',
      `A ${missing} requires the scope ${REQUIRED_SCOPE[missing]}, which this API key does not have. Use a key that has it.`,
    );
}

/** Returns the kind of operation whose scope the viewer's credential lacks, or null if it lacks none. */
export function findMissingScope({ operation: resolved, contextValue }: RequestContext): OperationTypeNode | null {
  if (!resolved) return null;
  const { operation } = resolved;
  const kind = operation === 'mutation' ? operation : (contextValue.operation ?? operation);
  return scopesAllow(contextValue.viewer, kind) ? null : kind;
}

/** The Apollo Server plugin that calls `assertScope` for every operation. */
export const requireScopePlugin = {
  requestDidStart: async () => ({ didResolveOperation: async (request: RequestContext) => assertScope(request) }),
};
