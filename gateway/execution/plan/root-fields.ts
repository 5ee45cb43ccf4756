import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/** One root field of an operation, and the document that asks for it alone. */
export interface RootField {
  key: string;
  name: string;
  document: DocumentNode;
}

/** The root fields of an operation, in order. */
export function eachRootField(document: DocumentNode, operationName: string | undefined): RootField[] {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode =>
      node.kind === Kind.OPERATION_DEFINITION && (!operationName || node.name?.value === operationName),
  )!;
  const fields = new Map<string, { name: string; selections: SelectionNode[] }>();
  const collect = (set: SelectionSetNode, within: (selection: SelectionNode) => SelectionNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        if (!fields.has(key)) fields.set(key, { name: selection.name.value, selections: [] });
        fields.get(key)!.selections.push(within(selection));
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value);
      if (fragment?.kind !== Kind.INLINE_FRAGMENT && fragment?.kind !== Kind.FRAGMENT_DEFINITION) continue;
      const { typeCondition, selectionSet } = fragment;
      collect(selectionSet, (inner) =>
        within({
          kind: Kind.INLINE_FRAGMENT,
          typeCondition,
          directives: selection.directives,
          selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] },
        }),
      );
    }
  };
  collect(operation.selectionSet, (selection) => selection);
  return [...fields].map(([key, { name, selections }]) => {
    const alone = { ...operation, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
    return { key, name, document: { ...document, definitions: document.definitions.map((node) => (node === operation ? alone : node)) } };
  });
}
