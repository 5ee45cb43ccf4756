import {
  getOperationAST,
  Kind,
  parse,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { Authorization } from '../authorization/authorization.js';
import { OverrideLabels } from '../planning/override-labels.js';
import { PlanCache } from '../planning/plan-cache.js';
import type { Planner } from '../planning/planner.js';
import { labelDefers } from './plan/defer-labels.js';
import type { OperationVariant } from './operation-variants.js';
import { Operation } from './operation.js';
import { extractInexactLiterals } from './plan/exact-literals.js';
import { renameForPlanning } from './plan/rename-for-planning.js';
import { supergraphFieldNames, type SupergraphFieldNames } from './plan/supergraph-field-names.js';
import { JsonWriterPool } from './response/json-writer-pool.js';
import { SchemaTypes } from './schema-types.js';

/** The maximum number of operations that a generation caches. */
const MAX_OPERATIONS = 1000;
/** The maximum size of the cached operations, in bytes. */
const MAX_OPERATIONS_BYTES = 64 * 1024 * 1024;
/** Estimated bytes of a parsed document, per character of its text. */
const BYTES_PER_CHARACTER = 120;

/** A client's operation, parsed and validated. */
export interface ClientOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Null for an anonymous operation. */
  operationName: string | null;
  /** A hash of the document's text. */
  queryHash: string;
}

/**
 * A loaded supergraph with its planner and the plans of its operations. A request is executed by the generation it started
 * with.
 */
export class Generation {
  readonly #types: SchemaTypes;
  readonly #fieldNames: SupergraphFieldNames;
  readonly #authorization: Authorization | null;
  readonly #overrideLabels: OverrideLabels;
  readonly #operations = new LRUCache<string, Operation>({ max: MAX_OPERATIONS, maxSize: MAX_OPERATIONS_BYTES });
  readonly #variants = new PlanCache<OperationVariant>({ bytesOf: ({ bytes }) => bytes });
  readonly #jsonWriters = new JsonWriterPool();

  constructor(
    readonly supergraph: string,
    private readonly planner: Planner,
    onSupergraph?: (apiSchema: GraphQLSchema, supergraph: DocumentNode) => void,
  ) {
    const document = parse(supergraph, { noLocation: true });
    this.#types = new SchemaTypes(document);
    this.#fieldNames = supergraphFieldNames(document);
    this.#authorization = Authorization.of(document, this.schema);
    this.#overrideLabels = new OverrideLabels(document);
    onSupergraph?.(this.schema, document); // It is not kept: a parsed supergraph is a hundred times as large as its text.
  }

  /** The URLs of the subgraphs in the supergraph, by subgraph name. */
  get subgraphUrls(): ReadonlyMap<string, string> {
    return this.#types.subgraphUrls;
  }

  /** The API schema: the schema that clients see. */
  get schema(): GraphQLSchema {
    return this.planner.apiSchema;
  }

  /** Returns the cached operation, or creates it. Throws BAD_USER_INPUT for an operation with a number that is not finite. */
  operation(client: ClientOperation): Operation {
    const key = `${client.operationName ?? ''}:${client.queryHash}`;
    let operation = this.#operations.get(key);
    if (!operation) {
      operation = this.#createOperation(client, key);
      this.#operations.set(key, operation, { size: BYTES_PER_CHARACTER * (client.document.loc?.end ?? 1) });
    }
    return operation;
  }

  /** Closes the planner. Operations that are being planned fail. */
  close(): Promise<void> {
    return this.planner.close();
  }

  #createOperation(client: ClientOperation, cacheKey: string): Operation {
    const { operationName } = client;
    const labelled = labelDefers(client.document);
    const document = labelled?.document ?? client.document;
    const operation = labelled ? getOperationAST(document, operationName)! : client.operation;
    const renamed = renameForPlanning(document, this.#fieldNames);
    const plannable = { ...renamed, ...extractInexactLiterals(renamed.document, this.schema) };
    const planned = getOperationAST(plannable.document, operationName)!;
    return new Operation({
      operation,
      operationName: operationName ?? undefined,
      fragments: fragmentsOf(document),
      plannable,
      labels: labelled?.labels ?? null,
      accessRequirements: this.#authorization?.requirementsOf(plannable.document, planned) ?? null,
      schema: this.schema,
      types: this.#types,
      planner: this.planner,
      jsonWriters: this.#jsonWriters,
      overrideLabels: this.#overrideLabels,
      cache: this.#variants,
      cacheKey,
    });
  }
}

function fragmentsOf({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}
