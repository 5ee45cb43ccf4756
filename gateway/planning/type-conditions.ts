import { Kind, visit, type DocumentNode } from 'graphql';

/**
 * Up to so many type conditions an operation is planned with conditions in the paths of its fetches. The planner follows
 * every combination of types: with twenty it may take minutes where it takes milliseconds without.
 */
const MAX_TYPE_CONDITIONS = 10;

/** Whether the planner can be asked to keep the types of an operation apart. */
export function hasFewTypeConditions(document: DocumentNode): boolean {
  let count = 0;
  visit(document, {
    [Kind.INLINE_FRAGMENT]: ({ typeCondition }) => void (count += typeCondition ? 1 : 0),
    [Kind.FRAGMENT_SPREAD]: () => void count++,
  });
  return count <= MAX_TYPE_CONDITIONS;
}
