import type { FetchDataKeyRenamer, FetchNode } from '@apollo/query-planner';
import { Kind, parse, print, stripIgnoredCharacters, type DocumentNode, type SelectionNode, type SelectionSetNode } from 'graphql';

const FRAGMENT = '... on ';

/**
 * The fetch with every alias that the planner made up. Where two types have a field that cannot be asked for under one name, as
 * one may be null and the other not, the planner gives the second an alias, and says that what comes back is to be renamed. A
 * second such field within the first it forgets in the operation, which the subgraph then refuses.
 */
export function withNestedAliases(fetch: FetchNode): FetchNode {
  const renamers = (fetch.outputRewrites ?? []).filter((rewrite) => rewrite.kind === 'KeyRenamer');
  const aliases = new Set(renamers.map(({ path }) => path.at(-1)));
  const forgotten = renamers.filter(({ path }) => path.slice(0, -1).some((key) => aliases.has(key)));
  if (forgotten.length === 0) return fetch;
  const document = forgotten.reduce(aliased, parse(fetch.operation, { noLocation: true }));
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(document)),
    // From the inside, as paths have the names that are to be renamed.
    outputRewrites: [...fetch.outputRewrites!].sort((one, other) => other.path.length - one.path.length),
  };
}

function aliased(document: DocumentNode, { path, renameKeyTo }: FetchDataKeyRenamer): DocumentNode {
  const alias = path.at(-1)!;
  const within = (set: SelectionSetNode, above: readonly string[]): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection) => step(selection, above)),
  });
  const step = (selection: SelectionNode, [next, ...rest]: readonly string[]): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = selection;
      if (!typeCondition) return { ...selection, selectionSet: within(selectionSet, [next!, ...rest]) };
      return next === `${FRAGMENT}${typeCondition.name.value}` ? { ...selection, selectionSet: within(selectionSet, rest) } : selection;
    }
    const key = (selection.alias ?? selection.name).value;
    if (rest.length === 0) return key === renameKeyTo ? { ...selection, alias: { kind: Kind.NAME, value: alias } } : selection;
    return key === next && selection.selectionSet ? { ...selection, selectionSet: within(selection.selectionSet, rest) } : selection;
  };
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
      return { ...definition, selectionSet: entitiesOrRoot(definition.selectionSet, (set) => within(set, path)) };
    }),
  };
}

/** Changes what is asked of entities, which is where the paths of a fetch begin, or of the root. */
function entitiesOrRoot(set: SelectionSetNode, change: (set: SelectionSetNode) => SelectionSetNode): SelectionSetNode {
  const [only] = set.selections;
  if (only?.kind !== Kind.FIELD || only.name.value !== '_entities') return change(set);
  return { ...set, selections: [{ ...only, selectionSet: change(only.selectionSet!) }] };
}
