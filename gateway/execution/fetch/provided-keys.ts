import { Kind, parse, type DocumentNode, type SelectionSetNode } from 'graphql';
import type { Fetch } from '../plan/compile-plan.js';

const known = new WeakMap<Fetch, ReadonlySet<string>>();

/**
 * The response keys that a request brings to the objects that it was made for: those of the root, or of the entities. Only
 * failures ask for them, so they are found when the first one does.
 */
export function providedKeys(fetch: Fetch): ReadonlySet<string> {
  let keys = known.get(fetch);
  if (!keys) known.set(fetch, (keys = new Set([...topKeys(fetch.operation), ...fetch.outputRewrites.flatMap(renamed)])));
  return keys;
}

const renamed = (rewrite: Fetch['outputRewrites'][number]): string[] => (rewrite.kind === 'KeyRenamer' ? [rewrite.renameKeyTo] : []);

function topKeys(operation: string): Set<string> {
  const document = parse(operation, { noLocation: true });
  const root = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)!.selectionSet;
  const entities = root.selections.find((selection) => selection.kind === Kind.FIELD && selection.name.value === '_entities');
  const keys = new Set<string>();
  addKeys(document, entities?.kind === Kind.FIELD ? entities.selectionSet! : root, keys);
  return keys;
}

function addKeys(document: DocumentNode, { selections }: SelectionSetNode, keys: Set<string>): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) keys.add((selection.alias ?? selection.name).value);
    else if (selection.kind === Kind.INLINE_FRAGMENT) addKeys(document, selection.selectionSet, keys);
    else {
      const fragment = document.definitions.find(
        (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
      );
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION) addKeys(document, fragment.selectionSet, keys);
    }
  }
}
