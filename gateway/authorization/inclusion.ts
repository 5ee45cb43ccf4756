import { Kind, type SelectionNode } from 'graphql';

/** Returns whether `@skip` and `@include` include a selection, as far as that is known without the values of variables. */
export function inclusionOf(selection: SelectionNode): 'always' | 'never' | 'depends' {
  let result: 'always' | 'depends' = 'always';
  for (const { name, arguments: args } of selection.directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = args?.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind !== Kind.BOOLEAN) result = 'depends';
    else if (value.value === (name.value === 'skip')) return 'never';
  }
  return result;
}
