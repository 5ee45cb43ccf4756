import type { EntityFetch, Fetch } from '../fetch/fetch.js';
import { MergedOperations } from '../fetch/merged-operations.js';
import type { PathStep } from './path.js';

/** A step of a plan. `path` is the response path of the objects that a fetch adds fields to. */
export type Step =
  | { kind: 'Sequence'; steps: readonly Step[] }
  | { kind: 'Parallel'; steps: readonly Step[] }
  | { kind: 'Mutations'; fields: readonly MutationFieldStep[] }
  /** Calls `onStepCompleted` with its id when its step has run. Deferred steps depend on these ids. */
  | { kind: 'Tracked'; id: string; step: Step }
  | { kind: 'Fetch'; path: readonly PathStep[]; fetch: Fetch }
  | { kind: 'Entities'; path: readonly PathStep[]; fetch: EntityFetch };

/** One root field of a mutation. */
export interface MutationFieldStep {
  responseKey: string;
  /** True if a null value makes the whole data null; the fields that follow are then not executed. */
  isNonNull: boolean;
  step: Step | null;
}

/** The step that fetches the fields of one deferred fragment. */
export interface DeferredStep {
  /** The label of the fragment's `@defer` in the plan. */
  label: string;
  /** The ids of the tracked steps that must have run before this step starts. */
  dependsOn: readonly string[];
  /** Null if other steps fetch all of the fragment's fields. */
  step: Step | null;
}

/** A query plan, compiled for execution. */
export interface CompiledPlan {
  /** Null if nothing has to be fetched. */
  step: Step | null;
  /** The fetch that a subscription's events come from; null for queries and mutations. */
  eventFetch: Fetch | null;
  /**
   * True if objects of one response path that have the same representation and no other fields may become one object. False
   * if a path has type conditions, an argument depends on the objects above the entity, or a fragment is deferred: the same
   * entity may then need different fields at different places.
   */
  canShareObjects: boolean;
  /** The steps of the deferred fragments, nested ones included. */
  deferredSteps: readonly DeferredStep[];
  /** The operations that send several of the plan's entity queries in one request. */
  mergedOperations: MergedOperations;
}

/** Returns the plan of an operation that needs no fetch. */
export const emptyPlan = (): CompiledPlan => ({
  step: null,
  eventFetch: null,
  canShareObjects: true,
  deferredSteps: [],
  mergedOperations: new MergedOperations(),
});
