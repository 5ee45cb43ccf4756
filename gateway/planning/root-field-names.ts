import { Kind, type DirectiveNode, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/**
 * Returns the names of the root fields that an operation selects for at least one value of its condition variables, including
 * those in fragments.
 * @param isRoot returns true if a type condition applies to the root type.
 */
export function rootFieldNames(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  isRoot: (condition: string) => boolean,
): string[] {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  const namesIn = ({ selections }: SelectionSetNode, outer: readonly string[]): string[] =>
    selections.flatMap((selection) => {
      const conditions = [...outer, ...(selection.directives ?? []).flatMap(condition)];
      if (isImpossible(conditions)) return [];
      if (selection.kind === Kind.FIELD) return [selection.name.value];
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const type = fragment?.typeCondition?.name.value;
      return fragment && (!type || isRoot(type)) ? namesIn(fragment.selectionSet, conditions) : [];
    });
  return namesIn(operation.selectionSet, []);
}

/** Returns the condition of a `@skip` or `@include` as text: `true`, `false`, `$x`, or `!$x`. */
function condition({ name, arguments: args }: DirectiveNode): string[] {
  const value = args?.find((node) => node.name.value === 'if')?.value;
  const isSkip = name.value === 'skip';
  if (!value || !(isSkip || name.value === 'include')) return [];
  if (value.kind === Kind.BOOLEAN) return [String(value.value !== isSkip)];
  return value.kind === Kind.VARIABLE ? [`${isSkip ? '!' : ''}$${value.name.value}`] : [];
}

/** True if the conditions contain `false`, or a variable and its negation. */
const isImpossible = (conditions: readonly string[]): boolean =>
  conditions.includes('false') || conditions.some((condition) => conditions.includes(`!${condition}`));
