import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql';

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Returns the document without `__schema` and `__type`. The planner fails on them within a fragment with a condition, and on
 * those of a `Query` object below another field. A selection set that becomes empty gets a `__typename`.
 */
export const removeIntrospection = (document: DocumentNode): DocumentNode =>
  visit(document, {
    [Kind.FIELD]: { enter: ({ name }) => (name.value === '__schema' || name.value === '__type' ? null : undefined) },
    [Kind.SELECTION_SET]: {
      leave: (node, _key, parent) =>
        node.selections.length === 0 && !(parent && 'kind' in parent && parent.kind === Kind.INLINE_FRAGMENT)
          ? { ...node, selections: [typename] }
          : undefined,
    },
    [Kind.INLINE_FRAGMENT]: { leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined) },
  });
