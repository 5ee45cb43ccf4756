import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type DocumentNode, type OperationDefinitionNode } from 'graphql';

/** A subscription that passed every guard of Apollo Server: parsed, valid, within the viewer's scopes. */
export interface AdmittedSubscription {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

/** A request's context; `admit` is there where the answer may be a stream. */
export interface AdmittingContext {
  admit?: (subscription: AdmittedSubscription) => void;
}

/**
 * An Apollo Server plugin: Apollo Server guards subscriptions and cannot run them. One that it lets in is handed to
 * the context's `admit`, and its own answer is empty; where no stream can be answered it is refused.
 */
export const admitSubscriptions: ApolloServerPlugin<AdmittingContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, contextValue }) => {
      if (operation?.operation === 'subscription' && !contextValue.admit) throw notAcceptable();
    },
    responseForOperation: async ({ document, operation, request, contextValue }) => {
      // Unlike its type says, there is none where the document has none of the name that was asked for.
      if ((operation as OperationDefinitionNode | undefined)?.operation !== 'subscription') return null;
      contextValue.admit?.({ document, operation, variables: request.variables ?? {} });
      return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: {} } };
    },
  }),
};

const notAcceptable = () =>
  new GraphQLError('A subscription is answered as an event stream: accept text/event-stream.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 406 } },
  });
