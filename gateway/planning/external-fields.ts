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

/** True if a selection set on a subgraph's type selects a field that is external in that subgraph. */
export function selectsExternalField(set: SelectionSet, type: NamedType | undefined): boolean {
  const metadata = type && federationMetadata(type.schema());
  if (!metadata) return false;
  return set.selections().some((selection) => {
    if (selection.kind === 'FragmentSelection') {
      const { typeCondition } = selection.element;
      return selectsExternalField(selection.selectionSet, typeCondition ? typeInSubgraph(typeCondition, type.schema()) : type);
    }
    const field = isCompositeType(type) ? type.field(selection.element.name) : undefined;
    if (!field) return false;
    return (
      metadata.isFieldExternal(field) || (!!selection.selectionSet && selectsExternalField(selection.selectionSet, baseType(field.type!)))
    );
  });
}

/**
 * Returns the type of a subgraph for a type of the supergraph: for an object type that the subgraph lacks, the interface
 * object of its interface.
 */
export function typeInSubgraph(type: CompositeType, subgraph: Schema): NamedType | undefined {
  const sameName = subgraph.type(type.name);
  if (sameName || !isObjectType(type)) return sameName;
  return type
    .interfaces()
    .map(({ name }) => subgraph.type(name))
    .find((candidate) => candidate && isObjectType(candidate));
}
