import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type DocumentNode, type OperationDefinitionNode } from 'graphql';

/** A subscription that Apollo Server has parsed and validated, and that the viewer's scopes allow. */
export interface AdmittedSubscription {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

/** The context of a request. `admit` is present if the response may be an event stream. */
export interface AdmittingContext {
  admit?: (subscription: AdmittedSubscription) => void;
}

/**
 * The Apollo Server plugin for subscriptions, which Apollo Server validates but cannot execute over HTTP. It passes a valid
 * subscription to the context's `admit`, and lets Apollo Server respond with an empty result. Without `admit` it throws.
 */
export const admitSubscriptions: ApolloServerPlugin<AdmittingContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, contextValue }) => {
      if (operation?.operation === 'subscription' && !contextValue.admit) throw notAcceptable();
    },
    responseForOperation: async ({ document, operation, request, contextValue }) => {
      // Contrary to its type, `operation` is undefined if the document has no operation of the requested name.
      if ((operation as OperationDefinitionNode | undefined)?.operation !== 'subscription') return null;
      contextValue.admit?.({ document, operation, variables: request.variables ?? {} });
      return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: {} } };
    },
  }),
};

const notAcceptable = () =>
  new GraphQLError('A subscription requires an event stream. Send the header "Accept: text/event-stream".', {
    extensions: { code: 'BAD_REQUEST', http: { status: 406 } },
  });
