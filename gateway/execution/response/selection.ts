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
import type { UnauthorizedFields } from '../../authorization/unauthorized-fields.js';
import { activeDeferLabel } from '../plan/defer-labels.js';
import { isIncluded } from '../plan/conditions.js';
import type { ObjectPlace } from '../plan/plan-coverage.js';
import { isIntegral, leafCheck, type LeafCheck } from './leaf.js';

/** The type of a field's value, with the selection on the objects in it. */
export type Output =
  | { kind: 'leaf'; isNonNull: boolean; check: LeafCheck; isIntegral: boolean }
  | { kind: 'list'; isNonNull: boolean; item: Output }
  | { kind: 'object'; isNonNull: boolean; type: GraphQLCompositeType; selection: Selection };

/** A selected field of one object type, in the form in which it is written to the response. */
export interface OutputField {
  /** The client's response key. */
  responseKey: string;
  /** The response key as JSON, with its colon: `"key":`. */
  keyJson: Buffer;
  /** The key under which fetched objects have the value. */
  fetchedKey: string;
  /** The field's coordinate (`Type.field`), for error messages. */
  coordinate: string;
  /** Null for `__typename` and for introspection fields. */
  output: Output | null;
  /** True for `__schema` and `__type`, which are resolved from `nodes`. */
  isIntrospection: boolean;
  /** True if the client is not authorized to read the field. It is then null with an error. */
  isRefused: boolean;
  /** True if the plan has a fetch for the field; undefined until a value is missing. */
  isPlanned?: boolean;
  nodes: readonly FieldNode[];
}

/** The values that all selections of one operation variant share. */
export interface SelectionScope {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Returns the value of a variable of `@skip` or `@include`. */
  isTrue: (variable: string) => boolean;
  /** The response keys in the plan, for fields whose key differs from the client's. */
  responseKeys: ReadonlyMap<FieldNode, string>;
  /** The fields that the client is not authorized to read, by response path in the plan; null for none. */
  unauthorizedFields: UnauthorizedFields | null;
  /** The internal labels of the fragments that are deferred; null for none. */
  activeLabels: ReadonlySet<string> | null;
}

/** A deferred fragment of a selection. */
export interface DeferredFragment {
  /** The internal label of its `@defer`. */
  label: string;
  /** The response path in the plan, as keys joined by dots. */
  path: string;
  selection: Selection;
}

/**
 * The client's selection on the value of one field. The fields are collected once for each object type that occurs (see
 * CollectFields in the GraphQL specification), so that further objects of the type need no evaluation of fragments and conditions.
 */
export class Selection {
  readonly #byType = new Map<string, readonly OutputField[]>();
  readonly #deferredByType = new Map<string, readonly DeferredFragment[]>();

  constructor(
    private readonly scope: SelectionScope,
    private readonly sets: readonly SelectionSetNode[],
    /** The response path in the plan, as keys joined by dots. */
    private readonly path = '',
    /** The field whose value the selection is on; null for the root. */
    private readonly parent: { selection: Selection; typename: string; key: string } | null = null,
  ) {}

  /** Returns the place of the selection's objects of a type in the fetched data. */
  place(typename: string): ObjectPlace {
    if (!this.parent) return { rootType: typename, steps: [] };
    const { rootType, steps } = this.parent.selection.place(this.parent.typename);
    return { rootType, steps: [...steps, { key: this.parent.key, type: typename }] };
  }

  /** Returns the fields of objects of a type, in the order of the response; null if the API schema has no such type. */
  fields(typename: string): readonly OutputField[] | null {
    let known = this.#byType.get(typename) ?? null;
    // Unknown type names are not cached: a subgraph could return a new one each time, and the cache would grow without limit.
    if (!known && (known = this.#collect(typename))) this.#byType.set(typename, known);
    return known;
  }

  /** Returns the deferred fragments on objects of a type, in the order of the operation. */
  deferred(typename: string): readonly DeferredFragment[] {
    return this.fields(typename) ? (this.#deferredByType.get(typename) ?? []) : [];
  }

  #collect(typename: string): readonly OutputField[] | null {
    const { schema, activeLabels } = this.scope;
    const type = schema.getType(typename);
    if (!isCompositeType(type)) return null;
    const collected = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    const deferred: DeferredFragment[] = [];
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (!isIncluded(selection.directives, this.scope.isTrue)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const known = collected.get(key);
          if (known) known.push(selection);
          else collected.set(key, [selection]);
          continue;
        }
        const label = activeLabels ? activeDeferLabel(selection, activeLabels) : undefined;
        if (label !== undefined) {
          const { typeCondition, selectionSet } = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragment(selection);
          if (typeCondition && !applies(schema, type, typeCondition.name.value)) continue;
          deferred.push({ label, path: this.path, selection: new Selection(this.scope, [selectionSet], this.path, this.parent) });
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          if (!selection.typeCondition || applies(schema, type, selection.typeCondition.name.value)) collect(selection.selectionSet);
        } else if (!visited.has(selection.name.value)) {
          visited.add(selection.name.value);
          const fragment = this.#fragment(selection);
          if (applies(schema, type, fragment.typeCondition.name.value)) collect(fragment.selectionSet);
        }
      }
    };
    this.sets.forEach(collect);
    if (deferred.length > 0) this.#deferredByType.set(typename, deferred);
    return [...collected].map(([key, nodes]) => this.#field(type, key, nodes));
  }

  #fragment({ name }: FragmentSpreadNode): FragmentDefinitionNode {
    return this.scope.fragments[name.value]!;
  }

  #field(type: GraphQLCompositeType, responseKey: string, nodes: readonly FieldNode[]): OutputField {
    const name = nodes[0]!.name.value;
    const definition = 'getFields' in type ? type.getFields()[name] : undefined;
    const fetchedKey = name === '__typename' ? name : (this.scope.responseKeys.get(nodes[0]!) ?? responseKey);
    const path = this.path === '' ? fetchedKey : `${this.path}.${fetchedKey}`;
    return {
      responseKey,
      keyJson: Buffer.from(`${JSON.stringify(responseKey)}:`),
      fetchedKey,
      coordinate: `${type.name}.${name}`,
      output: definition ? this.#output(definition.type, nodes, { path, typename: type.name, key: fetchedKey }) : null,
      isIntrospection: name === '__schema' || name === '__type',
      isRefused: this.#isRefused(type, path),
      nodes,
    };
  }

  /** True if the field is unauthorized for the type, or for any type if the object's own type is not known. */
  #isRefused(type: GraphQLCompositeType, path: string): boolean {
    const types = this.scope.unauthorizedFields?.get(path);
    return types !== undefined && (!isObjectType(type) || types.has(type.name));
  }

  #output(type: GraphQLOutputType, nodes: readonly FieldNode[], field: { path: string; typename: string; key: string }): Output {
    const isNonNull = isNonNullType(type);
    const nullable = getNullableType(type);
    if (isListType(nullable)) return { kind: 'list', isNonNull, item: this.#output(nullable.ofType, nodes, field) };
    const named = getNamedType(nullable);
    if (isLeafType(named)) return { kind: 'leaf', isNonNull, check: leafCheck(named), isIntegral: isIntegral(named) };
    const sets = nodes.map(({ selectionSet }) => selectionSet!);
    const { path, typename, key } = field;
    return { kind: 'object', isNonNull, type: named, selection: new Selection(this.scope, sets, path, { selection: this, typename, key }) };
  }
}

/** True if a type condition applies to objects of a type. */
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
