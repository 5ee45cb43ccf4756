import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import type { OperationDefinitionNode } from 'graphql';
import { codedError } from '../errors/coded-error.js';
import type { ValidatedOperation } from './validated-operations.js';

/** A subscription that Apollo Server has parsed and validated, and that no plugin refused. */
export interface AdmittedSubscription extends ValidatedOperation {
  variables: Record<string, unknown>;
}

/** The context of a request. It has `admit` only if the response can be a stream. */
export interface AdmittingContext {
  admit?: (subscription: AdmittedSubscription) => void;
}

/**
 * Returns an Apollo Server plugin for subscriptions, which Apollo Server checks and cannot execute. One that passes all
 * checks is passed to the context's `admit`, and Apollo Server's own result is empty. Without `admit` it is refused with
 * status 406 and the given message.
 */
export const admitSubscriptions = (refusalMessage: string): ApolloServerPlugin<AdmittingContext> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, contextValue }) => {
      if (operation?.operation === 'subscription' && !contextValue.admit)
        throw codedError('BAD_REQUEST', refusalMessage, { extensions: { http: { status: 406 } } });
    },
    responseForOperation: async (requestContext) => {
      const { document, operation, operationName, schema, request, contextValue } = requestContext;
      // Contrary to its type, `operation` is undefined if the document has no operation with the requested name.
      if ((operation as OperationDefinitionNode | undefined)?.operation !== 'subscription') return null;
      const queryHash = requestContext.queryHash!; // Set together with the document.
      contextValue.admit?.({ document, operation, operationName, queryHash, schema, variables: request.variables ?? {} });
      return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: {} } };
    },
  }),
});
