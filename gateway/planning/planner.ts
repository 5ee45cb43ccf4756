import type { QueryPlan } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

/** Creates query plans for the operations on one supergraph. */
export interface Planner {
  /** The schema that clients see. It has the directive `@defer` unless the option `defer` is false. */
  readonly apiSchema: GraphQLSchema;
  /**
   * Returns the plan of a valid operation, as plain data. The name selects one of several operations. A plan does not contain
   * introspection fields and the root's `__typename`; without other fields it has no node. Rejects with a PlanningError if
   * the operation cannot be planned, and with a coded GraphQLError if it is too large or planning takes too long.
   * @param activeOverrides the labels of the progressive overrides that are active. Default: none.
   */
  plan(document: string, operationName: string | undefined, activeOverrides?: readonly string[]): Promise<QueryPlan>;
  /** Releases the planner's resources. Operations that are still being planned fail. */
  close(): Promise<void>;
}

export interface PlannerOptions {
  /**
   * True to create separate fetches below an abstract type for each type condition of the operation, unless it has too many of
   * them. Default: false.
   */
  typeConditionedFetching?: boolean;
  /** True if operations may use `@defer`, and plans may have Defer nodes. Default: true. */
  defer?: boolean;
}

/**
 * The prefix of the response keys that plans add for required fields. Operations must not use it for their own fields, as
 * these would be mixed up with the required ones.
 */
export const RESERVED_KEY_PREFIX = '_required_';

/**
 * The error of a valid operation that the planner cannot plan. It is a defect of the gateway: clients get
 * INTERNAL_SERVER_ERROR.
 */
export class PlanningError extends Error {}
