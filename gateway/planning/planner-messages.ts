import type { QueryPlan } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';
import { PlanningFault, type PlannerOptions } from './planner.js';

/** What the planner's thread is started with. */
export interface PlannerWork {
  supergraph: string;
  options: PlannerOptions;
}

/** What the thread says first: the API schema as SDL, or why there is none. */
export type Started = { apiSchema: string } | { refused: string };

export interface PlanRequest {
  document: string;
  operationName: string | undefined;
}

/** An error as data: a class does not survive the way between threads. `code` is that of an error meant for clients. */
export interface SaidError {
  message: string;
  stack: string | undefined;
  code: string | undefined;
}

export type PlanAnswer = { plan: QueryPlan } | { error: SaidError };

/** What went wrong in the planner, as data. */
export const sayError = (error: unknown): SaidError => ({
  message: (error as Error).message,
  stack: (error as Error).stack,
  code: error instanceof GraphQLError ? String(error.extensions.code) : undefined,
});

/** The error that `sayError` said. */
export function heardError({ message, stack, code }: SaidError): Error {
  if (code) return new GraphQLError(message, { extensions: { code } });
  return Object.assign(new PlanningFault(message), { stack });
}
