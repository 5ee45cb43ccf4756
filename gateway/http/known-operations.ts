import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { OperationTypeNode, type FormattedExecutionResult, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { GatewayContext } from '../context.js';
import { DOCUMENT_BYTES, documentBytes, DOCUMENTS } from '../execution/documents.js';
import type { FederationGateway } from '../execution/federation-gateway.js';
import type { ClientOperation } from '../execution/generation.js';
import { admit } from '../guards/guards.js';
import { clientResult, teller, thrown } from '../subscriptions/client-events.js';
import type { Parameters } from './parameters.js';

/** An operation that is valid under a schema. */
interface Known extends ClientOperation {
  schema: GraphQLSchema;
}

/**
 * Operations that Apollo Server has parsed and validated. Asked again they go to the executor at once: of what the server
 * does for a request, hashing and hooks, nothing is left to do then, and it is a fifth of the time of a small operation
 * (docs/performance.md). Guards and the telling of errors are the same.
 */
export class KnownOperations {
  readonly #known = new LRUCache<string, Known>({
    max: DOCUMENTS,
    maxSize: DOCUMENT_BYTES,
    sizeCalculation: ({ document }) => documentBytes(document),
  });
  readonly #gateway: FederationGateway<GatewayContext>;
  readonly #logger: Logger;

  constructor(gateway: FederationGateway<GatewayContext>, logger: Logger) {
    this.#gateway = gateway;
    this.#logger = logger;
  }

  /** Takes note of what Apollo Server has found valid. */
  get plugin(): ApolloServerPlugin<GatewayContext> {
    const hooks = {
      didResolveOperation: async ({ source, request, document, operation, operationName, queryHash, schema }: Resolved) => {
        if (operation && operation.operation !== OperationTypeNode.SUBSCRIPTION)
          this.#known.set(keyOf(source, request.operationName), { document, operation, operationName, queryHash, schema });
      },
    };
    return { requestDidStart: async () => hooks };
  }

  /** Answers an operation that is known under the schema that is served now; undefined for others. A GET runs queries alone. */
  answer(
    { query, operationName, variables = {} }: Parameters,
    context: GatewayContext,
    isGet: boolean,
  ): Promise<FormattedExecutionResult> | undefined {
    const known = query === undefined ? undefined : this.#known.get(keyOf(query, operationName));
    if (known?.schema !== this.#gateway.current.schema) return undefined;
    if (isGet && known.operation.operation !== OperationTypeNode.QUERY) return undefined;
    return this.#run(known, variables, context);
  }

  async #run(known: Known, variables: Record<string, unknown>, context: GatewayContext): Promise<FormattedExecutionResult> {
    const tell = teller(this.#logger, context.requestId);
    try {
      admit({ document: known.document, operation: known.operation, request: { variables }, contextValue: context });
      const generation = this.#gateway.current;
      const result = await generation.operation(known).execute(this.#gateway.request(context, generation, variables));
      return clientResult(result, tell);
    } catch (error) {
      return { errors: [tell(thrown(error))] };
    }
  }
}

type Resolved = GraphQLRequestContextDidResolveOperation<GatewayContext>;

const keyOf = (query: string, operationName: string | null | undefined): string => `${operationName ?? ''}\n${query}`;
