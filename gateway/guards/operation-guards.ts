import type { ApolloServerPlugin } from '@apollo/server';
import { hash } from 'node:crypto';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { assertScope } from '../../subgraphs/shared/viewer/require-scope.js';
import { MAX_DOCUMENTS } from '../../subgraphs/shared/server/document-store.js';
import type { GatewayContext } from '../context.js';
import { OperationCosts, type RequestCost } from './cost/operation-costs.js';
import { DocumentLimits } from './document-limits.js';
import type { Limits } from './limits.js';
import { OperationLimits } from './operation-limits.js';
import { StorableValues } from './storable-values.js';
import { ValidationTurns } from './validation-turns.js';

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
  readonly #turns = new ValidationTurns();
  readonly #limits: OperationLimits;
  readonly #values: StorableValues;
  readonly #costs: OperationCosts;
  /** The hashes of the documents that have been validated. */
  readonly #validated = new LRUCache<string, true>({ max: MAX_DOCUMENTS });

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

  /**
   * Checks a document before validation, unless an equal one has been validated. Rejects with RATE_LIMITED if the client sends too many
   * new documents, and with BAD_USER_INPUT if the validation would take too long.
   */
  async checkDocument(query: string, { rates }: GatewayContext): Promise<void> {
    if (this.#validated.has(hash('sha256', query, 'hex'))) return;
    await rates.admitNewOperation();
    await this.#turns.next();
    this.#documents.check(query);
  }

  /**
   * Checks an operation between validation and execution. Throws or rejects with FORBIDDEN, BAD_USER_INPUT,
   * COST_ESTIMATED_TOO_EXPENSIVE or RATE_LIMITED if it must not be executed. It returns a promise only if the rates are counted in
   * another process.
   */
  check(request: ValidatedRequest): void | Promise<void> {
    assertScope(request);
    this.#limits.check(request);
    this.#values.check(request);
    const cost = this.#costs.costOf(request);
    if (!cost) return undefined;
    request.contextValue.onCost?.(cost);
    if (cost.cost > cost.limit) throw tooExpensive(cost);
    return request.contextValue.rates.admitCost(cost.cost);
  }

  get plugin(): ApolloServerPlugin<GatewayContext> {
    const hooks = {
      didResolveOperation: async (request: ValidatedRequest & { queryHash: string }) => {
        this.#validated.set(request.queryHash, true);
        await this.check(request);
      },
    };
    return { requestDidStart: async () => hooks as never };
  }
}

const tooExpensive = ({ cost, limit, dearestPath }: RequestCost) =>
  codedError(
    'COST_ESTIMATED_TOO_EXPENSIVE',
    `The operation costs ${cost}; the limit is ${limit}. Its dearest path is ${dearestPath()}. Request smaller pages, or split it into several operations.`,
  );
