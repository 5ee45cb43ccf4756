import {
  isLeafType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type SelectionSetNode,
} from 'graphql';
import type { AccessRequirement } from './access-requirement.js';
import { inclusionOf } from './inclusion.js';
import type { ObjectTypes, PossibleTypes } from './possible-types.js';

/**
 * The fields of an operation that a client is not authorized to read: by response path (response keys joined by dots,
 * without list indices), the object types on which the last field of the path is unauthorized.
 */
export type UnauthorizedFields = ReadonlyMap<string, ReadonlySet<string>>;

/** The access requirements of the object types, leaf types and object fields of a schema. */
export interface SchemaRequirements {
  ofType(type: string): readonly AccessRequirement[];
  ofField(type: string, field: string): readonly AccessRequirement[];
}

/** A selection set, the types of the objects that it applies to, and the fragments that it may spread. */
export interface TypedSelection {
  readonly selectionSet: SelectionSetNode;
  readonly types: ObjectTypes;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export const appendResponseKey = (path: string, { alias, name }: FieldNode): string =>
  path === '' ? (alias ?? name).value : `${path}.${(alias ?? name).value}`;

/**
 * Returns the fields whose access requirements `isUnmet` reports as unmet. `isUnmet` is called for each requirement that
 * applies to the selection, so a function that collects its arguments and returns false finds all requirements.
 *
 * A field is unauthorized if a requirement is unmet of the field, of its output type, or of any type that its parent object
 * can have. If a field returns an interface whose implementations have different requirements, the field is unauthorized
 * only if its selection set selects fields of the interface itself. Otherwise the fragments on the implementations are
 * checked one by one.
 */
export function findUnauthorizedFields(
  selected: TypedSelection,
  possible: PossibleTypes,
  requirements: SchemaRequirements,
  isUnmet: (requirement: AccessRequirement) => boolean,
) {
  const unauthorized = new Map<string, Set<string>>();
  const visited = new Set<string>();
  // `filter` and not `some`: `isUnmet` must see each requirement.
  const hasUnmet = (requirements: readonly AccessRequirement[]) => requirements.filter(isUnmet).length > 0;
  const unauthorizedTypes = (types: ObjectTypes) => types.filter((type) => hasUnmet(requirements.ofType(type)));

  function visit({ selections }: SelectionSetNode, types: ObjectTypes, path: string): void {
    for (const selection of selections) {
      if (types.length === 0 || inclusionOf(selection) === 'never') continue;
      if (selection.kind === Kind.FIELD) {
        visitField(selection, types, appendResponseKey(path, selection));
        continue;
      }
      const fragment = fragmentOf(selection, selected.fragments);
      const narrowed = possible.narrow(types, fragment.typeCondition?.name.value);
      if (selection.kind === Kind.FRAGMENT_SPREAD && isRepeated(visited, `${path} ${selection.name.value} ${narrowed.join()}`)) continue;
      visit(fragment.selectionSet, narrowed, path);
    }
  }

  function visitField(field: FieldNode, types: ObjectTypes, path: string): void {
    const children = possible.ofField(types, field.name.value);
    if (isUnauthorized(field, types, children)) {
      const parents = unauthorized.get(path) ?? new Set();
      types.forEach((type) => parents.add(type));
      unauthorized.set(path, parents);
    } else if (field.selectionSet) visit(field.selectionSet, children, path);
  }

  function isUnauthorized({ name: { value: name }, selectionSet }: FieldNode, types: ObjectTypes, children: ObjectTypes): boolean {
    const unauthorizedParents = unauthorizedTypes(types);
    // `__typename` reveals only that there is an object; introspection returns no data of the graph.
    if (name === '__typename') return unauthorizedParents.length === types.length;
    if (name.startsWith('__')) return false;
    const leaves = [...possible.outputTypes(types, name)].filter(isLeafType);
    const unauthorizedFields = types.filter((type) => hasUnmet(requirements.ofField(type, name)));
    const unauthorizedLeaves = leaves.filter((leaf) => hasUnmet(requirements.ofType(leaf.name)));
    if (unauthorizedParents.length + unauthorizedFields.length + unauthorizedLeaves.length > 0) return true;
    const unauthorizedChildren = unauthorizedTypes(children);
    if (!selectionSet || unauthorizedChildren.length === 0) return false;
    return unauthorizedChildren.length === children.length || selectsFields(selectionSet, children, new Set());
  }

  /** True if a field is selected on all of these types, whatever the values of variables. */
  function selectsFields({ selections }: SelectionSetNode, types: ObjectTypes, seen: Set<string>): boolean {
    return selections.some((selection) => {
      if (inclusionOf(selection) !== 'always') return false;
      if (selection.kind === Kind.FIELD) return selection.name.value !== '__typename';
      if (selection.kind === Kind.FRAGMENT_SPREAD && isRepeated(seen, selection.name.value)) return false;
      const fragment = fragmentOf(selection, selected.fragments);
      const narrowed = possible.narrow(types, fragment.typeCondition?.name.value);
      return narrowed.length === types.length && selectsFields(fragment.selectionSet, types, seen);
    });
  }

  visit(selected.selectionSet, selected.types, '');
  return unauthorized as UnauthorizedFields;
}

/** Returns true for a key that it was called with before, so that a fragment is visited once at each path. */
function isRepeated(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

/** Returns the definition of a fragment spread, or the inline fragment itself. */
export function fragmentOf(
  selection: InlineFragmentNode | FragmentSpreadNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): InlineFragmentNode | FragmentDefinitionNode {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection;
  const fragment = fragments.get(selection.name.value);
  if (!fragment) throw new Error(`The document has no fragment ${selection.name.value}. Validate the operation before authorization.`);
  return fragment;
}
