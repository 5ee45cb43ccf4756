import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Limits } from '../limits.js';
import { CostModel } from './cost-model.js';
import { costTree } from './cost-tree.js';
import { OperationCost } from './operation-cost.js';

/** The cost of the operation of one request. */
export interface RequestCost {
  /** The largest number of objects that the operation may return, each by its weight. */
  readonly cost: number;
  readonly limit: number;
  /** Returns the response path of the dearest fields. */
  dearestPath(): string;
}

/** The request whose cost is limited. */
interface CostedRequest {
  document: DocumentNode;
  operation?: OperationDefinitionNode;
  schema: GraphQLSchema;
  request: { variables?: Record<string, unknown> };
}

/** The model of a schema, with the costs of its operations, which documents of the document store keep from one request to the next. */
interface SchemaCosts {
  model: CostModel;
  operations: WeakMap<OperationDefinitionNode, OperationCost>;
}

/** Computes the cost of operations by the cost directives of the supergraph (docs/adr/0020). */
export class OperationCosts {
  readonly #schemas = new WeakMap<GraphQLSchema, SchemaCosts>();

  constructor(private readonly limits: Limits) {}

  /** Reads the cost directives of a supergraph. Must be called before operations of its schema are checked. */
  addSchema(schema: GraphQLSchema, supergraph: DocumentNode): void {
    const model = new CostModel(schema, supergraph, this.limits.listSize);
    this.#schemas.set(schema, { model, operations: new WeakMap() });
  }

  /**
   * Returns the cost of a request; null if it has no operation. Throws BAD_USER_INPUT if a slicing argument that the supergraph
   * requires is missing.
   */
  costOf({ document, operation, schema, request: { variables = {} } }: CostedRequest): RequestCost | null {
    if (!operation) return null;
    const compiled = this.#operationCost(document, operation, schema);
    return { cost: compiled.evaluate(variables), limit: this.limits.cost, dearestPath: () => compiled.dearestPath(variables) };
  }

  #operationCost(document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema): OperationCost {
    const costs = this.#schemas.get(schema);
    if (!costs) throw new Error('The cost directives of the schema have not been read.');
    let compiled = costs.operations.get(operation);
    if (!compiled) {
      compiled = new OperationCost(costTree(costs.model, document, operation, schema.getRootType(operation.operation)!));
      costs.operations.set(operation, compiled);
    }
    return compiled;
  }
}
