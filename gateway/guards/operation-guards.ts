import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { assertScope } from '../../subgraphs/shared/viewer/require-scope.js';
import type { GatewayContext } from '../context.js';
import { OperationCosts, type RequestCost } from './cost/operation-costs.js';
import { DocumentLimits } from './document-limits.js';
import type { Limits } from './limits.js';
import { OperationLimits } from './operation-limits.js';
import { StorableValues } from './storable-values.js';

/** An operation that passed validation, and the request that wants it executed. */
export interface ValidatedRequest {
  document: DocumentNode;
  /** Undefined if the document has no operation with the requested name; the executor reports that. */
  operation?: OperationDefinitionNode;
  /** The API schema that the document is valid for. */
  schema: GraphQLSchema;
  request: { variables?: Record<string, unknown> };
  contextValue: GatewayContext;
}

/** The checks of documents and operations. One instance serves one server, as it remembers the documents that passed. */
export class OperationGuards {
  readonly #documents: DocumentLimits;
  readonly #limits: OperationLimits;
  readonly #values: StorableValues;
  readonly #costs: OperationCosts;

  constructor(limits: Limits) {
    this.#documents = new DocumentLimits(limits);
    this.#limits = new OperationLimits(limits);
    this.#values = new StorableValues(limits.variableDepth);
    this.#costs = new OperationCosts(limits);
  }

  /** Reads the cost directives of a supergraph. Must be called before operations of its schema are checked. */
  addSchema(schema: GraphQLSchema, supergraph: DocumentNode): void {
    this.#costs.addSchema(schema, supergraph);
  }

  /** Checks a document before validation. Throws BAD_USER_INPUT if its validation would take too long. */
  checkDocument(query: string): void {
    this.#documents.check(query);
  }

  /**
   * Checks an operation between validation and execution. Throws FORBIDDEN, BAD_USER_INPUT or COST_ESTIMATED_TOO_EXPENSIVE if it
   * must not be executed.
   */
  check(request: ValidatedRequest): void {
    assertScope(request);
    this.#limits.check(request);
    this.#values.check(request);
    const cost = this.#costs.costOf(request);
    if (!cost) return;
    request.contextValue.onCost?.(cost);
    if (cost.cost > cost.limit) throw tooExpensive(cost);
  }

  get plugin(): ApolloServerPlugin<GatewayContext> {
    const hooks = { didResolveOperation: async (request: object) => this.check(request as ValidatedRequest) };
    return { requestDidStart: async () => hooks };
  }
}

const tooExpensive = ({ cost, limit, dearestPath }: RequestCost) =>
  codedError(
    'COST_ESTIMATED_TOO_EXPENSIVE',
    `The operation costs ${cost}; the limit is ${limit}. Its dearest path is ${dearestPath()}. Request smaller pages, or split it into several operations.`,
  );
