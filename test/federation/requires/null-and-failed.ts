import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const products = [
  { id: '1', weight: 5, label: 'five' },
  { id: '2', weight: null, label: 'none' },
  { id: '3', weight: failing('The scale is broken', 'SCALE'), label: 'broken' },
];

export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! product(id: ID!): Product }
     type Product @key(fields: "id") { id: ID! label: String! weight: Int }`,
    {
      Query: {
        products: () => products,
        product: (_: unknown, { id }: { id: string }) => products.find((product) => product.id === id),
      },
      Product: { __resolveReference: byKey(products, 'id') },
    },
  ),
  shipping: subgraph(
    `type Query { parcels: [Product!]! }
     type Product @key(fields: "id") { id: ID! weight: Int @external fee: String @requires(fields: "weight") }`,
    {
      Query: { parcels: () => [{ id: '1' }, { id: 'unknown' }, { id: '2' }] },
      Product: { fee: ({ weight }: { weight?: number | null }) => `fee of ${weight}` },
    },
  ),
};

export const cases: Cases = {
  'sends null for a required field that is null': {
    query: '{ product(id: "2") { fee } }',
    data: { product: { fee: 'fee of null' } },
    requests: ['catalog', 'shipping Product{"id":"2","weight":null}'],
  },
  'sends null for a failed field, and reports its error where the client selected it': {
    query: '{ product(id: "3") { weight fee } }',
    data: { product: { weight: null, fee: 'fee of null' } },
    errors: [{ message: 'The scale is broken', path: ['product', 'weight'], code: 'SCALE' }],
  },
  'resolves the other items of the list': {
    query: '{ products { label weight fee } }',
    data: {
      products: [
        { label: 'five', weight: 5, fee: 'fee of 5' },
        { label: 'none', weight: null, fee: 'fee of null' },
        { label: 'broken', weight: null, fee: 'fee of null' },
      ],
    },
    errors: [{ message: 'The scale is broken', path: ['products', 2, 'weight'], code: 'SCALE' }],
  },
  'sends null for an entity that the subgraph of the required field does not know': {
    query: '{ parcels { id weight fee } }',
    data: {
      parcels: [
        { id: '1', weight: 5, fee: 'fee of 5' },
        { id: 'unknown', weight: null, fee: null },
        { id: '2', weight: null, fee: 'fee of null' },
      ],
    },
    requests: [
      'shipping',
      'catalog Product{"id":"1"} Product{"id":"unknown"} Product{"id":"2"}',
      'shipping Product{"id":"1","weight":5} Product{"id":"2","weight":null}',
    ],
  },

  'sends null for a failed field that the client did not select': {
    query: '{ product(id: "3") { fee } }',
    data: { product: { fee: 'fee of null' } },
    stock: 'it reports an error with the path of a field that is not in the response',
  },
};
