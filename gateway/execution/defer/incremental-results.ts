import type { GraphQLError } from 'graphql';
import type { ResponseData } from '../response/response-data.js';

/** The result of one deferred fragment at one object. */
export interface IncrementalResult {
  /** The client's label of the fragment. */
  label?: string;
  /** The response path of the object. */
  path: readonly (string | number)[];
  /** Null if a null propagated to the object. */
  data: ResponseData | null;
  errors?: readonly GraphQLError[];
}

/** A payload that follows the initial result: the incremental results that have become ready at one time. */
export interface SubsequentResult {
  incremental: readonly IncrementalResult[];
  /** False for the last payload. */
  hasNext: boolean;
}

/**
 * Called with the payloads that follow the initial result. The callee iterates over them; returning early ends the
 * execution.
 */
export type OnSubsequentResults = (results: AsyncGenerator<SubsequentResult, void, undefined>) => void;
