import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { getNamedType, isAbstractType, Kind, type GraphQLNamedType, type GraphQLSchema, type SelectionSetNode } from 'graphql';

/** The requirement of a field: the field set of its `@requires`, with the names of the plan. */
export interface Requirement {
  /** The field set in the form of a plan's `requires`. */
  selections: QueryPlanSelectionNode[];
  tree: RequirementTree;
}

/**
 * The required fields by their original names. Each value has the names of these fields in the plan, each with the required
 * fields of its objects. Type conditions are ignored: at worst, two fields are then fetched separately that could be
 * fetched together.
 */
export type RequirementTree = Map<string, Map<string, RequirementTree>>;

/** Returns the original name of a field of the plan: for an added field, the name of the field that it stands for. */
export type OriginalNameOf = (planned: string) => string;

const typename: QueryPlanSelectionNode = { kind: 'Field', name: '__typename' };

/** Converts a field set to the form of a plan's `requires`. Adds `__typename` to fields of an abstract type. */
export function requirementSelections(
  set: SelectionSetNode,
  type: GraphQLNamedType | undefined,
  schema: GraphQLSchema,
): QueryPlanSelectionNode[] {
  return set.selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const typeCondition = selection.typeCondition?.name.value;
      const narrowed = typeCondition ? schema.getType(typeCondition) : type;
      return [{ kind: 'InlineFragment', typeCondition, selections: requirementSelections(selection.selectionSet, narrowed, schema) }];
    }
    if (selection.kind !== Kind.FIELD) return [];
    const name = selection.name.value;
    if (!selection.selectionSet) return [{ kind: 'Field', name }];
    const field = type && 'getFields' in type ? type.getFields()[name] : undefined;
    const of = field && getNamedType(field.type);
    const selections = requirementSelections(selection.selectionSet, of as GraphQLNamedType | undefined, schema);
    return [{ kind: 'Field', name, selections: isAbstractType(of) ? [typename, ...selections] : selections }];
  });
}

/** Collects the fields of selections into a tree. */
export function requirementTree(selections: readonly QueryPlanSelectionNode[], originalName: OriginalNameOf): RequirementTree {
  const all: RequirementTree = new Map();
  const add = (tree: RequirementTree, nodes: readonly QueryPlanSelectionNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'InlineFragment') {
        add(tree, node.selections);
        continue;
      }
      const fields = tree.get(originalName(node.name)) ?? new Map<string, RequirementTree>();
      const below = fields.get(node.name) ?? new Map();
      tree.set(originalName(node.name), fields.set(node.name, below));
      add(below, node.selections ?? []);
    }
  };
  add(all, selections);
  return all;
}

/** True if one representation cannot satisfy both requirements, because a field would need two values. */
export function areConflicting(one: RequirementTree, other: RequirementTree): boolean {
  for (const [name, fields] of one) {
    for (const [field, below] of fields) {
      for (const [otherField, otherBelow] of other.get(name) ?? [])
        if (field !== otherField || areConflicting(below, otherBelow)) return true;
    }
  }
  return false;
}

/**
 * Returns the selections without the fields that stand for a field with arguments, and without fields that the requirements
 * replace by one. What remains, such as keys, is part of every representation.
 */
export function withoutArgumentFields(
  selections: readonly QueryPlanSelectionNode[],
  required: RequirementTree,
  originalName: OriginalNameOf,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'Field') {
      const fields = required.get(selection.name);
      if (originalName(selection.name) !== selection.name || [...(fields?.keys() ?? [])].some((field) => field !== selection.name))
        return [];
      if (!selection.selections) return [selection];
    }
    const below = selection.kind === 'Field' ? (required.get(selection.name)?.get(selection.name) ?? new Map()) : required;
    const remaining = withoutArgumentFields(selection.selections!, below, originalName);
    return remaining.length > 0 ? [{ ...selection, selections: remaining }] : [];
  });
}
