import type { FetchDataKeyRenamer, FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { RepresentationWriter } from './representation-writer.js';

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
