import type { ApolloServerPlugin, BaseContext, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { OperationTypeNode, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { MAX_DOCUMENT_BYTES, documentBytes, MAX_DOCUMENTS } from './document-store.js';

/** An operation that is valid under a schema. */
export interface ValidatedOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Null where it has none. */
  operationName: string | null;
  /** Equal for equal documents. */
  queryHash: string;
  schema: GraphQLSchema;
}

/**
 * Queries and mutations that Apollo Server has parsed and validated. Asked again they need not go through it: its hashing and
 * hooks are a fifth of what a small operation takes a gateway, and with its HTTP a third of what one takes a subgraph (docs/performance.md).
 */
export class ValidatedOperations {
  readonly #known = new LRUCache<string, ValidatedOperation>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_DOCUMENT_BYTES,
    sizeCalculation: ({ document }) => documentBytes(document),
  });

  /** Takes note of what Apollo Server has found valid. */
  get plugin(): ApolloServerPlugin<BaseContext> {
    const hooks = {
      didResolveOperation: async (resolved: GraphQLRequestContextDidResolveOperation<BaseContext>) => {
        const { source, request, document, operation, operationName, queryHash, schema } = resolved;
        if (operation && operation.operation !== OperationTypeNode.SUBSCRIPTION)
          this.#known.set(keyOf(source, request.operationName), { document, operation, operationName, queryHash, schema });
      },
    };
    return { requestDidStart: async () => hooks };
  }

  find(query: string, operationName: string | null | undefined): ValidatedOperation | undefined {
    return this.#known.get(keyOf(query, operationName));
  }
}

const keyOf = (query: string, operationName: string | null | undefined): string => `${operationName ?? ''}\n${query}`;
