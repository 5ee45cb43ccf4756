import type { SubgraphError } from '../../transport/subgraph-response.js';

/** A subgraph's error whose path, if it has one, is valid. */
export interface SubgraphErrorWithPath extends SubgraphError {
  path?: readonly (string | number)[];
}

/** Returns the errors of a response; an invalid or empty path is left out. */
export const withValidPaths = (errors: readonly SubgraphError[] | null | undefined): readonly SubgraphErrorWithPath[] =>
  (errors ?? []).map((error) => ({ ...error, path: isPath(error.path) ? error.path : undefined }));

const isPath = (path: unknown): path is (string | number)[] =>
  Array.isArray(path) && path.length > 0 && path.every((step) => typeof step === 'string' || typeof step === 'number');
