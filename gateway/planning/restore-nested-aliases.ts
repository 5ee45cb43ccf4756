import type { FetchDataKeyRenamer, FetchNode } from '@apollo/query-planner';
import { Kind, parse, print, stripIgnoredCharacters, type DocumentNode, type SelectionNode, type SelectionSetNode } from 'graphql';

const FRAGMENT_PREFIX = '... on ';

/**
 * Adds the aliases that the planner has left out of a fetch. If two types have a field that cannot be selected under one
 * response key, because it is nullable on one and non-null on the other, the planner gives one of them an alias and adds an output
 * rewrite that renames it back. For such a field within another it adds the rewrite but not the alias, and the subgraph then
 * rejects the operation as invalid.
 */
export function restoreNestedAliases(fetch: FetchNode): FetchNode {
  const renamers = (fetch.outputRewrites ?? []).filter((rewrite) => rewrite.kind === 'KeyRenamer');
  const aliases = new Set(renamers.map(({ path }) => path.at(-1)));
  const missing = renamers.filter(({ path }) => path.slice(0, -1).some((key) => aliases.has(key)));
  if (missing.length === 0) return fetch;
  const document = missing.reduce(addAlias, parse(fetch.operation, { noLocation: true }));
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(document)),
    // Innermost first: the paths of the inner rewrites have the keys from before the outer rewrites.
    outputRewrites: [...fetch.outputRewrites!].sort((one, other) => other.path.length - one.path.length),
  };
}

function addAlias(document: DocumentNode, { path, renameKeyTo }: FetchDataKeyRenamer): DocumentNode {
  const alias = path.at(-1)!;
  const inSet = (set: SelectionSetNode, path: readonly string[]): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection) => inSelection(selection, path)),
  });
  const inSelection = (selection: SelectionNode, [next, ...rest]: readonly string[]): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = selection;
      if (!typeCondition) return { ...selection, selectionSet: inSet(selectionSet, [next!, ...rest]) };
      return next === `${FRAGMENT_PREFIX}${typeCondition.name.value}`
        ? { ...selection, selectionSet: inSet(selectionSet, rest) }
        : selection;
    }
    const key = (selection.alias ?? selection.name).value;
    if (rest.length === 0) return key === renameKeyTo ? { ...selection, alias: { kind: Kind.NAME, value: alias } } : selection;
    return key === next && selection.selectionSet ? { ...selection, selectionSet: inSet(selection.selectionSet, rest) } : selection;
  };
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
      return { ...definition, selectionSet: changeEntitySelection(definition.selectionSet, (set) => inSet(set, path)) };
    }),
  };
}

/** Changes the selection set on entities, or on the root for a fetch of root fields. The paths of rewrites begin there. */
function changeEntitySelection(set: SelectionSetNode, change: (set: SelectionSetNode) => SelectionSetNode): SelectionSetNode {
  const [only] = set.selections;
  if (only?.kind !== Kind.FIELD || only.name.value !== '_entities') return change(set);
  return { ...set, selections: [{ ...only, selectionSet: change(only.selectionSet!) }] };
}
