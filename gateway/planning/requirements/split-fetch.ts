import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { FieldRequirements } from './field-requirements.js';
import { areConflicting, requirementTree, withoutArgumentFields, type Requirement } from './requirement.js';

/** A field of an entity that a fetch selects. */
interface EntityField {
  node: FieldNode;
  /** The type condition of the selection: the field is selected on entities of this type. */
  type: string;
  requires: Requirement;
}

/**
 * Splits an entity fetch so that one representation can satisfy the requirements of all fields of each part. For example, if
 * one field requires `price(currency: USD)` and another `price(currency: EUR)`, each is fetched with its own `price`. Returns
 * the fetch itself if there is no conflict.
 */
export function splitFetch(fetch: FetchNode, requirements: FieldRequirements): FetchNode[] {
  if (!fetch.requires) return [fetch];
  const operation = parse(fetch.operation, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const parts: EntityField[][] = [];
  for (const field of entityFields(operation, fetch.serviceName, requirements)) {
    const compatible = parts.find((part) => !part.some((other) => haveConflict(field, other, requirements)));
    if (compatible) compatible.push(field);
    else parts.push([field]);
  }
  return parts.length > 1 ? parts.map((part) => createFetch(part, fetch, operation, requirements)) : [fetch];
}

function entityFields({ selectionSet }: OperationDefinitionNode, subgraph: string, requirements: FieldRequirements): EntityField[] {
  const fieldsIn = (set: SelectionSetNode, type: string): EntityField[] =>
    set.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [{ node, type, requires: requirements.of(subgraph, type, node.name.value) }];
      return node.kind === Kind.INLINE_FRAGMENT ? fieldsIn(node.selectionSet, node.typeCondition?.name.value ?? type) : [];
    });
  const [entities] = selectionSet.selections as [FieldNode];
  return fieldsIn(entities.selectionSet!, '_Entity');
}

const haveConflict = (one: EntityField, other: EntityField, requirements: FieldRequirements): boolean =>
  areConflicting(one.requires.tree, other.requires.tree) && requirements.typesOverlap(one.type, other.type);

/** Returns the fetch reduced to some of its fields and their requirements. */
function createFetch(
  part: readonly EntityField[],
  fetch: FetchNode,
  operation: OperationDefinitionNode,
  requirements: FieldRequirements,
): FetchNode {
  const [entities] = operation.selectionSet.selections as [FieldNode];
  const nodes = new Set<SelectionNode>(part.map(({ node }) => node));
  const selection = { ...entities, selectionSet: pickFields(entities.selectionSet!, nodes) };
  const used = new Set<string>();
  visit(selection, { Variable: ({ name }) => void used.add(name.value) });
  const reduced: OperationDefinitionNode = {
    ...operation,
    variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)),
    selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
  };
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(reduced)),
    variableUsages: fetch.variableUsages?.filter((name) => used.has(name)),
    contextRewrites: fetch.contextRewrites?.filter(({ renameKeyTo }) => used.has(renameKeyTo)),
    requires: requiresFor(part, fetch.requires!, requirements),
  };
}

const pickFields = ({ selections, ...set }: SelectionSetNode, nodes: ReadonlySet<SelectionNode>): SelectionSetNode => ({
  ...set,
  selections: selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) return nodes.has(selection) ? [selection] : [];
    const selectionSet = pickFields(selection.selectionSet, nodes);
    return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : [];
  }),
});

/** Returns the `requires` of a fetch that is reduced to some of its fields. */
const requiresFor = (
  part: readonly EntityField[],
  requires: readonly QueryPlanSelectionNode[],
  requirements: FieldRequirements,
): QueryPlanSelectionNode[] =>
  requires.flatMap((selection) => {
    if (selection.kind === 'Field' || !selection.typeCondition)
      throw new Error('The `requires` of the fetch has a field outside a type condition.');
    const type = selection.typeCondition;
    const fields = part.filter((field) => requirements.typesOverlap(field.type, type));
    if (fields.length === 0) return []; // The fetch selects nothing on such entities.
    const required = fields.map((field): QueryPlanSelectionNode => ({
      kind: 'InlineFragment',
      typeCondition: field.type,
      selections: field.requires.selections,
    }));
    const common = withoutArgumentFields(
      selection.selections,
      requirementTree(required, requirements.originalName),
      requirements.originalName,
    );
    return [{ ...selection, selections: [...common, ...required] }];
  });
