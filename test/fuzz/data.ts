import { GraphQLError, Kind, type TypeNode } from 'graphql';
import { entityOf, ENUMS, ID_STEP, named, typeNode, type Field, type Graph } from './graph.js';
import { Random } from './random.js';
import { reliableFields } from './reliable.js';

/** An object of the graph: its id decides everything about it. */
export interface ObjectValue {
  __typename: string;
  id: number;
}

/** The code of every error of the data. */
export const DATA_ERROR = 'NOT_FOUND';

/** The number of different entities of a type: few, so that a response contains each at many places. */
const ENTITIES_OF_A_TYPE = 4;

const NULL = 0.12;
const ERROR = 0.04;
const NON_NULL_ERROR = 0.015;

/**
 * Returns the value of a field of an object: scalars, objects, nulls, or errors (as values, also within lists). It depends
 * only on the arguments of this function, so every subgraph that resolves a field returns the same value.
 * `required` is what the field's `@requires` selects.
 */
export function valueOf(graph: Graph, field: Field, id: number, args: Readonly<Record<string, unknown>>, required?: unknown): unknown {
  const name = `${field.owner}.${field.name}`;
  if (field.isKey) return keyValue(graph, field, id);
  const random = new Random(`${graph.seed} ${name} ${id} ${stable(args)} ${stable(required)}`);

  const draw = (type: TypeNode, mayFail: boolean): unknown => {
    if (type.kind === Kind.NON_NULL_TYPE) return mayFail && random.chance(NON_NULL_ERROR) ? failure(name, id) : present(type.type, mayFail);
    if (random.chance(NULL)) return null;
    return random.chance(ERROR) ? failure(name, id) : present(type, true);
  };
  const present = (type: TypeNode, mayFail: boolean): unknown => {
    if (type.kind === Kind.LIST_TYPE) return Array.from({ length: random.int(0, 3) }, () => draw(type.type, mayFail));
    if (type.kind === Kind.NON_NULL_TYPE) throw new Error('a non-null type in a non-null type');
    return leaf(type.name.value, random) ?? object(graph, field, random);
  };
  return draw(typeNode(field.type), !reliableFields(graph).has(field));
}

const failure = (name: string, id: number) => new GraphQLError(`${name} of ${id} failed`, { extensions: { code: DATA_ERROR } });

function leaf(type: string, random: Random): unknown {
  if (type === 'Int') return random.int(-5, 1000);
  if (type === 'Float') return random.int(-5000, 5000) / 8;
  if (type === 'String') return random.pick(['', 'é', '"quoted"\n', `word ${random.int(0, 99)}`]);
  if (type === 'Boolean') return random.chance(0.5);
  if (type === 'ID') return `x${random.int(0, 99)}`;
  if (type === 'Any')
    return JSON.parse(random.pick(['{"a":{"__typename":"Query"},"__proto__":{"b":1}}', '[1,[null,"x"]]', '7', '{"id":null}', '""']));
  const values = ENUMS[type];
  return values && random.pick(values);
}

function object(graph: Graph, field: Field, random: Random): ObjectValue {
  const typeName = random.pick(possibleTypes(graph, field));
  const type = graph.types[typeName]!;
  const number = random.int(0, type.kind === 'entity' ? ENTITIES_OF_A_TYPE - 1 : 0xffff);
  return { __typename: typeName, id: type.kind === 'entity' ? type.index + ID_STEP * number : number };
}

/** The object types that a field can answer: all the subgraphs that resolve it must know them. */
export function possibleTypes(graph: Graph, field: Pick<Field, 'type' | 'in' | 'overrides' | 'overrideLabel'>): string[] {
  const type = graph.types[named(field.type)]!;
  if (type.kind !== 'interface' && type.kind !== 'union') return [type.name];
  const resolving = field.overrides && field.overrideLabel ? [...field.in, field.overrides] : field.in;
  return type.members.filter((member) =>
    resolving.every((subgraph) => type.membersIn[subgraph]?.includes(member) || (type.kind === 'interface' && type.objectIn === subgraph)),
  );
}

/** Keys say the id, each in its own way. */
function keyValue(graph: Graph, field: Field, id: number): unknown {
  const name = named(field.type);
  if (graph.types[name]) return { __typename: name, id };
  return name === 'Int' ? id : `${field.name}-${id}`;
}

/** The id that the value of a key says; undefined where it says none. */
export function idOfKey(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const digits = typeof value === 'string' ? /-(\d+)$/.exec(value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

/** The object behind a reference to an interface: its id says the type. */
export const entityValue = (graph: Graph, id: number): ObjectValue => ({ __typename: entityOf(graph, id).name, id });

/** JSON whose objects have their keys in order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
