import type { GraphQLError } from 'graphql';
import { withPath } from '../fetch/subgraph-graphql-error.js';
import type { Path, ResponsePosition } from './response-position.js';
import type { ResponseWriter } from './response-writer.js';

/** An error with its position in the response; `position` is undefined for an error without a path. */
export interface PositionedError {
  error: GraphQLError;
  position: ResponsePosition | undefined;
}

/**
 * Selects the errors of a response. In this order it returns the errors of subgraphs at selected fields, the errors of refused
 * and failed fields, `others`, the errors of subgraphs at fields that only the plan selected, and completion errors. GraphQL
 * reports one error per null: an error of the last two kinds is left out if another error accounts for every null that it may
 * have caused.
 * @param others errors without a position.
 * @param cause is reported in the place of the remaining completion errors.
 * @returns the errors of the response, and the subgraph errors that are left out.
 */
export function attributeErrors(
  positioned: readonly PositionedError[],
  writer: ResponseWriter,
  others: readonly GraphQLError[],
  cause?: GraphQLError,
): { errors: GraphQLError[]; unreported: GraphQLError[] } {
  const errors: GraphQLError[] = [];
  const unreported: GraphQLError[] = [];
  /** The paths of the nulls that the errors account for. */
  const nullPaths: Path[] = [];
  const unselected: { error: GraphQLError; path: Path; missingPaths: readonly Path[] }[] = [];
  for (const { error, position } of positioned) {
    if (position?.isSelected) nullPaths.push(position.nullPath);
    if (position?.isSelected === false) unselected.push({ error, path: position.path, missingPaths: position.missingPaths });
    else errors.push(position ? withPath(error, position.path) : error);
  }
  errors.push(...writer.errors, ...others);
  nullPaths.push(...writer.errors.map(({ path }) => path!));
  const isAccountedFor = (path: Path): boolean => nullPaths.some((nullPath) => isWithin(path, nullPath));
  for (const { error, path, missingPaths } of unselected) {
    if (missingPaths.every(isAccountedFor)) unreported.push(error);
    else errors.push(withPath(error, path));
  }
  for (const { error, within, nullPath } of writer.completionErrors)
    if (!isAccountedFor(nullPath) && !errors.some(({ path }) => path && (isWithin(path, within) || isWithin(within, path))))
      errors.push(cause ? withPath(cause, error.path) : error);
  return { errors, unreported };
}

/** True if a path is another path or below it. */
const isWithin = (path: Path, other: Path): boolean => path.length >= other.length && other.every((step, index) => step === path[index]);
