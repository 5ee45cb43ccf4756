import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const products = [
  { serial: 's1', name: 'Lamp', cost: 5, status: 'ON_SALE', internal: { note: 'n' }, origin: { __typename: 'Factory', site: 'A' } },
  { serial: 's2', name: 'Desk', cost: 50, status: 'RECALLED', internal: null, origin: { __typename: 'Lab', site: 'B' } },
];
const statuses = [
  ['ON_SALE', 'RECALLED'],
  ['RECALLED', 'SOLD_OUT'],
];

/** Inaccessible elements, which subgraphs use among each other and clients never receive. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query {
       products(limit: Int = 9, secret: String = "s" @inaccessible): [Product!]!
       history: [[Status]!]!
       current: Status!
       hidden: Int @inaccessible
     }
     type Product @key(fields: "serial") {
       serial: ID! @inaccessible
       name: String!
       cost: Int! @inaccessible
       status: Status
       internal: Internal @inaccessible
       origin: Origin
     }
     enum Status { ON_SALE SOLD_OUT RECALLED @inaccessible }
     type Internal @inaccessible { note: String! }
     interface Origin { site: String! }
     type Factory implements Origin { site: String! }
     type Lab implements Origin @inaccessible { site: String! }`,
    {
      Query: {
        products: (_: unknown, { limit, secret }: { limit: number; secret: string }) => (secret === 's' ? products.slice(0, limit) : []),
        history: () => statuses,
        current: () => 'RECALLED',
      },
      Product: { __resolveReference: byKey(products, 'serial') },
    },
  ),
  prices: subgraph(
    `type Product @key(fields: "serial") {
       serial: ID! @inaccessible
       cost: Int! @external
       status: Status @external
       price: Int! @requires(fields: "cost")
       banner: String @requires(fields: "status")
     }
     enum Status { ON_SALE SOLD_OUT RECALLED @inaccessible }`,
    {
      Product: {
        price: ({ cost }: { cost: number }) => cost * 2,
        banner: ({ status }: { status: string }) => `it is ${status}`,
      },
    },
  ),
};

export const cases: Cases = {
  'joins by an inaccessible key and sends an inaccessible required field': {
    query: '{ products { name price } }',
    data: {
      products: [
        { name: 'Lamp', price: 10 },
        { name: 'Desk', price: 100 },
      ],
    },
    requests: ['catalog', 'prices Product{"cost":5,"serial":"s1"} Product{"cost":50,"serial":"s2"}'],
  },
  'applies the default of an inaccessible argument': { query: '{ products(limit: 1) { name } }', data: { products: [{ name: 'Lamp' }] } },
  'sends an inaccessible enum value to a subgraph, and returns null with an error to the client': {
    query: '{ products { banner status } }',
    data: {
      products: [
        { banner: 'it is ON_SALE', status: 'ON_SALE' },
        { banner: 'it is RECALLED', status: null },
      ],
    },
    errors: [{ path: ['products', 1, 'status'] }],
    stock: 'it reports this only in the extension `valueCompletion`',
  },
  'returns null for inaccessible enum values in lists of lists': {
    query: '{ history }',
    data: {
      history: [
        ['ON_SALE', null],
        [null, 'SOLD_OUT'],
      ],
    },
    errors: [{ path: ['history', 0, 1] }, { path: ['history', 1, 0] }],
    stock: 'it reports this only in the extension `valueCompletion`',
  },
  'propagates the null of an inaccessible enum value': {
    query: '{ current }',
    data: null,
    errors: [{ path: ['current'] }],
    stock: 'it reports this only in the extension `valueCompletion`',
  },
  'returns null with an error for an object of an inaccessible type': {
    query: '{ products { name origin { site __typename } } }',
    data: {
      products: [
        { name: 'Lamp', origin: { site: 'A', __typename: 'Factory' } },
        { name: 'Desk', origin: null },
      ],
    },
    errors: [{ path: ['products', 1, 'origin'] }],
    stock: 'it does not report this',
  },
};

/** Adds a case for each kind of schema element that clients cannot select. */
for (const [what, query, message] of [
  ['a hidden field', '{ products { cost } }', 'Cannot query field "cost" on type "Product".'],
  ['a hidden key', '{ products { serial } }', 'Cannot query field "serial" on type "Product".'],
  ['a hidden root field', '{ hidden }', 'Cannot query field "hidden" on type "Query".'],
  ['a hidden argument', '{ products(secret: "x") { name } }', 'Unknown argument "secret" on field "Query.products".'],
  ['a hidden type', '{ products { origin { ... on Lab { site } } } }', 'Unknown type "Lab".'],
] as const) {
  Object.assign(cases, { [`${what} is unknown to clients`]: { query, data: undefined, errors: [{ message, path: [] }], requests: [] } });
}
