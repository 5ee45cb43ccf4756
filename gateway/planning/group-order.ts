import { replaceMethod, type RestoreMethod } from './replace-method.js';

/** The members of the planner's class FetchGroup that concern the order of groups. The planner does not export the class. */
export interface OrderedGroup {
  parents(): readonly { readonly group: OrderedGroup }[];
  children(): readonly OrderedGroup[];
  addParent(parent: { group: OrderedGroup }): void;
  removeChild(child: OrderedGroup): void;
}

/** The planner's graph of fetch groups. */
interface DependencyGraph {
  remove(group: OrderedGroup): void;
  /** Removes the direct dependencies on a group of those groups that also depend on it through others. */
  dfsRemoveRedundantEdges(from: OrderedGroup): void;
}

/**
 * Keeps each fetch group behind all groups that it depends on when a group between them is removed, merged or moved, and
 * returns a function that restores the methods. The planner regularly removes the direct dependency of two groups that also
 * depend on each other through a third one. When it then merges the third one into a group further up, because these two have
 * the same inputs, the dependency is lost: the fetch may run before another one that brings what it requires.
 */
export function keepOrder(graph: DependencyGraph, groups: OrderedGroup): RestoreMethod {
  /** True while the planner removes dependencies that need no replacement, or that `remove` replaces. */
  let isReplaced = false;
  const whileReplaced = (change: () => void): void => {
    isReplaced = true;
    change();
    isReplaced = false;
  };
  const restores = [
    replaceMethod(
      graph,
      'remove',
      (original) =>
        function (this: DependencyGraph, removed) {
          const parents = removed.parents().map(({ group }) => group);
          const children = [...removed.children()];
          whileReplaced(() => original.call(this, removed));
          for (const parent of parents) for (const child of children) putBehind(child, parent);
        },
    ),
    replaceMethod(
      graph,
      'dfsRemoveRedundantEdges',
      (original) =>
        function (this: DependencyGraph, from) {
          whileReplaced(() => original.call(this, from));
        },
    ),
    replaceMethod(
      groups,
      'removeChild',
      (original) =>
        function (this: OrderedGroup, child) {
          original.call(this, child);
          if (!isReplaced) for (const below of [...child.children()]) putBehind(below, this);
        },
    ),
  ];
  return () => restores.forEach((restore) => restore());
}

/** Makes a group depend on another, unless it does or the other one depends on it. */
export function putBehind(group: OrderedGroup, other: OrderedGroup): void {
  if (group !== other && !dependsOn(group, other) && !dependsOn(other, group)) group.addParent({ group: other });
}

/** True if a group depends on another, directly or not. The planner's own method visits a group once for each way to it. */
function dependsOn(group: OrderedGroup, other: OrderedGroup): boolean {
  const visited = new Set<OrderedGroup>([group]);
  for (const visit of visited) {
    if (visit === other && visit !== group) return true;
    for (const parent of visit.parents()) visited.add(parent.group);
  }
  return false;
}
