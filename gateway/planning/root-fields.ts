import { Kind, type DirectiveNode, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/**
 * The names of the root fields that an operation can ever ask for, through its fragments, in order. `isRoot` tells
 * whether the root type meets a fragment's type condition.
 */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode, isRoot: (condition: string) => boolean): string[] {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  const below = ({ selections }: SelectionSetNode, outer: readonly string[]): string[] =>
    selections.flatMap((selection) => {
      const conditions = [...outer, ...(selection.directives ?? []).flatMap(condition)];
      if (isImpossible(conditions)) return [];
      if (selection.kind === Kind.FIELD) return [selection.name.value];
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const type = fragment?.typeCondition?.name.value;
      return fragment && (!type || isRoot(type)) ? below(fragment.selectionSet, conditions) : [];
    });
  return below(operation.selectionSet, []);
}

/** What `@skip` or `@include` demands: `true`, `false`, `$x`, or `!$x`. */
function condition({ name, arguments: args }: DirectiveNode): string[] {
  const value = args?.find((one) => one.name.value === 'if')?.value;
  const isSkip = name.value === 'skip';
  if (!value || !(isSkip || name.value === 'include')) return [];
  if (value.kind === Kind.BOOLEAN) return [String(value.value !== isSkip)];
  return value.kind === Kind.VARIABLE ? [`${isSkip ? '!' : ''}$${value.name.value}`] : [];
}

const isImpossible = (conditions: readonly string[]): boolean =>
  conditions.includes('false') || conditions.some((one) => conditions.includes(`!${one}`));
