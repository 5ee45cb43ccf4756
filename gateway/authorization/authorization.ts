import { Kind, type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { holds, type Clause, type Credentials } from './clause.js';
import { PossibleTypes } from './possible-types.js';
import { findRefused, type RefusedFields, type Selected } from './refused-fields.js';
import { remaining } from './remaining.js';
import { Requirements } from './requirements.js';

/** Distinct outcomes that are kept for one operation; each is as large as the operation. */
const REMEMBERED = 16;

/** An operation for a reader who may not see all of it. */
export interface Remainder {
  /** The same for every reader who lacks the same: a part of the key under which a plan and a shape are cached. */
  readonly key: string;
  /** What is left to plan; null where nothing is: there is nothing to fetch, and a subscription is refused. */
  readonly document: DocumentNode | null;
  /** What is null in the answer, whatever the data holds: a subgraph may still have been asked for it, as part of a key. */
  readonly refused: RefusedFields;
}

/** Enforces the authorization directives of one supergraph. */
export class Authorization {
  readonly #requirements: Requirements;
  readonly #schema: GraphQLSchema;
  readonly #possible: PossibleTypes;

  private constructor(requirements: Requirements, apiSchema: GraphQLSchema) {
    this.#requirements = requirements;
    this.#schema = apiSchema;
    this.#possible = new PossibleTypes(apiSchema);
  }

  /** Null where the supergraph demands nothing of anyone. `apiSchema` is the schema that operations are validated with. */
  static of(supergraph: string | DocumentNode, apiSchema: GraphQLSchema): Authorization | null {
    const requirements = Requirements.read(supergraph);
    return requirements && new Authorization(requirements, apiSchema);
  }

  /** What a validated operation demands, for the caller to keep beside its plan; null where it demands nothing. */
  demandsOf(document: DocumentNode, operation: OperationDefinitionNode): OperationDemands | null {
    const root = this.#schema.getRootType(operation.operation);
    if (!root) throw new Error(`No ${operation.operation} type: the operation was not validated`);
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    const selected: Selected = { selectionSet: operation.selectionSet, types: [root.name], fragments };
    const find = (isRefused: (clause: Clause) => boolean) => findRefused(selected, this.#possible, this.#requirements, isRefused);
    const clauses = new Set<Clause>();
    find((clause) => (clauses.add(clause), false));
    if (clauses.size === 0) return null;
    return new OperationDemands([...clauses], (failed) => {
      const refused = find((clause) => failed.has(clause));
      if (refused.size === 0) return null;
      const definition = remaining(operation, selected, this.#possible, refused);
      return { refused, document: definition && { kind: Kind.DOCUMENT, definitions: [definition] } };
    });
  }
}

type Remove = (failed: ReadonlySet<Clause>) => Omit<Remainder, 'key'> | null;

/** What one operation demands of who sends it. */
export class OperationDemands {
  /** The policies that have to be evaluated before `authorize`. */
  readonly policies: readonly string[];
  readonly #clauses: readonly Clause[];
  readonly #remove: Remove;
  readonly #outcomes = new LRUCache<string, { remainder: Remainder | null }>({ max: REMEMBERED });

  constructor(clauses: readonly Clause[], remove: Remove) {
    this.#clauses = clauses;
    this.#remove = remove;
    this.policies = [...new Set(clauses.flatMap((clause) => (clause.kind === 'policies' ? clause.anyOf.flat() : [])))];
  }

  /** Null where the reader may see all of the operation. */
  authorize(credentials: Credentials): Remainder | null {
    let key = '';
    for (const [index, clause] of this.#clauses.entries()) if (!holds(clause, credentials)) key += `${index},`;
    return key === '' ? null : (this.#outcomes.get(key) ?? this.#work(key, credentials)).remainder;
  }

  #work(key: string, credentials: Credentials): { remainder: Remainder | null } {
    const result = this.#remove(new Set(this.#clauses.filter((clause) => !holds(clause, credentials))));
    const outcome = { remainder: result && { key, ...result } };
    this.#outcomes.set(key, outcome);
    return outcome;
  }
}
