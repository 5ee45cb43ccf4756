import {
  baseType,
  isCompositeType,
  possibleRuntimeTypes,
  type CompositeType,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals';
import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What is known of the objects that a selection set is asked of. */
interface Place {
  /** The types that they may have, after all type conditions. */
  types: ReadonlySet<ObjectType>;
  /** Whether a subgraph may have them under their interface's name alone. */
  isInterfaceObject: boolean;
  /** The type that selections are written for: that of the field, or of the last type condition. */
  type: string;
}

/** Operations that are larger with their fragments in place stay as they are: those of a few fragments may grow without end. */
const MAX_SELECTIONS = 10_000;

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The document with the type conditions that the planner knows how to follow:
 * - Selections that no object meets are left out, such as the name in `pet { ... on Cat { ... on Dog { name } } }`. Types count
 *   that the schema shows, as an object of any other is null for the client. What loses all it selects keeps a `__typename`.
 * - Of an interface that is an object type in a subgraph (its name is among `interfaceObjects`), no fragment is on another
 *   interface or a union, but one on each of the object types that meet it.
 *
 * A document that is changed has the one operation alone, with its fragments in the place of their spreads, for in each place
 * something else may be left of a fragment.
 */
export function plannableConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: Schema,
  interfaceObjects: ReadonlySet<string>,
): DocumentNode {
  const walk = new Walk(document, schema, interfaceObjects);
  const { type } = schema.schemaDefinition.root(operation.operation)!;
  const selectionSet = walk.plannable(operation.selectionSet, { types: new Set([type]), type: type.name, isInterfaceObject: false });
  if (!walk.hasChanged || walk.selections > MAX_SELECTIONS) return document;
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] };
}

class Walk {
  hasChanged = false;
  /** How many have been seen, up to the first that is too many. */
  selections = 0;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    { definitions }: DocumentNode,
    private readonly schema: Schema,
    private readonly interfaceObjects: ReadonlySet<string>,
  ) {
    this.#fragments = new Map(
      definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
    );
  }

  plannable({ selections }: SelectionSetNode, place: Place): SelectionSetNode {
    return { kind: Kind.SELECTION_SET, selections: selections.flatMap((selection) => this.#selection(selection, place)) };
  }

  #selection(selection: SelectionNode, place: Place): SelectionNode[] {
    if (this.selections > MAX_SELECTIONS) return [];
    this.selections++;
    return selection.kind === Kind.FIELD ? [this.#field(selection, place)] : this.#fragment(selection, place);
  }

  #field(field: FieldNode, { types }: Place): FieldNode {
    if (!field.selectionSet) return field;
    const declared = [...types].map((type) => baseType(type.field(field.name.value)!.type!) as CompositeType);
    const below: Place = {
      types: new Set(declared.flatMap((type) => possibleRuntimeTypes(type))),
      isInterfaceObject: declared.some(({ name }) => this.interfaceObjects.has(name)),
      type: declared[0]?.name ?? '',
    };
    const selectionSet = this.plannable(field.selectionSet, below);
    return { ...field, selectionSet: selectionSet.selections.length > 0 ? selectionSet : { ...selectionSet, selections: [typename] } };
  }

  #fragment(spread: FragmentSpreadNode | InlineFragmentNode, place: Place): SelectionNode[] {
    const { typeCondition, selectionSet } = spread.kind === Kind.INLINE_FRAGMENT ? spread : this.#fragments.get(spread.name.value)!;
    const { directives } = spread;
    const fragment = (condition: NamedTypeNode | undefined, within: Place): SelectionNode[] => {
      const set = this.plannable(selectionSet, within);
      if (set.selections.length === 0) return [];
      return [{ kind: Kind.INLINE_FRAGMENT, typeCondition: condition, directives, selectionSet: set }];
    };
    if (!typeCondition) return fragment(typeCondition, place);
    const type = typeCondition.name.value;
    const possible = this.#runtimeTypes(type);
    const types = possible.filter((one) => place.types.has(one));
    const isInterfaceObject = place.isInterfaceObject || this.interfaceObjects.has(type);
    const isAbstract = possible.length !== 1 || possible[0]!.name !== type;
    const isSplit = place.isInterfaceObject && isAbstract && type !== place.type;
    if (types.length === 0 || isSplit) this.hasChanged = true;
    if (!isSplit) return types.length > 0 ? fragment(typeCondition, { types: new Set(types), isInterfaceObject, type }) : [];
    return types.flatMap((one) => {
      const condition: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: one.name } };
      return fragment(condition, { types: new Set([one]), isInterfaceObject, type: one.name });
    });
  }

  #runtimeTypes(name: string): readonly ObjectType[] {
    const type = this.schema.type(name);
    return type && isCompositeType(type) ? possibleRuntimeTypes(type) : [];
  }
}
