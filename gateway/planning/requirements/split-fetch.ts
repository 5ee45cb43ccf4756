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
import { conflict, requirementTree, withoutArguments, type Requirement } from './requirement.js';

/** A field of an entity that a fetch asks for. */
interface EntityField {
  node: FieldNode;
  /** The type that an entity has at least that is asked for it. */
  type: string;
  requires: Requirement;
}

/**
 * A fetch of entities as one or several, of which each asks for fields whose requirements one representation can meet: where
 * one field requires `price(currency: USD)` and another `price(currency: EUR)`, each gets the `price` that is its own.
 */
export function splitFetch(fetch: FetchNode, requirements: FieldRequirements): FetchNode[] {
  if (!fetch.requires) return [fetch];
  const operation = parse(fetch.operation, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const parts: EntityField[][] = [];
  for (const field of entityFields(operation, fetch.serviceName, requirements)) {
    const agreeing = parts.find((part) => !part.some((other) => disagree(field, other, requirements)));
    if (agreeing) agreeing.push(field);
    else parts.push([field]);
  }
  return parts.length > 1 ? parts.map((part) => fetchOf(part, fetch, operation, requirements)) : [fetch];
}

function entityFields({ selectionSet }: OperationDefinitionNode, subgraph: string, requirements: FieldRequirements): EntityField[] {
  const within = (set: SelectionSetNode, type: string): EntityField[] =>
    set.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [{ node, type, requires: requirements.of(subgraph, type, node.name.value) }];
      return node.kind === Kind.INLINE_FRAGMENT ? within(node.selectionSet, node.typeCondition?.name.value ?? type) : [];
    });
  const [entities] = selectionSet.selections as [FieldNode];
  return within(entities.selectionSet!, '_Entity');
}

const disagree = (one: EntityField, other: EntityField, requirements: FieldRequirements): boolean =>
  conflict(one.requires.tree, other.requires.tree) && requirements.overlap(one.type, other.type);

/** A fetch of some of the fields of a fetch, with what these require. */
function fetchOf(
  part: readonly EntityField[],
  fetch: FetchNode,
  operation: OperationDefinitionNode,
  requirements: FieldRequirements,
): FetchNode {
  const [entities] = operation.selectionSet.selections as [FieldNode];
  const nodes = new Set<SelectionNode>(part.map(({ node }) => node));
  const selection = { ...entities, selectionSet: withOnly(entities.selectionSet!, nodes) };
  const used = new Set<string>();
  visit(selection, { Variable: ({ name }) => void used.add(name.value) });
  const asked: OperationDefinitionNode = {
    ...operation,
    variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)),
    selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
  };
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(asked)),
    variableUsages: fetch.variableUsages?.filter((name) => used.has(name)),
    contextRewrites: fetch.contextRewrites?.filter(({ renameKeyTo }) => used.has(renameKeyTo)),
    requires: representationOf(part, fetch.requires!, requirements),
  };
}

const withOnly = ({ selections, ...set }: SelectionSetNode, nodes: ReadonlySet<SelectionNode>): SelectionSetNode => ({
  ...set,
  selections: selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) return nodes.has(selection) ? [selection] : [];
    const selectionSet = withOnly(selection.selectionSet, nodes);
    return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : [];
  }),
});

/** What representations consist of when they are made for some fields alone. */
const representationOf = (
  part: readonly EntityField[],
  requires: readonly QueryPlanSelectionNode[],
  requirements: FieldRequirements,
): QueryPlanSelectionNode[] =>
  requires.flatMap((selection) => {
    if (selection.kind === 'Field' || !selection.typeCondition) throw new Error('A fetch requires something of entities of no type.');
    const type = selection.typeCondition;
    const concerned = part.filter((field) => requirements.overlap(field.type, type));
    if (concerned.length === 0) return []; // Nothing is asked of such entities.
    const required = concerned.map((field): QueryPlanSelectionNode => ({
      kind: 'InlineFragment',
      typeCondition: field.type,
      selections: field.requires.selections,
    }));
    const known = withoutArguments(selection.selections, requirementTree(required, requirements.nameOf), requirements.nameOf);
    return [{ ...selection, selections: [...known, ...required] }];
  });
