import { Kind, type SelectionNode } from 'graphql';

/** Whether a selection takes part: what `@skip` and `@include` say before variables are known. */
export function taking(selection: SelectionNode): 'always' | 'never' | 'depends' {
  let result: 'always' | 'depends' = 'always';
  for (const { name, arguments: args } of selection.directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = args?.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind !== Kind.BOOLEAN) result = 'depends';
    else if (value.value === (name.value === 'skip')) return 'never';
  }
  return result;
}
