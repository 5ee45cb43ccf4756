import type { FetchNode } from '@apollo/query-planner';
import { isInterfaceObjectType, isObjectType, type Schema, type Supergraph } from '@apollo/federation-internals';

/**
 * Narrows what a fetch requires of an interface object to the object types whose keys it requires. For a subgraph that has
 * `Media` but not `Book`, the planner requires a book's key on `... on Book`, but the fields of a `@requires` on
 * `... on Media`. A film has these fields too, and would be sent without its key, or as a type that the subgraph does not
 * know. The planner never merges such a fetch with one for all types (see patch-fetch-groups.ts).
 */
export function narrowInterfaceObjectInputs(fetch: FetchNode, supergraph: Supergraph): FetchNode {
  const { requires = [], inputRewrites = [] } = fetch;
  if (inputRewrites.length === 0) return fetch;
  const subgraph = supergraph.subgraphs().get(fetch.serviceName)!.schema;
  /** The interfaces whose name becomes the `__typename` of representations, with the object types that the fetch requires. */
  const typesByInterface = new Map<string, Set<string>>();
  for (const rewrite of inputRewrites) {
    if (rewrite.kind !== 'ValueSetter' || rewrite.path.length !== 2 || rewrite.path[1] !== '__typename') continue;
    const name = String(rewrite.setValueTo);
    if (!isInterfaceObject(subgraph, name)) continue;
    const conditions = [
      rewrite.path[0]!.replace('... on ', ''),
      ...requires.flatMap((selection) => (selection.kind === 'InlineFragment' ? [selection.typeCondition ?? ''] : [])),
    ];
    const types = typesByInterface.get(name) ?? new Set();
    for (const condition of conditions) if (implementsInterface(supergraph.schema, condition, name)) types.add(condition);
    typesByInterface.set(name, types);
  }
  if (![...typesByInterface.values()].some(({ size }) => size > 0)) return fetch;
  return {
    ...fetch,
    requires: requires.flatMap((selection) => {
      if (selection.kind !== 'InlineFragment' || !selection.typeCondition) return [selection];
      const types = typesByInterface.get(selection.typeCondition);
      return types && types.size > 0 ? [...types].map((typeCondition) => ({ ...selection, typeCondition })) : [selection];
    }),
  };
}

function isInterfaceObject(subgraph: Schema, name: string): boolean {
  const type = subgraph.type(name);
  return type !== undefined && isInterfaceObjectType(type);
}

function implementsInterface(supergraph: Schema, typeName: string, interfaceName: string): boolean {
  const type = supergraph.type(typeName);
  return type !== undefined && isObjectType(type) && type.implementsInterface(interfaceName);
}
