import type { OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { codedError } from '../errors/coded-error.js';
import { scopesAllow } from './scopes.js';
import type { Viewer } from './viewer.js';

interface RequestContext {
  /** None where the document has none of the name that was asked for, which is told elsewhere. */
  operation?: OperationDefinitionNode;
  contextValue: { viewer: Viewer | null; operation?: OperationTypeNode };
}

/**
 * An API key that may only read runs no mutation. At the gateway, and again in every subgraph, where a query that completes
 * a mutation's answer counts as part of the mutation.
 */
export function assertScope(request: RequestContext): void {
  request.contextValue.operation ??= request.operation?.operation;
  const needed = findMissingScope(request);
  if (needed) throw codedError('FORBIDDEN', `This API key may not run a ${needed}.`);
}

/** The kind of operation that the viewer's credential would have to cover and does not; null where all is well. */
export function findMissingScope({ operation: resolved, contextValue }: RequestContext): OperationTypeNode | null {
  if (!resolved) return null;
  const { operation } = resolved;
  const needed = operation === 'mutation' ? operation : (contextValue.operation ?? operation);
  return scopesAllow(contextValue.viewer, needed) ? null : needed;
}

/** The check as an Apollo Server plugin. */
export const requireScopePlugin = {
  requestDidStart: async () => ({ didResolveOperation: async (request: RequestContext) => assertScope(request) }),
};
