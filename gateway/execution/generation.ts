import { getOperationAST, Kind, parse, type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema } from 'graphql';
import { Authorization } from '../authorization/authorization.js';
import type { Planner } from '../planning/planner.js';
import { LRUCache } from 'lru-cache';
import { PlanCache } from '../planning/plan-cache.js';
import { MAX_DOCUMENT_BYTES, documentBytes, MAX_DOCUMENTS } from '../../subgraphs/shared/server/document-store.js';
import type { ValidatedOperation } from '../../subgraphs/shared/server/validated-operations.js';
import { labelled } from './defer/labels.js';
import { Operation, type Variant } from './operation.js';
import { internalNames } from './plan/internal-names.js';
import { plannerNames, type PlannerNames } from './plan/planner-names.js';
import { SchemaTypes } from './schema-types.js';

/** A client's operation as Apollo Server has parsed and validated it. */
export type ClientOperation = Omit<ValidatedOperation, 'schema'>;

/** One supergraph that is served, with its plans. A request stays with the generation that it began with. */
export class Generation {
  readonly #types: SchemaTypes;
  readonly #names: PlannerNames;
  readonly #authorization: Authorization | null;
  readonly #operations = new LRUCache<string, Operation>({ max: MAX_DOCUMENTS, maxSize: MAX_DOCUMENT_BYTES });
  readonly #variants = new PlanCache<Variant>({ bytesOf: ({ bytes }) => bytes });

  constructor(
    readonly supergraph: string,
    private readonly planner: Planner,
  ) {
    const document = parse(supergraph, { noLocation: true });
    this.#types = new SchemaTypes(document);
    this.#names = plannerNames(document);
    this.#authorization = Authorization.of(document, this.schema);
  }

  /** Where the supergraph says that its subgraphs are, by name. */
  get urls(): ReadonlyMap<string, string> {
    return this.#types.subgraphUrls;
  }

  get schema(): GraphQLSchema {
    return this.planner.apiSchema;
  }

  /** The operation, with what is kept of it from request to request. */
  operation(client: ClientOperation): Operation {
    const key = `${client.operationName ?? ''}:${client.queryHash}`;
    let known = this.#operations.get(key);
    if (!known) this.#operations.set(key, (known = this.#make(client, key)), { size: documentBytes(client.document) });
    return known;
  }

  close(): Promise<void> {
    return this.planner.close();
  }

  #make(client: ClientOperation, key: string): Operation {
    const { operationName } = client;
    const named = labelled(client.document);
    const document = named?.document ?? client.document;
    const operation = named ? getOperationAST(document, operationName)! : client.operation;
    const internal = internalNames(document, this.#names);
    const planned = getOperationAST(internal.document, operationName)!;
    return new Operation({
      operation,
      operationName: operationName ?? undefined,
      fragments: fragmentsOf(document),
      internal,
      labels: named?.labels ?? null,
      demands: this.#authorization?.demandsOf(internal.document, planned) ?? null,
      schema: this.schema,
      types: this.#types,
      planner: this.planner,
      cache: this.#variants,
      key,
    });
  }
}

function fragmentsOf({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}
