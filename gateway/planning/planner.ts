import type { QueryPlan } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

/** Makes query plans for one supergraph. */
export interface Planner {
  /** The schema that clients see; with the directive `@defer` unless it is switched off. */
  readonly apiSchema: GraphQLSchema;
  /**
   * The plan of a valid operation: plain data. Of a document with several operations the name picks one. Introspection
   * and the root's `__typename` are not in a plan; an operation of nothing else has a plan without a node. An operation
   * that cannot be planned is a PlanningFault; one that takes too long or ends the planner is a coded GraphQLError.
   */
  plan(document: string, operationName: string | undefined): Promise<QueryPlan>;
  /** Frees what the planner holds. What is still being planned fails. */
  close(): Promise<void>;
}

export interface PlannerOptions {
  /** Whether fetches below an abstract type are made apart for each type condition of the operation, unless it has many; false if not said. */
  typeConditionedFetching?: boolean;
  /** Whether operations may `@defer`, and plans have Defer nodes; true if not said. */
  defer?: boolean;
}

/**
 * How response keys begin that plans make up: an operation must have none such, or its fields would meet those that plans
 * ask for by themselves.
 */
export const RESERVED_KEY = '_required_';

/** A valid operation that the planner has no plan for: a fault of ours, which clients see as INTERNAL_SERVER_ERROR. */
export class PlanningFault extends Error {}
