import { MapWithCachedArrays, SelectionSet, type CompositeType, type Schema } from '@apollo/federation-internals';
import { inheritDefer, disableSubselectionTracking, type DeferrableGroup } from './deferred-groups.js';
import { selectsExternalField, typeInSubgraph } from './external-fields.js';
import { replaceMethod, type RestoreMethod } from './replace-method.js';

/** A future fetch of the plan: the members used here of the planner's class FetchGroup, which it does not export. */
interface FetchGroup extends DeferrableGroup {
  readonly dependencyGraph: DeferrableGroup['dependencyGraph'] & { readonly subgraphSchemas: ReadonlyMap<string, Schema> };
  readonly subgraphName: string;
  /** The selections of the representations; undefined for a group of root fields. */
  readonly inputs: { selectionSets(): SelectionSet[] } | undefined;
  isDescendantOf(other: FetchGroup): boolean;
  addParent(parent: { group: FetchGroup }): void;
  canMergeChildIn(child: FetchGroup): boolean;
  mergeInWithAllDependencies(other: FetchGroup): void;
}

/**
 * Calls `plan` while the planner's handling of fetch groups is patched, and returns its result. The planner merges groups to
 * save requests. The patches keep it from merging groups that must stay separate, and correct other mistakes:
 * - A field with `@requires` is not fetched in the same group as its entity, because that fetch sends no representation with
 *   the required fields. Required fields that are external in the subgraph are not fetched there either.
 * - A group that depends on a deferred group is deferred with it (deferred-groups.ts).
 * - A group is not merged into a group that depends on it, and does not depend on itself. Otherwise planning never ends.
 */
export function withPatchedFetchGroups<Plan>(plan: () => Plan): Plan {
  const restores: RestoreMethod[] = [
    replaceMethod(
      SelectionSet.prototype,
      'canRebaseOn',
      (original) =>
        function (this: SelectionSet, type: CompositeType) {
          return original.call(this, type) && !selectsExternalField(this, type);
        },
    ),
  ];
  let isPatched = false;
  restores.push(
    // The planner does not export its classes. They are reached through the first group that it stores in such a map.
    replaceMethod(
      MapWithCachedArrays.prototype,
      'set',
      (original) =>
        function (this: MapWithCachedArrays<unknown, unknown>, key, value) {
          if (!isPatched && isFetchGroup(value)) {
            restores.push(...patchFetchGroups(Object.getPrototypeOf(value) as FetchGroup));
            restores.push(disableSubselectionTracking(Object.getPrototypeOf(value.dependencyGraph.deferTracking)));
            isPatched = true;
          }
          return original.call(this, key, value);
        },
    ),
  );
  try {
    return plan();
  } finally {
    for (const restore of restores) restore();
  }
}

const isFetchGroup = (value: unknown): value is FetchGroup => typeof value === 'object' && value !== null && 'canMergeChildIn' in value;

/** Patches the methods of the class FetchGroup. */
const patchFetchGroups = (prototype: FetchGroup): RestoreMethod[] => [
  replaceMethod(
    prototype,
    'canMergeChildIn',
    (original) =>
      function (this: FetchGroup, child) {
        return original.call(this, child) && !hasRequirements(child);
      },
  ),
  replaceMethod(
    prototype,
    'mergeInWithAllDependencies',
    (original) =>
      function (this: FetchGroup, other) {
        if (!this.isDescendantOf(other)) original.call(this, other);
      },
  ),
  replaceMethod(
    prototype,
    'addParent',
    (original) =>
      function (this: FetchGroup, parent) {
        if (parent.group === this) return;
        inheritDefer(this, parent.group);
        original.call(this, parent);
      },
  ),
];

/** True if the representations of a group contain fields that are external in its subgraph: required fields, not only keys. */
function hasRequirements({ inputs, subgraphName, dependencyGraph }: FetchGroup): boolean {
  const subgraph = dependencyGraph.subgraphSchemas.get(subgraphName)!;
  return inputs?.selectionSets().some((set) => selectsExternalField(set, typeInSubgraph(set.parentType, subgraph))) ?? false;
}
