import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { RefusedFields } from '../../authorization/refused-fields.js';
import { deferredAs } from '../defer/labels.js';
import { isIncluded } from '../plan/conditions.js';
import { leafCheck, type LeafCheck } from './leaf.js';

/** How a value of one field becomes part of the response. */
export type Output =
  | { kind: 'leaf'; isNonNull: boolean; check: LeafCheck }
  | { kind: 'list'; isNonNull: boolean; item: Output }
  | { kind: 'object'; isNonNull: boolean; type: GraphQLCompositeType; selection: Selection };

/** A field of the response for one object type. */
export interface OutputField {
  key: string;
  /** `"key":`, as JSON. */
  label: Buffer;
  /** The key under which the fetched objects have it. */
  source: string;
  /** `Type.field`, for messages. */
  name: string;
  /** Null for `__typename`; introspection fields at the root are `nodes` alone. */
  output: Output | null;
  isIntrospection: boolean;
  /** Whether the reader may not see it; then it is null, whatever was fetched. */
  isRefused: boolean;
  nodes: readonly FieldNode[];
}

/** What the selections of one operation refer to, with the values of its conditions. */
export interface Scope {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The value of a variable in `@skip` or `@include`. */
  isTrue: (variable: string) => boolean;
  /** The keys of fetched objects, where they are others than the client's. */
  keys: ReadonlyMap<FieldNode, string>;
  /** What the reader may not see, by paths of the fetched objects' keys. */
  refused: RefusedFields | null;
  /** The names of the fragments that are answered later; null for none. */
  deferred: ReadonlySet<string> | null;
}

/** A fragment whose fields are answered later. */
export interface DeferredFragment {
  label: string;
  /** Keys of the fetched objects on the way to it, joined by dots. */
  path: string;
  selection: Selection;
}

/**
 * What the client selects of one value. The fields are collected for each type of object that really occurs, once: fragments,
 * repeated fields and conditions are then no more work for the values that follow.
 */
export class Selection {
  readonly #byType = new Map<string, readonly OutputField[]>();
  readonly #deferredByType = new Map<string, readonly DeferredFragment[]>();

  constructor(
    private readonly scope: Scope,
    private readonly sets: readonly SelectionSetNode[],
    /** Keys of the fetched objects on the way here, joined by dots. */
    private readonly path = '',
  ) {}

  /** The fields of objects of a type, in the order of the response; null where clients know no such type. */
  fields(typename: string): readonly OutputField[] | null {
    let known = this.#byType.get(typename) ?? null;
    // What is no type is not remembered: a subgraph could say a new one each time.
    if (!known && (known = this.#collect(typename))) this.#byType.set(typename, known);
    return known;
  }

  /** The fragments of objects of a type that are answered later, in the order of the operation. */
  deferred(typename: string): readonly DeferredFragment[] {
    return this.fields(typename) ? (this.#deferredByType.get(typename) ?? []) : [];
  }

  #collect(typename: string): readonly OutputField[] | null {
    const { schema, deferred: active } = this.scope;
    const type = schema.getType(typename);
    if (!isCompositeType(type)) return null;
    const collected = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    const later: DeferredFragment[] = [];
    const add = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (!isIncluded(selection.directives, this.scope.isTrue)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const known = collected.get(key);
          if (known) known.push(selection);
          else collected.set(key, [selection]);
          continue;
        }
        const label = active ? deferredAs(selection, active) : undefined;
        if (label !== undefined) {
          const { typeCondition, selectionSet } = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragment(selection);
          if (typeCondition && !applies(schema, type, typeCondition.name.value)) continue;
          later.push({ label, path: this.path, selection: new Selection(this.scope, [selectionSet], this.path) });
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          if (!selection.typeCondition || applies(schema, type, selection.typeCondition.name.value)) add(selection.selectionSet);
        } else if (!visited.has(selection.name.value)) {
          visited.add(selection.name.value);
          const fragment = this.#fragment(selection);
          if (applies(schema, type, fragment.typeCondition.name.value)) add(fragment.selectionSet);
        }
      }
    };
    this.sets.forEach(add);
    if (later.length > 0) this.#deferredByType.set(typename, later);
    return [...collected].map(([key, nodes]) => this.#field(type, key, nodes));
  }

  #fragment({ name }: FragmentSpreadNode): FragmentDefinitionNode {
    return this.scope.fragments[name.value]!;
  }

  #field(type: GraphQLCompositeType, key: string, nodes: readonly FieldNode[]): OutputField {
    const name = nodes[0]!.name.value;
    const definition = 'getFields' in type ? type.getFields()[name] : undefined;
    const source = name === '__typename' ? name : (this.scope.keys.get(nodes[0]!) ?? key);
    const path = this.path === '' ? source : `${this.path}.${source}`;
    return {
      key,
      label: Buffer.from(`${JSON.stringify(key)}:`),
      source,
      name: `${type.name}.${name}`,
      output: definition ? this.#output(definition.type, nodes, path) : null,
      isIntrospection: name === '__schema' || name === '__type',
      isRefused: this.#isRefused(type, path),
      nodes,
    };
  }

  /** An object whose own type is not known may be of a type for which the field is refused. */
  #isRefused(type: GraphQLCompositeType, path: string): boolean {
    const types = this.scope.refused?.get(path);
    return types !== undefined && (!isObjectType(type) || types.has(type.name));
  }

  #output(type: GraphQLOutputType, nodes: readonly FieldNode[], path: string): Output {
    const isNonNull = isNonNullType(type);
    const nullable = getNullableType(type);
    if (isListType(nullable)) return { kind: 'list', isNonNull, item: this.#output(nullable.ofType, nodes, path) };
    const named = getNamedType(nullable);
    if (isLeafType(named)) return { kind: 'leaf', isNonNull, check: leafCheck(named) };
    const sets = nodes.map(({ selectionSet }) => selectionSet!);
    return { kind: 'object', isNonNull, type: named, selection: new Selection(this.scope, sets, path) };
  }
}

function applies(schema: GraphQLSchema, type: GraphQLCompositeType, condition: string): boolean {
  if (type.name === condition) return true;
  const abstract = schema.getType(condition);
  return (
    isCompositeType(abstract) &&
    !isObjectType(abstract) &&
    (isObjectType(type) || 'getInterfaces' in type) &&
    schema.isSubType(abstract, type)
  );
}
