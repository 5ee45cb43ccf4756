import type { Cases, Graph } from '../feature.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

/** An input object of which a client gives exactly one field. The directive is built into GraphQL and needs no definition. */
export const graph: Graph = {
  people: {
    typeDefs: `${LINK}
      type Query { person(by: PersonBy!): Person search(by: [Term!]): [String!]! }
      input PersonBy @oneOf { email: String badge: Badge }
      input Badge { site: String! number: Int! }
      input Term @oneOf { exact: String prefix: String }
      type Person @key(fields: "id") { id: ID! name: String! }`,
    resolvers: {
      Query: {
        person: (_: unknown, { by }: { by: { email?: string; badge?: { site: string; number: number } } }) => ({
          id: 'p1',
          name: by.email ?? `${by.badge!.site} ${by.badge!.number}`,
        }),
        search: (_: unknown, { by }: { by: object[] }) => by.map((term) => Object.entries(term).join()),
      },
    },
  },
  payroll: {
    typeDefs: `${LINK}
      type Person @key(fields: "id") { id: ID! paid(by: Term): String! }
      input Term @oneOf { exact: String prefix: String }`,
    resolvers: { Person: { paid: (_: unknown, { by }: { by: object }) => JSON.stringify(by) } },
  },
};

export const cases: Cases = {
  'passes the one field that a client gives, as a literal and as a variable': {
    query: `query ($badge: PersonBy!, $terms: [Term!]) {
      a: person(by: { email: "x@y.z" }) { name } b: person(by: $badge) { name } search(by: $terms)
    }`,
    variables: { badge: { badge: { site: 'north', number: 4 } }, terms: [{ exact: 'a' }, { prefix: 'b' }] },
    data: { a: { name: 'x@y.z' }, b: { name: 'north 4' }, search: ['exact,a', 'prefix,b'] },
  },
  'passes it to another subgraph': {
    query: 'query ($prefix: String!) { person(by: { email: "e" }) { paid(by: { prefix: $prefix }) } }',
    variables: { prefix: 'pay' },
    data: { person: { paid: '{"prefix":"pay"}' } },
  },
  'refuses two fields in a literal': {
    query: '{ person(by: { email: "e", badge: { site: "s", number: 1 } }) { name } }',
    data: undefined,
    errors: [{ message: 'OneOf Input Object "PersonBy" must specify exactly one key.', path: [] }],
    requests: [],
  },
  'refuses no field in a variable': {
    query: 'query ($by: PersonBy!) { person(by: $by) { name } }',
    variables: { by: {} },
    data: undefined,
    errors: [{ path: [], code: 'BAD_USER_INPUT' }],
    requests: [],
  },
  'shows it in the introspection': {
    query: '{ __type(name: "Term") { isOneOf } other: __type(name: "Badge") { isOneOf } }',
    data: { __type: { isOneOf: true }, other: { isOneOf: false } },
    requests: [],
    stock: 'It drops the directive, and its schema has no `isOneOf`.',
  },
};
