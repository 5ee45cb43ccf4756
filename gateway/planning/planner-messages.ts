import type { QueryPlan } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';
import { PlanningError, type PlannerOptions } from './planner.js';

/** The data that a planner thread is started with. */
export interface PlannerWorkerData {
  supergraph: string;
  options: PlannerOptions;
}

/** The first message of the thread: the API schema as SDL, or the reason why the supergraph does not load. */
export type StartMessage = { apiSchema: string } | { loadError: string };

/** A message to the thread: one operation to plan. */
export interface PlanRequest {
  document: string;
  operationName: string | undefined;
  /** The labels of the progressive overrides that are active. */
  activeOverrides: readonly string[];
}

/**
 * An error as plain data, because a message between threads loses the error's class. `code` is set for a GraphQLError that
 * the client may see.
 */
export interface SerializedError {
  message: string;
  stack: string | undefined;
  code: string | undefined;
}

/** The thread's response to a plan request. */
export type PlanResponse = { plan: QueryPlan } | { error: SerializedError };

export const serializeError = (error: unknown): SerializedError => ({
  message: (error as Error).message,
  stack: (error as Error).stack,
  code: error instanceof GraphQLError ? String(error.extensions.code) : undefined,
});

/** Returns the GraphQLError or PlanningError that was serialized. */
export function deserializeError({ message, stack, code }: SerializedError): Error {
  if (code) return new GraphQLError(message, { extensions: { code } });
  return Object.assign(new PlanningError(message), { stack });
}
