import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { getNamedType, isAbstractType, Kind, type GraphQLNamedType, type GraphQLSchema, type SelectionSetNode } from 'graphql';

/** What a field requires: a field set of a `@requires` with the names of the plan. */
export interface Requirement {
  /** As a plan says what representations consist of. */
  selections: QueryPlanSelectionNode[];
  tree: RequirementTree;
}

/**
 * By the names that a subgraph knows, the fields that stand for them in the plan, and what is required of their objects. Type
 * conditions are left out: at worst two fields are asked for apart that could be asked for together.
 */
export type RequirementTree = Map<string, Map<string, RequirementTree>>;

/** The name in its subgraph of a field of the plan. */
export type NameOf = (planned: string) => string;

const typename: QueryPlanSelectionNode = { kind: 'Field', name: '__typename' };

/** Objects whose type may be one of several say theirs. */
export function requirementSelections(
  set: SelectionSetNode,
  type: GraphQLNamedType | undefined,
  schema: GraphQLSchema,
): QueryPlanSelectionNode[] {
  return set.selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const typeCondition = selection.typeCondition?.name.value;
      const within = typeCondition ? schema.getType(typeCondition) : type;
      return [{ kind: 'InlineFragment', typeCondition, selections: requirementSelections(selection.selectionSet, within, schema) }];
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

/** All that selections name. */
export function requirementTree(selections: readonly QueryPlanSelectionNode[], nameOf: NameOf): RequirementTree {
  const all: RequirementTree = new Map();
  const add = (tree: RequirementTree, nodes: readonly QueryPlanSelectionNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'InlineFragment') {
        add(tree, node.selections);
        continue;
      }
      const fields = tree.get(nameOf(node.name)) ?? new Map<string, RequirementTree>();
      const below = fields.get(node.name) ?? new Map();
      tree.set(nameOf(node.name), fields.set(node.name, below));
      add(below, node.selections ?? []);
    }
  };
  add(all, selections);
  return all;
}

/** Whether one object cannot have what both require, as a name would need two values. */
export function conflict(one: RequirementTree, other: RequirementTree): boolean {
  for (const [name, fields] of one) {
    for (const [field, below] of fields) {
      for (const [otherField, otherBelow] of other.get(name) ?? []) if (field !== otherField || conflict(below, otherBelow)) return true;
    }
  }
  return false;
}

/**
 * Of what representations consist of, that which they have in any case, such as keys: no field that stands for one with
 * arguments, and none in whose place the requirements have one.
 */
export function withoutArguments(
  selections: readonly QueryPlanSelectionNode[],
  required: RequirementTree,
  nameOf: NameOf,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'Field') {
      const fields = required.get(selection.name);
      if (nameOf(selection.name) !== selection.name || [...(fields?.keys() ?? [])].some((field) => field !== selection.name)) return [];
      if (!selection.selections) return [selection];
    }
    const below = selection.kind === 'Field' ? (required.get(selection.name)?.get(selection.name) ?? new Map()) : required;
    const left = withoutArguments(selection.selections!, below, nameOf);
    return left.length > 0 ? [{ ...selection, selections: left }] : [];
  });
}
