import type { SelectionSet } from '@apollo/federation-internals';
import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import { putBehind, type OrderedGroup } from './group-order.js';
import { replaceMethod, type RestoreMethod } from './replace-method.js';

/** The members of the planner's class FetchGroup that concern contexts. The planner does not export the class. */
interface ContextGroup extends OrderedGroup {
  /** The response path of the group's entities, with `@` for lists and type conditions; undefined for root fields. */
  readonly mergeAt: readonly string[] | undefined;
  readonly selection: SelectionSet;
  /** The paths of the values of its `@fromContext` arguments, which begin at an entity of the group. */
  readonly _contextInputs?: readonly FetchDataKeyRenamer[];
}

interface DependencyGraph {
  readonly groups: readonly ContextGroup[];
  reduceAndOptimize(): void;
}

/**
 * Makes each fetch group with `@fromContext` arguments depend on the groups that fetch the values of these arguments, and
 * returns a function that restores the method. The planner does so only if it begins a new group for the field with the
 * argument. If the field's entity has a group of its own, the fetch may run before the values are known.
 */
export const orderContexts = (graph: DependencyGraph): RestoreMethod =>
  replaceMethod(
    graph,
    'reduceAndOptimize',
    (original) =>
      function (this: DependencyGraph) {
        for (const group of this.groups)
          for (const { path } of group._contextInputs ?? [])
            for (const other of this.groups) if (other !== group && fetches(other, valuePath(group, path))) putBehind(group, other);
        original.call(this);
      },
  );

/** Returns the response path of the value of an argument, without lists and type conditions. */
function valuePath({ mergeAt }: ContextGroup, path: readonly string[]): string[] {
  const entity = keysOf(mergeAt);
  const levels = path.filter((element) => element === '..').length;
  return [...entity.slice(0, entity.length - levels), ...path.filter((element) => element !== '..' && !element.startsWith('... on '))];
}

/** True if a group selects the field at a response path. */
function fetches({ mergeAt, selection }: ContextGroup, path: readonly string[]): boolean {
  const target = keysOf(mergeAt);
  return target.every((key, index) => key === path[index]) && selects(selection, path.slice(target.length));
}

function selects(set: SelectionSet, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  return set.selections().some((selection) => {
    if (selection.kind === 'FragmentSelection') return selects(selection.selectionSet, [key, ...rest]);
    return selection.element.responseName() === key && (!selection.selectionSet || selects(selection.selectionSet, rest));
  });
}

/** Returns the response keys of a path: `offers` for `offers|[Sale]`, and nothing for `@`. */
const keysOf = (path: readonly string[] = []): string[] =>
  path.map((element) => element.split('|')[0]!).filter((key) => key !== '@' && key !== '');
