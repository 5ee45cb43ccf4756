import { GraphQLError } from 'graphql';
import type { ClientPlace, Path } from './client-place.js';
import type { Shaper } from './shape.js';

/** An error with its place in an answer; one without a path has none. */
export interface PlacedError {
  error: GraphQLError;
  place: ClientPlace | undefined;
}

/**
 * The errors of an answer: those that were placed in it, those of the fields that were refused or failed, others without a
 * place, and complaints of which none of these is the reason. A null tells of one error (GraphQL adds no other for
 * a field that is null already), so what only may have caused it waits for those that did; `unseen` are those of which nothing is told.
 * @param cause takes the place of complaints that have no other reason.
 */
export function attributeErrors(
  placed: readonly PlacedError[],
  shaper: Shaper,
  others: readonly GraphQLError[],
  cause?: GraphQLError,
): { errors: GraphQLError[]; unseen: GraphQLError[] } {
  const errors: GraphQLError[] = [];
  const unseen: GraphQLError[] = [];
  const nulls: Path[] = [];
  const uncertain: { error: GraphQLError; path: Path; missing: readonly Path[] }[] = [];
  for (const { error, place } of placed) {
    if (place?.isSelected) nulls.push(place.nullAt);
    if (place?.isSelected === false) uncertain.push({ error, path: place.path, missing: place.missing });
    else errors.push(place ? at(error, place.path) : error);
  }
  errors.push(...shaper.errors, ...others);
  nulls.push(...shaper.errors.map(({ path }) => path!));
  const isExplained = (place: Path): boolean => nulls.some((one) => isWithin(place, one));
  for (const { error, path, missing } of uncertain) {
    if (missing.every(isExplained)) unseen.push(error);
    else errors.push(at(error, path));
  }
  for (const { error, within, nullAt } of shaper.completions)
    if (!isExplained(nullAt) && !errors.some(({ path }) => path && (isWithin(path, within) || isWithin(within, path))))
      errors.push(cause ? at(cause, error.path!) : error);
  return { errors, unseen };
}

/** The error at another path. */
const at = ({ message, extensions, originalError }: GraphQLError, path: Path): GraphQLError =>
  new GraphQLError(message, { path, extensions, originalError });

/** Whether a place is another, or below it. */
const isWithin = (place: Path, other: Path): boolean => place.length >= other.length && other.every((step, index) => step === place[index]);
