import { Kind, type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { isSatisfied, type AccessRequirement, type Credentials } from './access-requirement.js';
import { PossibleTypes } from './possible-types.js';
import { findUnauthorizedFields, type UnauthorizedFields, type TypedSelection } from './unauthorized-fields.js';
import { removeUnauthorizedFields } from './remove-unauthorized-fields.js';
import { SupergraphRequirements } from './supergraph-requirements.js';

/** Number of filtered operations that are cached for one operation. Each is about as large as the operation. */
const MAX_CACHED = 16;

/** An operation without the fields that a client is not authorized to read. */
export interface FilteredOperation {
  /** Part of the cache key of the plan. Clients that fail the same requirements have the same key. */
  readonly key: string;
  /** The document to plan; null if no authorized field remains. Then nothing is fetched, and a subscription is refused. */
  readonly document: DocumentNode | null;
  /** The fields that must be null in the response, even if a subgraph returned them as part of a key. */
  readonly unauthorizedFields: UnauthorizedFields;
}

/** Enforces the authorization directives of one supergraph. */
export class Authorization {
  readonly #requirements: SupergraphRequirements;
  readonly #schema: GraphQLSchema;
  readonly #possible: PossibleTypes;

  private constructor(requirements: SupergraphRequirements, apiSchema: GraphQLSchema) {
    this.#requirements = requirements;
    this.#schema = apiSchema;
    this.#possible = new PossibleTypes(apiSchema);
  }

  /**
   * Returns null if the supergraph has no access requirements.
   * @param apiSchema the schema that operations are validated against.
   */
  static of(supergraph: string | DocumentNode, apiSchema: GraphQLSchema): Authorization | null {
    const requirements = SupergraphRequirements.read(supergraph);
    return requirements && new Authorization(requirements, apiSchema);
  }

  /** Returns the access requirements of a validated operation, which the caller caches with the operation; null if it has none. */
  requirementsOf(document: DocumentNode, operation: OperationDefinitionNode): OperationRequirements | null {
    const root = this.#schema.getRootType(operation.operation);
    if (!root) throw new Error(`The schema has no ${operation.operation} type. Validate the operation before authorization.`);
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    const selection: TypedSelection = { selectionSet: operation.selectionSet, types: [root.name], fragments };
    const find = (isUnmet: (requirement: AccessRequirement) => boolean) =>
      findUnauthorizedFields(selection, this.#possible, this.#requirements, isUnmet);
    const requirements = new Set<AccessRequirement>();
    find((requirement) => (requirements.add(requirement), false));
    if (requirements.size === 0) return null;
    return new OperationRequirements([...requirements], (unmet) => {
      const unauthorizedFields = find((requirement) => unmet.has(requirement));
      if (unauthorizedFields.size === 0) return null;
      const definition = removeUnauthorizedFields(operation, selection, this.#possible, unauthorizedFields);
      return { unauthorizedFields, document: definition && { kind: Kind.DOCUMENT, definitions: [definition] } };
    });
  }
}

type FilterOperation = (unmet: ReadonlySet<AccessRequirement>) => Omit<FilteredOperation, 'key'> | null;

/** The access requirements of one operation. */
export class OperationRequirements {
  /** The policies that must be evaluated before `filterFor` is called. */
  readonly policies: readonly string[];
  readonly #requirements: readonly AccessRequirement[];
  readonly #filter: FilterOperation;
  readonly #cache = new LRUCache<string, { filtered: FilteredOperation | null }>({ max: MAX_CACHED });

  constructor(requirements: readonly AccessRequirement[], filter: FilterOperation) {
    this.#requirements = requirements;
    this.#filter = filter;
    this.policies = [...new Set(requirements.flatMap((requirement) => (requirement.kind === 'policies' ? requirement.anyOf.flat() : [])))];
  }

  /** Returns the part of the operation that the credentials allow; null if they allow all of it. */
  filterFor(credentials: Credentials): FilteredOperation | null {
    let key = '';
    for (const [index, requirement] of this.#requirements.entries()) if (!isSatisfied(requirement, credentials)) key += `${index},`;
    return key === '' ? null : (this.#cache.get(key) ?? this.#createFor(key, credentials)).filtered;
  }

  #createFor(key: string, credentials: Credentials): { filtered: FilteredOperation | null } {
    const result = this.#filter(new Set(this.#requirements.filter((requirement) => !isSatisfied(requirement, credentials))));
    const outcome = { filtered: result && { key, ...result } };
    this.#cache.set(key, outcome);
    return outcome;
  }
}
