import type { FetchNode } from '@apollo/query-planner';

/**
 * Narrows what a fetch requires of an interface object to the object types whose keys it requires. For a subgraph that has
 * `Media` but not `Book`, the planner requires a book's key on `... on Book` (and rewrites its `__typename` to `Media`), but
 * the fields of a `@requires` on `... on Media`. A film has these fields too, and would be sent without its key and as a
 * type that the subgraph does not know.
 */
export function narrowInterfaceObjectInputs(fetch: FetchNode): FetchNode {
  /** The object types whose `__typename` is rewritten to the name of each interface. */
  const typesByInterface = new Map<string, string[]>();
  for (const rewrite of fetch.inputRewrites ?? []) {
    const type = rewrite.path.length === 2 && rewrite.path[1] === '__typename' ? rewrite.path[0]!.replace('... on ', '') : undefined;
    if (rewrite.kind !== 'ValueSetter' || type === undefined) continue;
    const name = String(rewrite.setValueTo);
    typesByInterface.set(name, [...(typesByInterface.get(name) ?? []), type]);
  }
  if (typesByInterface.size === 0) return fetch;
  const requires = fetch.requires?.flatMap((selection) => {
    if (selection.kind !== 'InlineFragment' || !selection.typeCondition) return [selection];
    const types = typesByInterface.get(selection.typeCondition);
    return types ? types.map((typeCondition) => ({ ...selection, typeCondition })) : [selection];
  });
  return { ...fetch, requires };
}
