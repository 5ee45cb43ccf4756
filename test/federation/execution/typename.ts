import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const shapes = [
  { __typename: 'Circle', id: '1' },
  { __typename: 'Square', id: '2' },
];

export const graph: Graph = {
  shapes: subgraph(
    `type Query { shapes: [Shape]! any: [Any!]! circle: Circle nothing: Circle empty: [Shape!]! }
     interface Shape { id: ID! }
     type Circle implements Shape @key(fields: "id") { id: ID! }
     type Square implements Shape @key(fields: "id") { id: ID! }
     union Any = Circle | Square`,
    {
      Query: {
        shapes: () => [shapes[0], null, shapes[1]],
        any: () => shapes,
        circle: () => shapes[0],
        nothing: () => null,
        empty: () => [],
      },
      Circle: { __resolveReference: byKey(shapes, 'id') },
      Square: { __resolveReference: byKey(shapes, 'id') },
    },
  ),
  colours: subgraph(
    `type Circle implements Shape @key(fields: "id") { id: ID! colour: Colour! }
     type Square implements Shape @key(fields: "id") { id: ID! colour: Colour! }
     type Colour { name: String! twin: Shape }
     interface Shape { id: ID! }`,
    {
      Circle: { colour: () => ({ name: 'red', twin: shapes[1] }) },
      Square: { colour: () => ({ name: 'blue', twin: null }) },
    },
  ),
};

export const cases: Cases = {
  'sends no request for __typename of the root alone': { query: '{ __typename }', data: { __typename: 'Query' }, requests: [] },
  'returns __typename of the root under aliases and in fragments': {
    query: '{ a: __typename ... on Query { b: __typename a: __typename } ...F } fragment F on Query { __typename }',
    data: { a: 'Query', b: 'Query', __typename: 'Query' },
    requests: [],
  },
  'returns __typename of the root among fields': {
    query: '{ kind: __typename circle { id } __typename }',
    data: { kind: 'Query', circle: { id: '1' }, __typename: 'Query' },
  },
  'returns an object with __typename only': {
    query: '{ circle { __typename } nothing { __typename } empty { __typename } }',
    data: { circle: { __typename: 'Circle' }, nothing: null, empty: [] },
    requests: ['shapes'],
  },
  'returns aliased __typename of interfaces and unions': {
    query: '{ shapes { kind: __typename } any { __typename type: __typename } }',
    data: {
      shapes: [{ kind: 'Circle' }, null, { kind: 'Square' }],
      any: [
        { __typename: 'Circle', type: 'Circle' },
        { __typename: 'Square', type: 'Square' },
      ],
    },
  },
  'returns __typename before, between and after fields of two subgraphs': {
    query: '{ circle { a: __typename id b: __typename colour { __typename name } __typename } }',
    data: { circle: { a: 'Circle', id: '1', b: 'Circle', colour: { __typename: 'Colour', name: 'red' }, __typename: 'Circle' } },
  },
  'returns only __typename of an object of another subgraph': {
    query: '{ circle { colour { twin { __typename } } } }',
    data: { circle: { colour: { twin: { __typename: 'Square' } } } },
  },
  'returns __typename under a type condition': {
    query: '{ any { ... on Circle { t: __typename } ... on Square { u: __typename colour { t: __typename } } } }',
    data: { any: [{ t: 'Circle' }, { u: 'Square', colour: { t: 'Colour' } }] },
  },
  'omits __typename if it is not selected': {
    query: '{ shapes { id } any { ... on Square { id } } }',
    data: { shapes: [{ id: '1' }, null, { id: '2' }], any: [{}, { id: '2' }] },
  },
  'returns another field under the alias __typename': {
    query: '{ circle { __typename: id colour { name __typename: name } } }',
    data: { circle: { __typename: '1', colour: { name: 'red', __typename: 'red' } } },
    stock: 'it uses the value as the name of the type',
  },

  'returns __typename under aliases that are names of other fields and keys': {
    query: '{ shapes: __typename circle { id: __typename colour { name: __typename real: name } } any { id: __typename } }',
    data: {
      shapes: 'Query',
      circle: { id: 'Circle', colour: { name: 'Colour', real: 'red' } },
      any: [{ id: 'Circle' }, { id: 'Square' }],
    },
  },
};
