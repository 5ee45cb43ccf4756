import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const cities = [
  { id: '1', name: 'Bern', constructor: 'c1', toString: 't1', __typename: 'City' },
  { id: '2', name: 'Rome', constructor: 'c2', toString: 't2', __typename: 'City' },
];
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

/** Valid GraphQL names that are also properties of Object.prototype. */
export const graph: Graph = {
  cities: subgraph(
    `type Query { cities: [City!]! city(id: ID!): City constructor: String valueOf: City }
     type City @key(fields: "id") { id: ID! name: String! constructor: String toString: String }`,
    {
      Query: {
        cities: () => cities,
        city: (_: unknown, { id }: { id: string }) => cities.find((city) => city.id === id),
        constructor: () => 'root',
        valueOf: () => cities[1],
      },
      City: { __resolveReference: byKey(cities, 'id') },
    },
  ),
  weather: subgraph(
    `type City @key(fields: "id") { id: ID! temperature(unit: String! = "C"): String! hasOwnProperty: Boolean isPrototypeOf: City }`,
    {
      City: {
        temperature: ({ id }: { id: string }, { unit }: { unit: string }) => `${id}0 ${unit}`,
        hasOwnProperty: () => false,
        isPrototypeOf: () => ({ id: '2' }),
      },
    },
  ),
};

const named = (value: (name: string, index: number) => unknown) =>
  Object.fromEntries(NAMES.map((name, index) => [name, value(name, index)]));

export const cases: Cases = {
  'resolves one field with many different arguments in both subgraphs': {
    query: `{
      a: city(id: "1") { c: temperature f: temperature(unit: "F") temperature(unit: "K") name }
      b: city(id: "2") { name: temperature(unit: "F") temperature: name }
      city(id: "unknown") { name }
    }`,
    data: {
      a: { c: '10 C', f: '10 F', temperature: '10 K', name: 'Bern' },
      b: { name: '20 F', temperature: 'Rome' },
      city: null,
    },
  },
  'returns one field under many aliases': {
    query: '{ cities { a: name b: name c: id id } again: cities { id: id } }',
    data: {
      cities: [
        { a: 'Bern', b: 'Bern', c: '1', id: '1' },
        { a: 'Rome', b: 'Rome', c: '2', id: '2' },
      ],
      again: [{ id: '1' }, { id: '2' }],
    },
  },
  'follows aliases of objects and lists to another subgraph': {
    query: '{ x: cities { y: isPrototypeOf { z: temperature w: name } } }',
    data: { x: [{ y: { z: '20 C', w: 'Rome' } }, { y: { z: '20 C', w: 'Rome' } }] },
  },
  'accepts names of Object.prototype as aliases': {
    query: `{ city(id: "1") { ${NAMES.map((name) => `${name}: name`).join(' ')} } }`,
    data: { city: named(() => 'Bern') },
  },
  'accepts names of Object.prototype as aliases of fields of another subgraph': {
    query: `{ city(id: "1") { ${NAMES.map((name, index) => `${name}: temperature(unit: "${index}")`).join(' ')} } }`,
    data: { city: named((_, index) => `10 ${index}`) },
  },
  'accepts names of Object.prototype as aliases above a fetch from another subgraph': {
    query: `{ ${NAMES.map((name) => `${name}: city(id: "1") { ${name}: isPrototypeOf { ${name}: temperature } }`).join(' ')} }`,
    data: named((name) => ({ [name]: { [name]: '20 C' } })),
  },
  'accepts names of Object.prototype as fields': {
    query: '{ constructor valueOf { constructor toString hasOwnProperty isPrototypeOf { toString } } }',
    data: {
      constructor: 'root',
      valueOf: { constructor: 'c2', toString: 't2', hasOwnProperty: false, isPrototypeOf: { toString: 't2' } },
    },
  },
  'accepts aliases of root fields and lists': {
    query: '{ __proto__: cities { __proto__: isPrototypeOf { id } } }',
    data: { ['__proto__']: [{ ['__proto__']: { id: '2' } }, { ['__proto__']: { id: '2' } }] },
  },
  'accepts the name of a root field of the subgraph specification as an alias': {
    query: '{ _entities: cities { _service: name } _0: city(id: "1") { temperature } }',
    data: { _entities: [{ _service: 'Bern' }, { _service: 'Rome' }], _0: { temperature: '10 C' } },
  },
};
