import {
  baseType,
  federationMetadata,
  isCompositeType,
  isObjectType,
  type CompositeType,
  type NamedType,
  type Schema,
  type SelectionSet,
} from '@apollo/federation-internals';

/** Whether a selection names a field that is external where it is asked for; the type is that of a subgraph. */
export function namesExternal(set: SelectionSet, type: NamedType | undefined): boolean {
  const metadata = type && federationMetadata(type.schema());
  if (!metadata) return false;
  return set.selections().some((selection) => {
    if (selection.kind === 'FragmentSelection') {
      const { typeCondition } = selection.element;
      return namesExternal(selection.selectionSet, typeCondition ? typeInSubgraph(typeCondition, type.schema()) : type);
    }
    const field = isCompositeType(type) ? type.field(selection.element.name) : undefined;
    if (!field) return false;
    return metadata.isFieldExternal(field) || (!!selection.selectionSet && namesExternal(selection.selectionSet, baseType(field.type!)));
  });
}

/** A type as a subgraph knows it, where an object type may stand for the interface of many. */
export function typeInSubgraph(type: CompositeType, subgraph: Schema): NamedType | undefined {
  const same = subgraph.type(type.name);
  if (same || !isObjectType(type)) return same;
  return type
    .interfaces()
    .map(({ name }) => subgraph.type(name))
    .find((one) => one && isObjectType(one));
}
