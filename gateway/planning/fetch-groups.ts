import { MapWithCachedArrays, SelectionSet, type CompositeType, type Schema } from '@apollo/federation-internals';
import { inheritDefer, withoutSubselections, type DeferrableGroup } from './deferred-groups.js';
import { namesExternal, typeInSubgraph } from './external-fields.js';
import { replace, type Undo } from './replaced-method.js';

/** A request of a plan that is being made: what is used here of a class of the planner, which does not export it. */
interface FetchGroup extends DeferrableGroup {
  readonly dependencyGraph: DeferrableGroup['dependencyGraph'] & { readonly subgraphSchemas: ReadonlyMap<string, Schema> };
  readonly subgraphName: string;
  /** What representations consist of; undefined where the fields of a root type are asked for. */
  readonly inputs: { selectionSets(): SelectionSet[] } | undefined;
  isDescendantOf(other: FetchGroup): boolean;
  addParent(parent: { group: FetchGroup }): void;
  canMergeChildIn(child: FetchGroup): boolean;
  mergeInWithAllDependencies(other: FetchGroup): void;
}

/**
 * What `plan` makes with a corrected planner, which is as it was afterwards. To spare requests the planner merges them, some
 * of which must stay apart:
 * - Fields of an entity that need a `@requires` do not go into the request that the entity comes from, for it sends nothing of
 *   what they require. What they require does not either where it is external, as another subgraph has it.
 * - A request that waits for a deferred one is deferred with it (deferred-groups.ts).
 * - A request with the same representations as one that it waits for is merged into that one, not the other way round, and
 *   does not wait for itself then: the planner would never end.
 */
export function withCorrectedGroups<Plan>(plan: () => Plan): Plan {
  const undo: Undo[] = [
    replace(
      SelectionSet.prototype,
      'canRebaseOn',
      (original) =>
        function (this: SelectionSet, type: CompositeType) {
          return original.call(this, type) && !namesExternal(this, type);
        },
    ),
  ];
  let isCorrected = false;
  undo.push(
    // The planner's first group passes here, and with it the class.
    replace(
      MapWithCachedArrays.prototype,
      'set',
      (original) =>
        function (this: MapWithCachedArrays<unknown, unknown>, key, value) {
          if (!isCorrected && isFetchGroup(value)) {
            undo.push(...correct(Object.getPrototypeOf(value) as FetchGroup));
            undo.push(withoutSubselections(Object.getPrototypeOf(value.dependencyGraph.deferTracking)));
            isCorrected = true;
          }
          return original.call(this, key, value);
        },
    ),
  );
  try {
    return plan();
  } finally {
    for (const one of undo) one();
  }
}

const isFetchGroup = (value: unknown): value is FetchGroup => typeof value === 'object' && value !== null && 'canMergeChildIn' in value;

const correct = (groups: FetchGroup): Undo[] => [
  replace(
    groups,
    'canMergeChildIn',
    (original) =>
      function (this: FetchGroup, child) {
        return original.call(this, child) && !hasRequirements(child);
      },
  ),
  replace(
    groups,
    'mergeInWithAllDependencies',
    (original) =>
      function (this: FetchGroup, other) {
        if (!this.isDescendantOf(other)) original.call(this, other);
      },
  ),
  replace(
    groups,
    'addParent',
    (original) =>
      function (this: FetchGroup, parent) {
        if (parent.group === this) return;
        inheritDefer(this, parent.group);
        original.call(this, parent);
      },
  ),
];

/** Whether a subgraph is told something of entities that it does not know itself, as no key is. */
function hasRequirements({ inputs, subgraphName, dependencyGraph }: FetchGroup): boolean {
  const subgraph = dependencyGraph.subgraphSchemas.get(subgraphName)!;
  return inputs?.selectionSets().some((set) => namesExternal(set, typeInSubgraph(set.parentType, subgraph))) ?? false;
}
