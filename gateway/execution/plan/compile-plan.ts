import type { DeferNode, FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { PlanningError } from '../../planning/planner.js';
import { MergedOperations } from '../fetch/merged-operations.js';
import { providedKeys } from '../fetch/provided-keys.js';
import { RepresentationWriter } from '../fetch/representation-writer.js';
import type { SchemaTypes } from '../schema-types.js';
import { emptyPlan, type CompiledPlan, type DeferredStep, type MutationFieldStep, type Step } from './compiled-plan.js';
import type { Fetch } from '../fetch/fetch.js';
import { parsePath, type PathStep } from './path.js';

/** Compiles the plan of a whole operation. Throws a PlanningError for a plan that cannot be executed. */
export function compilePlan({ node }: QueryPlan, types: SchemaTypes): CompiledPlan {
  if (!node) return emptyPlan();
  const compiler = new PlanCompiler(types);
  const [eventFetch, rest] = node.kind === 'Subscription' ? [compiler.fetch(node.primary), node.rest] : [null, node];
  const step = rest ? compiler.step(rest, []) : null;
  return { step, eventFetch, ...compiler.sharedProperties };
}

/** Compiles the plans of a mutation's root fields into one plan that executes them serially. */
export function compileMutationFields(
  fieldPlans: readonly (Omit<MutationFieldStep, 'step'> & { plan: QueryPlan })[],
  types: SchemaTypes,
): CompiledPlan {
  const compiler = new PlanCompiler(types);
  const fields = fieldPlans.map(({ plan: { node }, ...field }) => ({ ...field, step: compiler.mutationFieldStep(node) }));
  return { step: { kind: 'Mutations', fields }, eventFetch: null, ...compiler.sharedProperties };
}

class PlanCompiler {
  #canShareObjects = true;
  readonly #entityQueryIds = new Map<string, number>();
  readonly #deferredSteps: DeferredStep[] = [];
  /** Makes the ids of fetches unique across the plans of a mutation's root fields, each of which counts from 0. */
  #idPrefix = '';
  readonly #trackedIds = new Set<string>();
  /** True while the step of a deferred fragment is compiled. */
  #isDeferring = false;

  constructor(private readonly types: SchemaTypes) {}

  /** The properties of the plan that all its steps determine together. A plan with deferred steps never shares objects. */
  get sharedProperties(): Pick<CompiledPlan, 'canShareObjects' | 'deferredSteps' | 'mergedOperations'> {
    // The planner may name a dependency on a fetch that it has dropped because it had nothing to fetch.
    const deferredSteps = this.#deferredSteps.map(({ dependsOn, ...step }) => ({
      ...step,
      dependsOn: dependsOn.filter((id) => this.#trackedIds.has(id)),
    }));
    const canShareObjects = this.#canShareObjects && deferredSteps.length === 0;
    return { canShareObjects, deferredSteps, mergedOperations: new MergedOperations() };
  }

  /** Compiles the plan of one root field of a mutation. */
  mutationFieldStep(node: QueryPlan['node']): Step | null {
    this.#idPrefix += '+';
    return node && node.kind !== 'Subscription' ? this.step(node, []) : null;
  }

  step(node: PlanNode, path: readonly (string | number)[]): Step {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        return { kind: node.kind, steps: node.nodes.map((child) => this.step(child, path)) };
      case 'Condition':
        throw new PlanningError('The plan has a condition, although all conditions were resolved before planning.');
      case 'Flatten':
        return this.step(node.node, [...path, ...node.path]);
      case 'Fetch':
        return this.#trackedStep(node.id, this.#fetchStep(parsePath(path), node));
      case 'Defer':
        return this.#beforeDefer(node, path);
    }
  }

  fetch({ serviceName, operation, operationName, operationKind, variableUsages, outputRewrites = [] }: FetchNode): Fetch {
    const named = withClientOperationName(operation, operationName);
    let keys: ReadonlySet<string> | undefined;
    return {
      subgraph: serviceName,
      operation: named,
      operationJson: JSON.stringify(named),
      isMutation: operationKind === 'mutation',
      variables: variableUsages ?? [],
      outputRewrites,
      providedKeys: () => (keys ??= providedKeys(named, outputRewrites)),
    };
  }

  /** Compiles the step that runs before the deferred fragments, and adds the steps of these, nested ones included. */
  #beforeDefer({ primary: beforeDefer, deferred }: DeferNode, path: readonly (string | number)[]): Step {
    const step: Step = beforeDefer.node ? this.step(beforeDefer.node, path) : { kind: 'Sequence', steps: [] };
    const wasDeferring = this.#isDeferring;
    this.#isDeferring = true;
    for (const { label, depends, node } of deferred) {
      if (label === undefined) throw new PlanningError('The plan has a deferred node without a label.');
      const dependsOn = depends.map(({ id }) => this.#idPrefix + id);
      this.#deferredSteps.push({ label, dependsOn, step: node ? this.step(node, path) : null });
    }
    this.#isDeferring = wasDeferring;
    return step;
  }

  #trackedStep(id: string | undefined, step: Step): Step {
    if (id === undefined) return step;
    this.#trackedIds.add(this.#idPrefix + id);
    return { kind: 'Tracked', id: this.#idPrefix + id, step };
  }

  #fetchStep(path: readonly PathStep[], node: FetchNode): Step {
    const { requires, inputRewrites = [], contextRewrites = [] } = node;
    if (path.some(({ types }) => types) || contextRewrites.length > 0) this.#canShareObjects = false;
    const fetch = this.fetch(node);
    if (this.#isDeferring && fetch.isMutation) throw new PlanningError('The plan runs a mutation in a deferred node.');
    if (!requires) return { kind: 'Fetch', path, fetch };
    const variables = fetch.variables.filter((name) => !contextRewrites.some(({ renameKeyTo }) => renameKeyTo === name));
    return {
      kind: 'Entities',
      path,
      fetch: {
        ...fetch,
        variables,
        requires,
        entityQueryId: this.#entityQueryId(node),
        representationWriter: new RepresentationWriter(requires, this.types, ''),
        inputRewrites,
        contextRewrites,
      },
    };
  }

  #entityQueryId({ serviceName, operation, operationName, requires, inputRewrites, outputRewrites, contextRewrites }: FetchNode): number {
    const query = JSON.stringify([
      serviceName,
      withClientOperationName(operation, operationName),
      requires,
      inputRewrites,
      outputRewrites,
      contextRewrites,
    ]);
    const id = this.#entityQueryIds.get(query) ?? this.#entityQueryIds.size;
    this.#entityQueryIds.set(query, id);
    return id;
  }
}

/**
 * Returns the operation under the client's operation name. The planner gives each fetch a name of its own
 * (`Client__subgraph__2`), which would hide that two fetches are equal, from the executor and from subgraphs that cache
 * documents.
 */
function withClientOperationName(operation: string, name: string | undefined): string {
  const clientName = name && /^(.*)__.*__\d+$/.exec(name)?.[1];
  return clientName ? operation.replace(name, clientName) : operation;
}
