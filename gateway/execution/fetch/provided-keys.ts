import type { FetchDataRewrite } from '@apollo/query-planner';
import { Kind, parse, type DocumentNode, type SelectionSetNode } from 'graphql';

/**
 * Returns the response keys that a fetch adds to its target objects: the keys of its root fields, or of its entities'
 * fields.
 */
export const providedKeys = (operation: string, outputRewrites: readonly FetchDataRewrite[]): ReadonlySet<string> =>
  new Set([...topLevelKeys(operation), ...outputRewrites.flatMap(renamedKey)]);

const renamedKey = (rewrite: FetchDataRewrite): string[] => (rewrite.kind === 'KeyRenamer' ? [rewrite.renameKeyTo] : []);

function topLevelKeys(operation: string): Set<string> {
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
