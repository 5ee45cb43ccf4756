import { Kind, parse, parseType, type FieldNode, type SelectionSetNode, type TypeNode } from 'graphql';

export interface Argument {
  name: string;
  type: string;
  defaultValue?: string;
}

/** A field of the supergraph and what each subgraph has to do with it. */
export interface Field {
  /** The type that it belongs to: an interface for a field that comes from an `@interfaceObject`. */
  owner: string;
  name: string;
  type: string;
  args: Argument[];
  /** The subgraphs that resolve it; empty: all that have the type. */
  in: string[];
  /** Its value says which object it is. */
  isKey?: boolean;
  /** The selection that its only subgraph needs to compute it. */
  requires?: string;
  /** The field set of `@provides`: fields of the returned entity that the field's only subgraph resolves although others own them. */
  provides?: string;
  /** A subgraph that still has it and must no longer be asked. */
  overrides?: string;
  /** The requests that go to the overriding subgraph; all by default. */
  overrideLabel?: `percent(${number})`;
  /** The context that sets its argument `given`, whatever the client asks. */
  fromContext?: Context;
  isInaccessible?: boolean;
}

/** A value of the entities above a field that the field gets as an argument (`@context` and `@fromContext`), in one subgraph. */
export interface Context {
  name: string;
  subgraph: string;
  /** The type of the argument. */
  type: string;
  /** The selection of the value on each entity that has the context. */
  selections: Record<string, string>;
}

export interface EntityKey {
  fields: string;
  resolvable: boolean;
}

export interface Entity {
  kind: 'entity';
  name: string;
  /** Every id of this type is `index` modulo `ID_STEP`: an id alone says its type. */
  index: number;
  /** The keys of each subgraph that has the type. */
  keysIn: Record<string, EntityKey[]>;
  fields: Field[];
}

/** A type without identity. */
export interface ValueType {
  kind: 'value';
  name: string;
  in: string[];
  fields: Field[];
  /** Its fields are spread over its subgraphs: an object of it is put together from several answers. */
  isSplit?: boolean;
}

export interface Interface {
  kind: 'interface';
  name: string;
  members: string[];
  membersIn: Record<string, string[]>;
  fields: Pick<Field, 'name' | 'type' | 'args'>[];
  /** The field set of its key: all its members have the key. */
  key: string;
  /** The subgraph that gives the interface a key. */
  keyedIn?: string;
  /** The subgraph that has it as an `@interfaceObject`, with fields of its own. */
  objectIn?: string;
  objectFields: Field[];
}

export interface Union {
  kind: 'union';
  name: string;
  members: string[];
  membersIn: Record<string, string[]>;
}

export interface Root {
  kind: 'root';
  name: 'Query' | 'Mutation' | 'Subscription';
  fields: Field[];
}

export type GraphType = Entity | ValueType | Interface | Union | Root;

/** A supergraph as plain data: cloned, printed, and made smaller by the shrinker. */
export interface Graph {
  seed: string;
  subgraphs: string[];
  types: Record<string, GraphType>;
  contexts: Context[];
}

export const ID_STEP = 16;

/** Types that every subgraph has. */
export const ENUMS: Readonly<Record<string, readonly string[]>> = { Color: ['RED', 'GREEN', 'BLUE'], Size: ['SMALL', 'LARGE'] };
export const LEAVES = ['Int', 'Float', 'String', 'Boolean', 'ID', 'Any', ...Object.keys(ENUMS)];
export const INPUT = 'Filter';
/** The types that only entities with a context lead to. */
export const CONTEXTUAL = ['Kid', 'Nest'] as const;
/** The name of the argument that a context sets. */
export const CONTEXT_ARGUMENT = 'given';
export const COMMON_SDL = `
scalar Any
${Object.entries(ENUMS)
  .map(([name, values]) => `enum ${name} { ${values.join(' ')} }`)
  .join('\n')}
input ${INPUT} { limit: Int = 3, words: [String!], color: Color = GREEN, any: Any, inner: ${INPUT} }
`;

export const typesOf = <Type extends GraphType['kind']>(graph: Graph, kind: Type) =>
  Object.values(graph.types).filter((type): type is Extract<GraphType, { kind: Type }> => type.kind === kind);

/** The entity that an id belongs to. */
export const entityOf = (graph: Graph, id: number): Entity => typesOf(graph, 'entity').find(({ index }) => index === id % ID_STEP)!;

/** The fields of an object type as clients see them, those of its interfaces' `@interfaceObject`s too. */
export function fieldsOf(graph: Graph, type: Entity | ValueType | Root): Field[] {
  if (type.kind !== 'entity') return type.fields;
  const inherited = typesOf(graph, 'interface').filter(({ members }) => members.includes(type.name));
  return [...type.fields, ...inherited.flatMap(({ objectFields }) => objectFields)];
}

/** True if a subgraph that has the type of a field has the field too. */
export const isFieldIn = (field: Field, subgraph: string): boolean => field.in.length === 0 || field.in.includes(subgraph);

/** The subgraph that defines an overridden field and must not be asked for it; undefined if some requests go to each. */
export function retiredFrom({ overrides, overrideLabel, in: [overriding] }: Field): string | undefined {
  if (overrideLabel === 'percent(0)') return overriding;
  return overrideLabel === undefined || overrideLabel === 'percent(100)' ? overrides : undefined;
}

export const isComposite = (type: GraphType | undefined): type is Entity | ValueType | Interface | Union =>
  type !== undefined && type.kind !== 'root';

const typeNodes = new Map<string, TypeNode>();

/** The parsed form of a type such as `[Item!]`. */
export function typeNode(type: string): TypeNode {
  let node = typeNodes.get(type);
  if (!node) typeNodes.set(type, (node = parseType(type)));
  return node;
}

/** The name inside the lists and exclamation marks. */
export const named = (type: string): string => type.replace(/[[\]!]/g, '');

const selections = new Map<string, SelectionSetNode>();

/** The parsed form of a field set such as `id owner { name }`. */
export function selectionSet(fields: string): SelectionSetNode {
  let node = selections.get(fields);
  if (!node) {
    const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`not a field set: ${fields}`);
    selections.set(fields, (node = definition.selectionSet));
  }
  return node;
}

/** Calls back for every field of a selection on a type, with its definition, nested ones too. */
export function walkSelection(
  graph: Graph,
  typeName: string,
  selection: SelectionSetNode,
  visit: (field: Field, node: FieldNode, depth: number) => void,
  depth = 0,
): void {
  const type = graph.types[typeName];
  for (const node of selection.selections) {
    if (node.kind === Kind.INLINE_FRAGMENT)
      walkSelection(graph, node.typeCondition?.name.value ?? typeName, node.selectionSet, visit, depth);
    if (node.kind !== Kind.FIELD || !type || type.kind === 'interface' || type.kind === 'union') continue;
    const field = fieldsOf(graph, type).find(({ name }) => name === node.name.value);
    if (!field) continue;
    visit(field, node, depth);
    if (node.selectionSet) walkSelection(graph, named(field.type), node.selectionSet, visit, depth + 1);
  }
}
