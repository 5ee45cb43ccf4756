import type { SubgraphError } from '../../transport/subgraph-response.js';

/** A subgraph's error with the place that it names, as far as that is one. */
export interface PlacedError extends SubgraphError {
  path?: readonly (string | number)[];
}

/** The errors of an answer. What a subgraph calls a path and is none counts as no path. */
export const placed = (errors: readonly SubgraphError[] | null | undefined): readonly PlacedError[] =>
  (errors ?? []).map((error) => ({ ...error, path: isPath(error.path) ? error.path : undefined }));

const isPath = (path: unknown): path is (string | number)[] =>
  Array.isArray(path) && path.length > 0 && path.every((step) => typeof step === 'string' || typeof step === 'number');
