import type { DeferNode, FetchDataKeyRenamer, FetchDataRewrite, FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { DeferredStep } from '../defer/deferred-run.js';
import { PlanningFault } from '../../planning/planner.js';
import { RepresentationWriter } from '../fetch/representation-writer.js';
import type { SchemaTypes } from '../schema-types.js';
import { readPath, type PathStep } from './path.js';

/** A request of the plan, ready to be sent as often as the plan runs. */
export interface Fetch {
  subgraph: string;
  /** GraphQL, without superfluous blanks. */
  operation: string;
  /** The same as a JSON string. */
  operationJson: string;
  isMutation: boolean;
  /** The client's variables that it uses. */
  variables: readonly string[];
  /** Changes on what comes back. */
  outputRewrites: readonly FetchDataRewrite[];
}

/** A request for fields of entities that another request has found. */
export interface EntityFetch extends Fetch {
  /** Fetches of one plan that ask the same of entities have the same number, wherever in the answer they ask. */
  entityQueryId: number;
  requires: RepresentationWriter;
  /** Changes on the representations. */
  inputRewrites: readonly FetchDataRewrite[];
  /** Arguments that come from objects above the entity. */
  contextRewrites: readonly FetchDataKeyRenamer[];
}

export type Step =
  | { kind: 'Sequence'; steps: readonly Step[] }
  | { kind: 'Parallel'; steps: readonly Step[] }
  | { kind: 'Mutations'; fields: readonly MutationStep[] }
  /** Says that the step has run, under a name by which deferred parts know it. */
  | { kind: 'Tracked'; id: string; step: Step }
  | { kind: 'Condition'; variable: string; ifTrue: Step | null; ifFalse: Step | null }
  | { kind: 'Fetch'; path: readonly PathStep[]; fetch: Fetch }
  | { kind: 'Entities'; path: readonly PathStep[]; fetch: EntityFetch };

/** One root field of a mutation. */
export interface MutationStep {
  key: string;
  /** Where its value is null, the whole answer is, and the fields that follow are not run. */
  isNonNull: boolean;
  step: Step | null;
}

/** A query plan in the form in which it runs. */
export interface CompiledPlan {
  /** Null where nothing has to be fetched. */
  step: Step | null;
  /** The fetch that events come from; only subscriptions have it. */
  primary: Fetch | null;
  /**
   * Whether equal objects of one path may become one object: not where a path depends on types or an argument on the
   * objects above, as then the same entity may need other fields in one place than in another.
   */
  mayShare: boolean;
  /** What is fetched for what the client gets later. */
  deferred: readonly DeferredStep[];
}

/** The plan of an operation for which nothing has to be asked. */
export const NOTHING: CompiledPlan = { step: null, primary: null, mayShare: true, deferred: [] };

export function compilePlan({ node }: QueryPlan, types: SchemaTypes): CompiledPlan {
  const compiler = new PlanCompiler(types);
  if (!node) return NOTHING;
  const [primary, rest] = node.kind === 'Subscription' ? [compiler.fetch(node.primary), node.rest] : [null, node];
  const step = rest ? compiler.step(rest, []) : null;
  return { step, primary, ...compiler.rest };
}

/** The plans of a mutation's root fields, to be run one after the other. */
export function compileMutations(parts: readonly { key: string; isNonNull: boolean; plan: QueryPlan }[], types: SchemaTypes): CompiledPlan {
  const compiler = new PlanCompiler(types);
  const fields = parts.map(({ plan: { node }, ...field }) => ({ ...field, step: compiler.mutation(node) }));
  return { step: { kind: 'Mutations', fields }, primary: null, ...compiler.rest };
}

class PlanCompiler {
  #mayShare = true;
  readonly #questions = new Map<string, number>();
  readonly #deferred: DeferredStep[] = [];
  /** Plans that are run one after the other have names of their own for their fetches. */
  #prefix = '';
  readonly #names = new Set<string>();
  #isDeferring = false;

  constructor(private readonly types: SchemaTypes) {}

  /** What a plan has beside its steps. Objects that are answered in parts stay themselves, wherever they stand. */
  get rest(): Pick<CompiledPlan, 'mayShare' | 'deferred'> {
    // A fetch of nothing is in no plan, and nobody waits for it.
    const deferred = this.#deferred.map(({ depends, ...step }) => ({ ...step, depends: depends.filter((id) => this.#names.has(id)) }));
    return { mayShare: this.#mayShare && deferred.length === 0, deferred };
  }

  /** The step of one root field of a mutation. */
  mutation(node: QueryPlan['node']): Step | null {
    this.#prefix += '+';
    return node && node.kind !== 'Subscription' ? this.step(node, []) : null;
  }

  step(node: PlanNode, path: readonly (string | number)[]): Step {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        return { kind: node.kind, steps: node.nodes.map((child) => this.step(child, path)) };
      case 'Condition':
        return {
          kind: 'Condition',
          variable: node.condition,
          ifTrue: node.ifClause ? this.step(node.ifClause, path) : null,
          ifFalse: node.elseClause ? this.step(node.elseClause, path) : null,
        };
      case 'Flatten':
        return this.step(node.node, [...path, ...node.path]);
      case 'Fetch':
        return this.#told(node.id, this.#at(readPath(path), node));
      case 'Defer':
        return this.#primary(node, path);
    }
  }

  fetch({ serviceName, operation, operationName, operationKind, variableUsages, outputRewrites }: FetchNode): Fetch {
    const named = clientNamed(operation, operationName);
    return {
      subgraph: serviceName,
      operation: named,
      operationJson: JSON.stringify(named),
      isMutation: operationKind === 'mutation',
      variables: variableUsages ?? [],
      outputRewrites: outputRewrites ?? [],
    };
  }

  /** What is to be run before the first answer; the rest is noted, that of parts within parts too. */
  #primary({ primary, deferred }: DeferNode, path: readonly (string | number)[]): Step {
    const step: Step = primary.node ? this.step(primary.node, path) : { kind: 'Sequence', steps: [] };
    const isWithin = this.#isDeferring;
    this.#isDeferring = true;
    for (const { label, depends, node: own } of deferred) {
      if (label === undefined) throw new PlanningFault('A plan defers a part that has no name.');
      this.#deferred.push({ label, depends: depends.map(({ id }) => this.#prefix + id), step: own ? this.step(own, path) : null });
    }
    this.#isDeferring = isWithin;
    return step;
  }

  #told(id: string | undefined, step: Step): Step {
    if (id === undefined) return step;
    this.#names.add(this.#prefix + id);
    return { kind: 'Tracked', id: this.#prefix + id, step };
  }

  #at(path: readonly PathStep[], node: FetchNode): Step {
    const { requires, inputRewrites = [], contextRewrites = [] } = node;
    if (path.some(({ types }) => types) || contextRewrites.length > 0) this.#mayShare = false;
    const fetch = this.fetch(node);
    if (this.#isDeferring && fetch.isMutation) throw new PlanningFault('A plan runs a mutation for a deferred part.');
    if (!requires) return { kind: 'Fetch', path, fetch };
    const question = this.#question(node);
    const variables = fetch.variables.filter((name) => !contextRewrites.some(({ renameKeyTo }) => renameKeyTo === name));
    return {
      kind: 'Entities',
      path,
      fetch: {
        ...fetch,
        variables,
        entityQueryId: question,
        requires: new RepresentationWriter(requires, this.types, ''),
        inputRewrites,
        contextRewrites,
      },
    };
  }

  #question({ serviceName, operation, operationName, requires, inputRewrites, outputRewrites, contextRewrites }: FetchNode): number {
    const text = JSON.stringify([
      serviceName,
      clientNamed(operation, operationName),
      requires,
      inputRewrites,
      outputRewrites,
      contextRewrites,
    ]);
    const known = this.#questions.get(text) ?? this.#questions.size;
    this.#questions.set(text, known);
    return known;
  }
}

/**
 * The operation under the client's name for its own. The planner gives each fetch another name, by which two fetches that
 * ask the same would not be known as equal, neither here nor by a subgraph that keeps the documents it has seen.
 */
function clientNamed(operation: string, name: string | undefined): string {
  const given = name && /^(.*)__.*__\d+$/.exec(name)?.[1];
  return given ? operation.replace(name, given) : operation;
}
