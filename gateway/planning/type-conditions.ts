import { Kind, visit, type DocumentNode } from 'graphql';

/**
 * The maximum number of type conditions of an operation that is planned with type-conditioned fetching. The planner tries every
 * combination of types: with twenty conditions it may take minutes instead of milliseconds.
 */
const MAX_TYPE_CONDITIONS = 10;

/** True if an operation has few enough type conditions to be planned with type-conditioned fetching. */
export function hasFewTypeConditions(document: DocumentNode): boolean {
  let count = 0;
  visit(document, {
    [Kind.INLINE_FRAGMENT]: ({ typeCondition }) => void (count += typeCondition ? 1 : 0),
    [Kind.FRAGMENT_SPREAD]: () => void count++,
  });
  return count <= MAX_TYPE_CONDITIONS;
}
