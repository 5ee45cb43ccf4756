import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/** One root field of an operation, and the document that selects this field only. */
export interface RootField {
  responseKey: string;
  name: string;
  document: DocumentNode;
}

/** Splits an operation into its root fields, in the order of execution. */
export function splitRootFields(document: DocumentNode, operationName: string | undefined): RootField[] {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode =>
      node.kind === Kind.OPERATION_DEFINITION && (!operationName || node.name?.value === operationName),
  )!;
  const fields = new Map<string, { name: string; selections: SelectionNode[] }>();
  // `wrap` puts a selection back into the fragments that enclose it.
  const collect = (set: SelectionSetNode, wrap: (selection: SelectionNode) => SelectionNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        if (!fields.has(key)) fields.set(key, { name: selection.name.value, selections: [] });
        fields.get(key)!.selections.push(wrap(selection));
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value);
      if (fragment?.kind !== Kind.INLINE_FRAGMENT && fragment?.kind !== Kind.FRAGMENT_DEFINITION) continue;
      const { typeCondition, selectionSet } = fragment;
      collect(selectionSet, (inner) =>
        wrap({
          kind: Kind.INLINE_FRAGMENT,
          typeCondition,
          directives: selection.directives,
          selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] },
        }),
      );
    }
  };
  collect(operation.selectionSet, (selection) => selection);
  return [...fields].map(([responseKey, { name, selections }]) => {
    const alone = { ...operation, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
    return {
      responseKey,
      name,
      document: { ...document, definitions: document.definitions.map((node) => (node === operation ? alone : node)) },
    };
  });
}
