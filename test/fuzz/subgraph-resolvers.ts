import { Kind, type FieldNode, type SelectionSetNode } from 'graphql';
import type { TestSubgraph } from '../kit/federation.js';
import { entityValue, idOfKey, valueOf, type ObjectValue } from './data.js';
import { CONTEXT_ARGUMENT, entityOf, isFieldIn, retiredFrom, selectionSet, type Entity, type Field, type Graph } from './graph.js';
import type { Monolith } from './monolith.js';
import { externalFields, externalInterfaceFields, keyFieldsOf, subgraphSdl } from './subgraph-sdl.js';

type Representation = Readonly<Record<string, unknown>>;

/** An object within one subgraph: with what came along with it. */
interface SubgraphObject extends ObjectValue {
  representation?: Representation;
  /** The field set that the field above it `@provides`. */
  provided?: SelectionSetNode;
}

/**
 * A subgraph that answers its part of the data, and an error that the data does not have where it is asked what it must
 * not be asked: an external field, an overridden one, a key that it does not resolve, a `@requires` without its values.
 */
export function subgraph(graph: Graph, name: string, { requiredBy }: Monolith, mutations: string[]): TestSubgraph {
  const external = externalFields(graph, name);
  const requiredValues = (source: SubgraphObject, field: Field): unknown => {
    const selection = selectionSet(field.requires!);
    if (source.representation) return pick(source.representation, selection);
    // What the field before it provides is here already.
    if (!selection.selections.every((node) => node.kind === Kind.FIELD && isProvided(source.provided, node.name.value)))
      throw new Error(`${field.name} was asked without a representation`);
    return requiredBy(field, source);
  };
  const resolver = (field: Field) => (source: SubgraphObject | undefined, args: Record<string, unknown>) => {
    if (external.has(field) && !field.isKey && !isProvided(source?.provided, field.name)) throw new Error(`${field.name} is external`);
    if (retiredFrom(field) === name) throw new Error(`${field.name} is overridden`);
    if (field.owner === 'Mutation') mutations.push(field.name);
    const required = field.requires && requiredValues(source!, field);
    const given = field.fromContext && { [CONTEXT_ARGUMENT]: args[CONTEXT_ARGUMENT] ?? null };
    const value = valueOf(graph, field, source?.id ?? 0, { ...args, ...given }, required);
    const provided =
      field.provides && field.in.includes(name) ? selectionSet(field.provides) : selectionBelow(source?.provided, field.name);
    return provided ? eachObject(value, (object) => ({ ...object, provided })) : value;
  };

  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const type of Object.values(graph.types)) {
    if (type.kind === 'union') continue;
    if (type.kind === 'interface') {
      if (type.objectIn === name) {
        const keyFields = keyFieldsOf(type).map(({ name: key }) => [key, ({ id }: ObjectValue) => `${key}-${id}`]);
        const objectFields = type.objectFields.map((field) => [field.name, resolver(field)]);
        const externalFields = externalInterfaceFields(type).map((field) => [field.name, refusing(`${field.name} is external`)]);
        const reference = (representation: Representation): SubgraphObject => ({
          __typename: type.name,
          id: identify(representation, [type.key]),
          representation,
        });
        resolvers[type.name] = {
          ...Object.fromEntries([...keyFields, ...objectFields, ...externalFields]),
          __resolveReference: async (key: Representation) => reference(key),
        };
      } else if (type.keyedIn === name)
        resolvers[type.name] = { __resolveReference: async (key: Representation) => entityValue(graph, identify(key, [type.key])) };
      continue;
    }
    const fields = type.fields.filter((field) =>
      type.kind === 'value'
        ? type.in.includes(name) && isFieldIn(field, name)
        : field.in.includes(name) || field.overrides === name || external.has(field),
    );
    if (fields.length === 0) continue;
    resolvers[type.name] = Object.fromEntries(fields.map((field) => [field.name, resolver(field)]));
    if (type.kind === 'entity' && type.keysIn[name]?.some(({ resolvable }) => resolvable))
      resolvers[type.name]!.__resolveReference = async (key: Representation) => reference(graph, type, name, key);
  }
  return { typeDefs: subgraphSdl(graph, name), resolvers };
}

const refusing = (message: string) => (): never => {
  throw new Error(message);
};

function reference(graph: Graph, type: Entity, subgraphName: string, representation: Representation): SubgraphObject {
  const keys = type.keysIn[subgraphName]!.filter(({ resolvable }) => resolvable).map(({ fields }) => fields);
  const id = identify(representation, keys);
  if (entityOf(graph, id) !== type) throw new Error(`${id} is no ${type.name}`);
  return { __typename: type.name, id, representation };
}

/** The id that a representation says by all fields of at least one of the keys. */
function identify(representation: Representation, keys: readonly string[]): number {
  for (const key of keys) {
    const ids = new Set(keyLeaves(representation, selectionSet(key)).map(idOfKey));
    const [id] = ids;
    if (ids.size === 1 && id !== undefined) return id;
  }
  throw new Error(`no key in ${JSON.stringify(representation)}`);
}

function keyLeaves(value: unknown, selection: SelectionSetNode): unknown[] {
  return selection.selections.flatMap((node) => {
    if (node.kind !== Kind.FIELD) return [];
    const inner = (value as Representation | undefined)?.[node.name.value];
    return node.selectionSet ? keyLeaves(inner, node.selectionSet) : [inner];
  });
}

/** Returns the part of a representation that a selection selects. Throws if a field is missing. */
function pick(value: unknown, selection: SelectionSetNode): unknown {
  if (Array.isArray(value)) return value.map((entry) => pick(entry, selection));
  if (value === null || value === undefined || typeof value !== 'object') return value;
  const object = value as Representation;
  const picked: Record<string, unknown> = {};
  for (const node of selection.selections) {
    if (node.kind === Kind.INLINE_FRAGMENT && node.typeCondition?.name.value === object.__typename)
      Object.assign(picked, pick(object, node.selectionSet));
    if (node.kind !== Kind.FIELD) continue;
    const inner = object[node.name.value];
    if (inner === undefined) throw new Error(`${node.name.value} is required and was not sent`);
    picked[node.name.value] = node.selectionSet ? pick(inner, node.selectionSet) : inner;
  }
  return picked;
}

const isProvided = (selection: SelectionSetNode | undefined, name: string): boolean =>
  providedFields(selection).some((node) => node.name.value === name);

/** The fields of a selection; a subgraph has each of them on all types that the selection's fragments are on, or on none. */
const providedFields = (selection: SelectionSetNode | undefined): FieldNode[] =>
  (selection?.selections ?? []).flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node];
    return node.kind === Kind.INLINE_FRAGMENT ? providedFields(node.selectionSet) : [];
  });

const selectionBelow = (selection: SelectionSetNode | undefined, name: string): SelectionSetNode | undefined =>
  providedFields(selection).flatMap((node) => (node.name.value === name && node.selectionSet ? [node.selectionSet] : []))[0];

function eachObject(value: unknown, map: (object: ObjectValue) => SubgraphObject): unknown {
  if (Array.isArray(value)) return value.map((entry) => eachObject(entry, map));
  return value !== null && typeof value === 'object' && '__typename' in value && !(value instanceof Error)
    ? map(value as ObjectValue)
    : value;
}
