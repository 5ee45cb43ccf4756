import {
  isInterfaceObjectType,
  isInterfaceType,
  MapWithCachedArrays,
  SelectionSet,
  type CompositeType,
  type Schema,
} from '@apollo/federation-internals';
import type { FetchDataRewrite } from '@apollo/query-planner';
import { orderContexts } from './context-order.js';
import { inheritDefer, disableSubselectionTracking, type DeferrableGroup } from './deferred-groups.js';
import { selectsExternalField, typeInSubgraph } from './external-fields.js';
import { keepOrder } from './group-order.js';
import { replaceMethod, type RestoreMethod } from './replace-method.js';

/** A future fetch of the plan: the members used here of the planner's class FetchGroup, which it does not export. */
interface FetchGroup extends DeferrableGroup {
  readonly dependencyGraph: DeferrableGroup['dependencyGraph'] & { readonly subgraphSchemas: ReadonlyMap<string, Schema> };
  readonly subgraphName: string;
  /** The selections of the representations; undefined for a group of root fields. */
  readonly inputs: { selectionSets(): SelectionSet[] } | undefined;
  readonly inputRewrites: readonly FetchDataRewrite[];
  readonly selection: SelectionSet;
  isDescendantOf(other: FetchGroup): boolean;
  addParent(parent: { group: FetchGroup }): void;
  canMergeChildIn(child: FetchGroup): boolean;
  canMergeSiblingIn(sibling: FetchGroup): boolean;
  mergeInWithAllDependencies(other: FetchGroup): void;
}

/**
 * Calls `plan` while the planner's handling of fetch groups is patched, and returns its result. The planner merges groups to
 * save requests. The patches keep it from merging groups that must stay separate, and correct other mistakes:
 * - A field with `@requires` is not fetched in the same group as its entity, because that fetch sends no representation with
 *   the required fields. Required fields that are external in the subgraph are not fetched there either.
 * - Groups that fetch different fields of an interface object for different object types are not merged: the subgraph does
 *   not know the object types, so one fetch would select all the fields on the objects of all the types. Nor is a group that
 *   sends entities as objects of their interface merged with one that sends them as what they are.
 * - A group that depends on a deferred group is deferred with it (deferred-groups.ts).
 * - A group stays behind all groups that it depends on through a group that is merged or removed (group-order.ts).
 * - A group with `@fromContext` arguments depends on the groups that fetch their values (context-order.ts).
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
            restores.push(keepOrder(Object.getPrototypeOf(value.dependencyGraph), Object.getPrototypeOf(value)));
            restores.push(orderContexts(Object.getPrototypeOf(value.dependencyGraph)));
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
    'canMergeSiblingIn',
    (original) =>
      function (this: FetchGroup, sibling) {
        return original.call(this, sibling) && selectForSameTypes(this, sibling);
      },
  ),
  replaceMethod(
    prototype,
    'mergeInWithAllDependencies',
    (original) =>
      function (this: FetchGroup, other) {
        if (!this.isDescendantOf(other) && areEqual(sentInterfaces(this), sentInterfaces(other))) original.call(this, other);
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

/**
 * True if two groups of one subgraph can be one fetch. Not if one sends its entities as objects of an interface and the other
 * does not: all would be sent as objects of the interface, and resolved without what fields of the object type require. Nor if
 * they are for different types of an interface object, which the fetch cannot tell apart.
 */
function selectForSameTypes(one: FetchGroup, other: FetchGroup): boolean {
  const interfaces = sentInterfaces(one);
  if (!areEqual(interfaces, sentInterfaces(other))) return false;
  const subgraph = one.dependencyGraph.subgraphSchemas.get(one.subgraphName)!;
  if (![...interfaces].some((name) => isInterfaceObject(subgraph, name))) return true;
  const [types, otherTypes] = [inputTypes(one), inputTypes(other)];
  if (areEqual(types, otherTypes)) return true;
  const isAnyAbstract = [...types, ...otherTypes].some((type) => isInterfaceType(type));
  return !isAnyAbstract && one.selection.equals(other.selection);
}

/** Returns the names of the interfaces that the representations of a group get in the place of their own `__typename`. */
const sentInterfaces = ({ inputRewrites }: FetchGroup): ReadonlySet<string> =>
  new Set(inputRewrites.flatMap((rewrite) => (rewrite.kind === 'ValueSetter' ? [String(rewrite.setValueTo)] : [])));

function isInterfaceObject(subgraph: Schema, name: string): boolean {
  const type = subgraph.type(name);
  return type !== undefined && isInterfaceObjectType(type);
}

/**
 * Returns the types of the supergraph whose objects a group's fetch is sent. An interface counts only if no object types are
 * among them: the planner requires the fields of a `@requires` on the interface (see interface-object-inputs.ts).
 */
function inputTypes({ inputs }: FetchGroup): ReadonlySet<CompositeType> {
  const types = (inputs?.selectionSets() ?? []).map(({ parentType }) => parentType);
  const objectTypes = types.filter((type) => !isInterfaceType(type));
  return new Set(objectTypes.length > 0 ? objectTypes : types);
}

const areEqual = (one: ReadonlySet<unknown>, other: ReadonlySet<unknown>): boolean =>
  one.size === other.size && [...one].every((item) => other.has(item));
