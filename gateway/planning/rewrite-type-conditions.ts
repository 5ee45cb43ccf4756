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

/** The objects that a selection set applies to. */
interface SelectionContext {
  /** Their possible types, given all enclosing type conditions. */
  types: ReadonlySet<ObjectType>;
  /** True if a subgraph may know them only as an interface object. */
  isInterfaceObject: boolean;
  /** The parent type of the selections: the field's type, or that of the innermost type condition. */
  type: string;
}

/**
 * The maximum number of selections with fragments inlined. A larger operation is not rewritten, because nested fragments can
 * make it grow exponentially.
 */
const MAX_SELECTIONS = 10_000;

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Rewrites the type conditions that the planner cannot handle:
 * - Selections that apply to no object type of the API schema are removed, such as the name in
 *   `pet { ... on Cat { ... on Dog { name } } }`. A selection set of a field that becomes empty gets a `__typename`.
 * - On an interface that is an object type in a subgraph (`interfaceObjects` has its name), a fragment on another interface or a
 *   union is replaced by fragments on each of the object types that it applies to.
 *
 * A rewritten document contains only the one operation, with inline fragments in the place of spreads, because one fragment
 * may be rewritten differently at each spread.
 */
export function rewriteTypeConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: Schema,
  interfaceObjects: ReadonlySet<string>,
): DocumentNode {
  const rewriter = new ConditionRewriter(document, schema, interfaceObjects);
  const { type } = schema.schemaDefinition.root(operation.operation)!;
  const selectionSet = rewriter.rewrite(operation.selectionSet, { types: new Set([type]), type: type.name, isInterfaceObject: false });
  if (!rewriter.hasChanged || rewriter.selectionCount > MAX_SELECTIONS) return document;
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] };
}

class ConditionRewriter {
  hasChanged = false;
  /** The number of visited selections. Visiting stops when there are too many. */
  selectionCount = 0;
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

  rewrite({ selections }: SelectionSetNode, context: SelectionContext): SelectionSetNode {
    return { kind: Kind.SELECTION_SET, selections: selections.flatMap((selection) => this.#rewriteSelection(selection, context)) };
  }

  #rewriteSelection(selection: SelectionNode, context: SelectionContext): SelectionNode[] {
    if (this.selectionCount > MAX_SELECTIONS) return [];
    this.selectionCount++;
    return selection.kind === Kind.FIELD ? [this.#rewriteField(selection, context)] : this.#rewriteFragment(selection, context);
  }

  #rewriteField(field: FieldNode, { types }: SelectionContext): FieldNode {
    if (!field.selectionSet) return field;
    const declared = [...types].map((type) => baseType(type.field(field.name.value)!.type!) as CompositeType);
    const below: SelectionContext = {
      types: new Set(declared.flatMap((type) => possibleRuntimeTypes(type))),
      isInterfaceObject: declared.some(({ name }) => this.interfaceObjects.has(name)),
      type: declared[0]?.name ?? '',
    };
    const selectionSet = this.rewrite(field.selectionSet, below);
    return { ...field, selectionSet: selectionSet.selections.length > 0 ? selectionSet : { ...selectionSet, selections: [typename] } };
  }

  #rewriteFragment(spread: FragmentSpreadNode | InlineFragmentNode, context: SelectionContext): SelectionNode[] {
    const { typeCondition, selectionSet } = spread.kind === Kind.INLINE_FRAGMENT ? spread : this.#fragments.get(spread.name.value)!;
    const { directives } = spread;
    const fragment = (condition: NamedTypeNode | undefined, inner: SelectionContext): SelectionNode[] => {
      const set = this.rewrite(selectionSet, inner);
      if (set.selections.length === 0) return [];
      return [{ kind: Kind.INLINE_FRAGMENT, typeCondition: condition, directives, selectionSet: set }];
    };
    if (!typeCondition) return fragment(typeCondition, context);
    const type = typeCondition.name.value;
    const possible = this.#runtimeTypes(type);
    const types = possible.filter((runtimeType) => context.types.has(runtimeType));
    const isInterfaceObject = context.isInterfaceObject || this.interfaceObjects.has(type);
    const isAbstract = possible.length !== 1 || possible[0]!.name !== type;
    const isSplit = context.isInterfaceObject && isAbstract && type !== context.type;
    if (types.length === 0 || isSplit) this.hasChanged = true;
    if (!isSplit) return types.length > 0 ? fragment(typeCondition, { types: new Set(types), isInterfaceObject, type }) : [];
    return types.flatMap((objectType) => {
      const condition: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: objectType.name } };
      return fragment(condition, { types: new Set([objectType]), isInterfaceObject, type: objectType.name });
    });
  }

  #runtimeTypes(name: string): readonly ObjectType[] {
    const type = this.schema.type(name);
    return type && isCompositeType(type) ? possibleRuntimeTypes(type) : [];
  }
}
