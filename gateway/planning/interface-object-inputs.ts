import type { FetchNode } from '@apollo/query-planner';

/**
 * The fetch with what it requires of an interface object narrowed to the types that it asks for. For a subgraph that knows
 * `Media` but not `Book`, the planner takes a book's key by `... on Book`, whose type becomes `Media`, and what a `@requires`
 * reads by `... on Media`: a film that has this too would be asked for without its key, as a type that is unknown there.
 */
export function narrowedInputs(fetch: FetchNode): FetchNode {
  const asked = new Map<string, string[]>();
  for (const rewrite of fetch.inputRewrites ?? []) {
    const type = rewrite.path.length === 2 && rewrite.path[1] === '__typename' ? rewrite.path[0]!.replace('... on ', '') : undefined;
    if (rewrite.kind !== 'ValueSetter' || type === undefined) continue;
    const known = String(rewrite.setValueTo);
    asked.set(known, [...(asked.get(known) ?? []), type]);
  }
  if (asked.size === 0) return fetch;
  const requires = fetch.requires?.flatMap((selection) => {
    const types = selection.kind === 'InlineFragment' && selection.typeCondition ? asked.get(selection.typeCondition) : undefined;
    return types && selection.kind === 'InlineFragment' ? types.map((typeCondition) => ({ ...selection, typeCondition })) : [selection];
  });
  return { ...fetch, requires };
}
