import { GraphQLScalarType } from 'graphql';
import { type Cases, type Graph, subgraph } from '../feature.js';

const settings = { b: 1, a: [true, null, { __typename: 'Fake', id: 'x', '': 0 }], constructor: 'c', nested: { errors: [] } };
const runs = [
  { id: { shard: 1, of: [2] }, settings },
  { id: { shard: 2, of: [2] }, settings: [] },
  { id: { shard: 3, of: [] }, settings: null },
  { id: { shard: 4, of: [] }, settings: false },
];

const TEXTS = ['', '"', '\\', '\n\t\0', '\u2028', 'é', '日本', '🦊', '</script>', '\\u0041', '{"a":1}'];
const NUMBERS = [0, -1, 1.5, 1e21, 1e-7, 2147483647, 9007199254740991, 0.1];

const JSONScalar = new GraphQLScalarType({ name: 'JSON' });

/** A scalar whose values are objects, used as a result, a key, a required field and an argument. */
export const graph: Graph = {
  runs: subgraph(
    `type Query { runs: [Run!]! echo(value: JSON): JSON anything: [JSON] texts(of: [String!]!): [String!]! numbers: [Float!]! }
     type Run @key(fields: "id") { id: JSON! settings: JSON }
     scalar JSON`,
    {
      Query: {
        runs: () => runs,
        echo: (_: unknown, { value }: { value: unknown }) => value,
        anything: () => [{}, [{}], [[]], 'x', 1.5, null],
        texts: (_: unknown, { of }: { of: string[] }) => of,
        numbers: () => NUMBERS,
      },
      JSON: JSONScalar,
    },
  ),
  reports: subgraph(
    `type Run @key(fields: "id") { id: JSON! settings: JSON @external report: JSON @requires(fields: "settings") shard: Int! }
     scalar JSON`,
    {
      Run: {
        report: ({ settings }: { settings: unknown }) => ({ about: settings }),
        shard: ({ id }: { id: { shard: number } }) => id.shard,
      },
      JSON: JSONScalar,
    },
  ),
};

export const cases: Cases = {
  'returns object values unchanged, for any keys': {
    query: '{ runs { settings } anything }',
    data: {
      runs: [{ settings }, { settings: [] }, { settings: null }, { settings: false }],
      anything: [{}, [{}], [[]], 'x', 1.5, null],
    },
  },
  'passes any characters as a variable and as a literal': {
    query: `query ($of: [String!]!) { texts(of: $of) literal: texts(of: ${JSON.stringify(TEXTS)}) }`,
    variables: { of: TEXTS },
    data: { texts: TEXTS, literal: TEXTS },
  },
  'passes a block string': { query: '{ texts(of: ["""\n  a\n    "b"\n  """]) }', data: { texts: ['a\n  "b"'] } },
  'returns numbers of any size': { query: '{ numbers }', data: { numbers: NUMBERS } },
  'sends object values as keys': { query: '{ runs { shard } }', data: { runs: [{ shard: 1 }, { shard: 2 }, { shard: 3 }, { shard: 4 }] } },
  'sends object values as required fields': {
    query: '{ runs { report } }',
    data: { runs: [{ report: { about: settings } }, { report: { about: [] } }, { report: { about: null } }, { report: { about: false } }] },
  },
  'passes object values as variables': {
    query: 'query ($value: JSON) { echo(value: $value) }',
    variables: { value: { a: [{ b: null }], representations: 1 } },
    data: { echo: { a: [{ b: null }], representations: 1 } },
  },
  'passes object values as literals with a variable inside': {
    query: 'query ($value: JSON) { echo(value: { a: [1, $value, "x", null, RED], b: 1.5 }) }',
    variables: { value: { c: true } },
    data: { echo: { a: [1, { c: true }, 'x', null, 'RED'], b: 1.5 } },
  },
};
