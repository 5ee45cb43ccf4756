import {
  isLeafType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type SelectionSetNode,
} from 'graphql';
import type { Clause } from './clause.js';
import { taking } from './condition.js';
import type { ObjectTypes, PossibleTypes } from './possible-types.js';

/**
 * The fields of an operation that its reader may not see: for a path in the answer (response keys joined by dots, no list
 * indices) the types of the objects on which the field at its end is refused.
 */
export type RefusedFields = ReadonlyMap<string, ReadonlySet<string>>;

/** What the object types, leaf types and object fields of a graph demand of who reads them. */
export interface Demands {
  ofType(type: string): readonly Clause[];
  ofField(type: string, field: string): readonly Clause[];
}

/** A selection on objects of these types, and the fragments that it spreads. */
export interface Selected {
  readonly selectionSet: SelectionSetNode;
  readonly types: ObjectTypes;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export const pathTo = (path: string, { alias, name }: FieldNode): string =>
  path === '' ? (alias ?? name).value : `${path}.${(alias ?? name).value}`;

/**
 * Finds what is refused where `isRefused` refuses clauses. It is asked about every clause that could decide about this
 * selection, so one that refuses none, and takes notes, learns what the selection demands.
 *
 * A field is refused where, on one of the types that its object can have, the type, the field or what the field gives
 * demands too much. A field that gives an interface whose implementations demand different things is refused where it
 * selects fields of the interface itself; where it only narrows to implementations, each of these is judged by itself.
 */
export function findRefused(selected: Selected, possible: PossibleTypes, demands: Demands, isRefused: (clause: Clause) => boolean) {
  const refused = new Map<string, Set<string>>();
  const visited = new Set<string>();
  // Every clause is put to `isRefused`: none of these may stop at the first.
  const refusesAny = (clauses: readonly Clause[]) => clauses.filter(isRefused).length > 0;
  const refusedTypes = (types: ObjectTypes) => types.filter((type) => refusesAny(demands.ofType(type)));

  function visit({ selections }: SelectionSetNode, types: ObjectTypes, path: string): void {
    for (const selection of selections) {
      if (types.length === 0 || taking(selection) === 'never') continue;
      if (selection.kind === Kind.FIELD) {
        visitField(selection, types, pathTo(path, selection));
        continue;
      }
      const fragment = fragmentOf(selection, selected.fragments);
      const narrowed = possible.narrow(types, fragment.typeCondition?.name.value);
      if (selection.kind === Kind.FRAGMENT_SPREAD && isRepeated(visited, `${path} ${selection.name.value} ${narrowed.join()}`)) continue;
      visit(fragment.selectionSet, narrowed, path);
    }
  }

  function visitField(field: FieldNode, types: ObjectTypes, path: string): void {
    const below = possible.below(types, field.name.value);
    if (mayNotSee(field, types, below)) {
      const known = refused.get(path) ?? new Set();
      types.forEach((type) => known.add(type));
      refused.set(path, known);
    } else if (field.selectionSet) visit(field.selectionSet, below, path);
  }

  function mayNotSee({ name: { value: name }, selectionSet }: FieldNode, types: ObjectTypes, below: ObjectTypes): boolean {
    const parents = refusedTypes(types);
    // The name of a type tells of an object only; introspection is not the graph's data.
    if (name === '__typename') return parents.length === types.length;
    if (name.startsWith('__')) return false;
    const leaves = [...possible.outputs(types, name)].filter(isLeafType);
    const fields = types.filter((type) => refusesAny(demands.ofField(type, name)));
    const values = leaves.filter((leaf) => refusesAny(demands.ofType(leaf.name)));
    if (parents.length + fields.length + values.length > 0) return true;
    const children = refusedTypes(below);
    if (!selectionSet || children.length === 0) return false;
    return children.length === below.length || selectsFields(selectionSet, below, new Set());
  }

  /** True where fields are selected for sure and on all of these types. */
  function selectsFields({ selections }: SelectionSetNode, types: ObjectTypes, seen: Set<string>): boolean {
    return selections.some((selection) => {
      if (taking(selection) !== 'always') return false;
      if (selection.kind === Kind.FIELD) return selection.name.value !== '__typename';
      if (selection.kind === Kind.FRAGMENT_SPREAD && isRepeated(seen, selection.name.value)) return false;
      const fragment = fragmentOf(selection, selected.fragments);
      const narrowed = possible.narrow(types, fragment.typeCondition?.name.value);
      return narrowed.length === types.length && selectsFields(fragment.selectionSet, types, seen);
    });
  }

  visit(selected.selectionSet, selected.types, '');
  return refused as RefusedFields;
}

/** Fragments that spread each other many times over are walked once at each place. */
function isRepeated(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

/** What stands behind a fragment: the definition of a spread, or the inline fragment itself. */
export function fragmentOf(
  selection: InlineFragmentNode | FragmentSpreadNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): InlineFragmentNode | FragmentDefinitionNode {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection;
  const fragment = fragments.get(selection.name.value);
  if (!fragment) throw new Error(`No fragment ${selection.name.value}: the operation was not validated`);
  return fragment;
}
