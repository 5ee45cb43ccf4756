import { type Cases, type Graph, subgraph } from '../feature.js';

export const graph: Graph = {
  a: subgraph(
    `type Query { item: Item a: Int hidden: Secret @inaccessible }
     "A thing." type Item @key(fields: "id") { id: ID! size(unit: Unit = CM): Int old: Int @deprecated(reason: "It is old.") }
     enum Unit { CM INCH SECRET @inaccessible }
     type Secret @inaccessible { key: String }`,
    { Query: { item: () => ({ id: '1', size: 3 }), a: () => 1 } },
  ),
  b: subgraph(`type Query { b: Int } type Item @key(fields: "id") { id: ID! weight: Float }`, {
    Query: { b: () => 2 },
    Item: { weight: () => 1.5 },
  }),
};

export const cases: Cases = {
  'sends no request for introspection alone': {
    query: '{ __schema { queryType { name } mutationType { name } } }',
    data: { __schema: { queryType: { name: 'Query' }, mutationType: null } },
    requests: [],
  },
  'shows fields of all subgraphs, and no federation or inaccessible elements': {
    query: `{
      query: __type(name: "Query") { fields { name type { name kind ofType { name } } } }
      item: __type(name: "Item") { description fields { name args { name defaultValue } } }
      unit: __type(name: "Unit") { enumValues { name } }
      secret: __type(name: "Secret") { name }
      any: __type(name: "_Any") { name }
      join: __type(name: "join__Graph") { name }
    }`,
    data: {
      query: {
        fields: [
          { name: 'item', type: { name: 'Item', kind: 'OBJECT', ofType: null } },
          { name: 'a', type: { name: 'Int', kind: 'SCALAR', ofType: null } },
          { name: 'b', type: { name: 'Int', kind: 'SCALAR', ofType: null } },
        ],
      },
      item: {
        description: 'A thing.',
        fields: [
          { name: 'id', args: [] },
          { name: 'size', args: [{ name: 'unit', defaultValue: 'CM' }] },
          { name: 'weight', args: [] },
        ],
      },
      unit: { enumValues: [{ name: 'CM' }, { name: 'INCH' }] },
      secret: null,
      any: null,
      join: null,
    },
  },
  'returns introspection and data in the order of the operation': {
    query: '{ a t: __type(name: "Item") { name } item { weight __typename } __schema { queryType { name } } b }',
    data: { a: 1, t: { name: 'Item' }, item: { weight: 1.5, __typename: 'Item' }, __schema: { queryType: { name: 'Query' } }, b: 2 },
  },
  'supports variables and conditions': {
    query: `query ($name: String!, $old: Boolean = true, $no: Boolean!) {
      __type(name: $name) { name @skip(if: $no) fields(includeDeprecated: $old) { name isDeprecated deprecationReason } }
      __schema @include(if: $no) { queryType { name } }
      item { size }
    }`,
    variables: { name: 'Item', no: false },
    data: {
      __type: {
        name: 'Item',
        fields: [
          { name: 'id', isDeprecated: false, deprecationReason: null },
          { name: 'size', isDeprecated: false, deprecationReason: null },
          { name: 'old', isDeprecated: true, deprecationReason: 'It is old.' },
          { name: 'weight', isDeprecated: false, deprecationReason: null },
        ],
      },
      item: { size: 3 },
    },
  },
  'merges introspection in nested fragments': {
    query: `{ ...A ...B __schema { queryType { kind } } }
      fragment A on Query { __schema { queryType { ...T } } }
      fragment B on Query { __schema { queryType { fields { name } } } a }
      fragment T on __Type { name n: __typename }`,
    data: {
      __schema: { queryType: { name: 'Query', n: '__Type', fields: [{ name: 'item' }, { name: 'a' }, { name: 'b' }], kind: 'OBJECT' } },
      a: 1,
    },
    stock: 'it returns only the first of several selections of a field',
  },
};
