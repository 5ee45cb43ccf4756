import type { FetchDataKeyRenamer, FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { MergedOperations } from '../fetch/merged-operations.js';
import type { RepresentationWriter } from '../fetch/representation-writer.js';
import type { PathStep } from './path.js';

/** A fetch of root fields: one request to one subgraph, compiled once and sent each time the plan runs. */
export interface Fetch {
  subgraph: string;
  /** The GraphQL document, without insignificant white space. */
  operation: string;
  /** The document as a JSON string literal. */
  operationJson: string;
  isMutation: boolean;
  /** The names of the client's variables that the operation uses. */
  variables: readonly string[];
  /** Changes to the data that the subgraph returns. */
  outputRewrites: readonly FetchDataRewrite[];
  /** Returns the response keys that the fetch adds to its target objects. They are computed on the first call. */
  providedKeys: () => ReadonlySet<string>;
}

/** An entity fetch: it requests fields of entities whose keys another fetch has returned, through `_entities`. */
export interface EntityFetch extends Fetch {
  /**
   * Identifies the query. Fetches of one plan that request the same fields of entities have the same id, at whatever
   * response path.
   */
  entityQueryId: number;
  /** The fields of the representations. */
  requires: readonly QueryPlanSelectionNode[];
  /** Writes the representations that the subgraph needs to resolve the entities. */
  representationWriter: RepresentationWriter;
  /** Changes to the representations. */
  inputRewrites: readonly FetchDataRewrite[];
  /** The arguments whose values come from objects above the entity (`@fromContext`). */
  contextRewrites: readonly FetchDataKeyRenamer[];
}

/** A step of a plan. `path` is the response path of the objects that a fetch adds fields to. */
export type Step =
  | { kind: 'Sequence'; steps: readonly Step[] }
  | { kind: 'Parallel'; steps: readonly Step[] }
  | { kind: 'Mutations'; fields: readonly MutationFieldStep[] }
  /** Reports when its step has run, under the id by which deferred steps depend on it. */
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
  /** The ids of the tracked steps that must have run before. */
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
   * True if equal entities of one response path may become one object. False if a path has type conditions or an argument
   * depends on the objects above the entity: the same entity may then need different fields at different places.
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
