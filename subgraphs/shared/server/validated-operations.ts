import type { ApolloServerPlugin, BaseContext, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { OperationTypeNode, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { MAX_DOCUMENT_BYTES, documentBytes, MAX_DOCUMENTS } from './document-store.js';

/** An operation that is valid for a schema. */
export interface ValidatedOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Null if the operation has no name. */
  operationName: string | null;
  /** The hash of the query text. */
  queryHash: string;
  schema: GraphQLSchema;
}

/**
 * The queries and mutations that Apollo Server has parsed and validated. When they are requested again they bypass it: its hashing
 * and hooks take a fifth of the time of a small operation at the gateway, and with its HTTP handling a third of it at a subgraph
 * (docs/performance.md).
 */
export class ValidatedOperations {
  readonly #operations = new LRUCache<string, ValidatedOperation>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_DOCUMENT_BYTES,
    sizeCalculation: ({ document }) => documentBytes(document),
  });

  /** The Apollo Server plugin that stores each operation that has passed validation. */
  get plugin(): ApolloServerPlugin<BaseContext> {
    const hooks = {
      didResolveOperation: async (resolved: GraphQLRequestContextDidResolveOperation<BaseContext>) => {
        const { source, request, document, operation, operationName, queryHash, schema } = resolved;
        if (operation && operation.operation !== OperationTypeNode.SUBSCRIPTION)
          this.#operations.set(operationKey(source, request.operationName), { document, operation, operationName, queryHash, schema });
      },
    };
    return { requestDidStart: async () => hooks };
  }

  find(query: string, operationName: string | null | undefined): ValidatedOperation | undefined {
    return this.#operations.get(operationKey(query, operationName));
  }
}

/** Returns the key by which an operation is found again: its document and the requested name. */
export const operationKey = (query: string, operationName: string | null | undefined): string => `${operationName ?? ''}\n${query}`;
