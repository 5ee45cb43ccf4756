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
import { taking } from './condition.js';
import type { ObjectTypes, PossibleTypes } from './possible-types.js';
import { fragmentOf, pathTo, type RefusedFields, type Selected } from './refused-fields.js';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The operation without its refused fields, with its fragments written out and without variables that only refused fields
 * used. An object all of whose fields are refused is still asked for, by its `__typename`. Null where nothing remains.
 */
export function remaining(
  operation: OperationDefinitionNode,
  { types, fragments }: Selected,
  possible: PossibleTypes,
  refused: RefusedFields,
): OperationDefinitionNode | null {
  const variables = new Set<string>();
  const spreads = new Map<string, readonly SelectionNode[]>();

  const selectionsOf = ({ selections }: SelectionSetNode, on: ObjectTypes, path: string): readonly SelectionNode[] =>
    on.length === 0
      ? []
      : selections.flatMap((selection) => {
          if (taking(selection) === 'never') return [];
          return selection.kind === Kind.FIELD ? field(selection, on, pathTo(path, selection)) : fragment(selection, on, path);
        });

  function field(node: FieldNode, on: ObjectTypes, path: string): readonly SelectionNode[] {
    const isRefused = on.every((type) => refused.get(path)?.has(type));
    if (isRefused) return [];
    collect(node, variables);
    if (!node.selectionSet) return [node];
    const selections = selectionsOf(node.selectionSet, possible.below(on, node.name.value), path);
    return [{ ...node, selectionSet: selectionSet(selections.length > 0 ? selections : [TYPENAME]) }];
  }

  function fragment(node: InlineFragmentNode | FragmentSpreadNode, on: ObjectTypes, path: string): readonly SelectionNode[] {
    const { typeCondition, selectionSet: inner } = fragmentOf(node, fragments);
    const narrowed = possible.narrow(on, typeCondition?.name.value);
    const selections = node.kind === Kind.FRAGMENT_SPREAD ? spread(node, inner, narrowed, path) : selectionsOf(inner, narrowed, path);
    if (selections.length === 0) return [];
    collect(node, variables);
    return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives: node.directives, selectionSet: selectionSet(selections) }];
  }

  /** A fragment that is spread many times at one place is written once and shared. */
  function spread({ name }: FragmentSpreadNode, inner: SelectionSetNode, on: ObjectTypes, path: string): readonly SelectionNode[] {
    const key = `${path} ${name.value} ${on.join()}`;
    const known = spreads.get(key) ?? selectionsOf(inner, on, path);
    spreads.set(key, known);
    return known;
  }

  const selections = selectionsOf(operation.selectionSet, types, '');
  if (selections.length === 0) return null;
  collect(operation, variables);
  return {
    ...operation,
    selectionSet: selectionSet(selections),
    variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => variables.has(variable.name.value)),
  };
}

const selectionSet = (selections: readonly SelectionNode[]): SelectionSetNode => ({ kind: Kind.SELECTION_SET, selections });

/** Notes the variables in a node's own arguments and directives. */
function collect(
  node: { readonly arguments?: readonly ArgumentNode[]; readonly directives?: readonly DirectiveNode[] },
  variables: Set<string>,
): void {
  for (const { value } of node.arguments ?? []) collectValue(value, variables);
  for (const directive of node.directives ?? []) collect({ arguments: directive.arguments }, variables);
}

function collectValue(value: ValueNode, variables: Set<string>): void {
  if (value.kind === Kind.VARIABLE) variables.add(value.name.value);
  else if (value.kind === Kind.LIST) for (const item of value.values) collectValue(item, variables);
  else if (value.kind === Kind.OBJECT) for (const { value: item } of value.fields) collectValue(item, variables);
}
