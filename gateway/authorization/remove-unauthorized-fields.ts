import {
  Kind,
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { inclusionOf } from './inclusion.js';
import type { ObjectTypes, PossibleTypes } from './possible-types.js';
import { fragmentOf, appendResponseKey, type UnauthorizedFields, type TypedSelection } from './unauthorized-fields.js';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Returns the operation without its unauthorized fields and without the variables that only those used. Fragment spreads
 * become inline fragments. An object without authorized fields is still fetched, by its `__typename`. Returns null if no root
 * field remains.
 */
export function removeUnauthorizedFields(
  operation: OperationDefinitionNode,
  { types, fragments }: TypedSelection,
  possible: PossibleTypes,
  unauthorized: UnauthorizedFields,
): OperationDefinitionNode | null {
  const variables = new Set<string>();
  const spreads = new Map<string, readonly SelectionNode[]>();

  const selectionsOf = ({ selections }: SelectionSetNode, on: ObjectTypes, path: string): readonly SelectionNode[] =>
    on.length === 0
      ? []
      : selections.flatMap((selection) => {
          if (inclusionOf(selection) === 'never') return [];
          return selection.kind === Kind.FIELD ? field(selection, on, appendResponseKey(path, selection)) : fragment(selection, on, path);
        });

  function field(node: FieldNode, on: ObjectTypes, path: string): readonly SelectionNode[] {
    if (on.every((type) => unauthorized.get(path)?.has(type))) return [];
    collectVariables(node, variables);
    if (!node.selectionSet) return [node];
    const selections = selectionsOf(node.selectionSet, possible.ofField(on, node.name.value), path);
    return [{ ...node, selectionSet: selectionSet(selections.length > 0 ? selections : [TYPENAME]) }];
  }

  function fragment(node: InlineFragmentNode | FragmentSpreadNode, on: ObjectTypes, path: string): readonly SelectionNode[] {
    const { typeCondition, selectionSet: inner } = fragmentOf(node, fragments);
    const narrowed = possible.narrow(on, typeCondition?.name.value);
    const selections = node.kind === Kind.FRAGMENT_SPREAD ? spread(node, inner, narrowed, path) : selectionsOf(inner, narrowed, path);
    if (selections.length === 0) return [];
    collectVariables(node, variables);
    return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives: node.directives, selectionSet: selectionSet(selections) }];
  }

  /** Returns the same selections for each spread of a fragment at one path, so that they are filtered once. */
  function spread({ name }: FragmentSpreadNode, inner: SelectionSetNode, on: ObjectTypes, path: string): readonly SelectionNode[] {
    const key = `${path} ${name.value} ${on.join()}`;
    const known = spreads.get(key) ?? selectionsOf(inner, on, path);
    spreads.set(key, known);
    return known;
  }

  const selections = selectionsOf(operation.selectionSet, types, '');
  if (selections.length === 0) return null;
  collectVariables(operation, variables);
  return {
    ...operation,
    selectionSet: selectionSet(selections),
    variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => variables.has(variable.name.value)),
  };
}

const selectionSet = (selections: readonly SelectionNode[]): SelectionSetNode => ({ kind: Kind.SELECTION_SET, selections });

/** Adds the variables in a node's own arguments and directives to `variables`. */
function collectVariables(
  node: { readonly arguments?: readonly ArgumentNode[]; readonly directives?: readonly DirectiveNode[] },
  variables: Set<string>,
): void {
  for (const { value } of node.arguments ?? []) collectVariablesOfValue(value, variables);
  for (const directive of node.directives ?? []) collectVariables({ arguments: directive.arguments }, variables);
}

function collectVariablesOfValue(value: ValueNode, variables: Set<string>): void {
  if (value.kind === Kind.VARIABLE) variables.add(value.name.value);
  else if (value.kind === Kind.LIST) for (const item of value.values) collectVariablesOfValue(item, variables);
  else if (value.kind === Kind.OBJECT) for (const { value: item } of value.fields) collectVariablesOfValue(item, variables);
}
