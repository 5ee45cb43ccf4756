import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const products = [
  { id: '1', name: 'Lamp' },
  { id: '2', name: 'Desk' },
];

export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! }
     type Product @key(fields: "id") { id: ID! name: String! }`,
    { Query: { products: () => products }, Product: { __resolveReference: byKey(products, 'id') } },
  ),
  prices: subgraph('type Product @key(fields: "id") { id: ID! price: Int }', {
    Product: { price: ({ id }: { id: string }) => Number(id) * 10 },
  }),
};

const stock = 'it does not know the directive @defer';
const data = {
  products: [
    { name: 'Lamp', price: 10 },
    { name: 'Desk', price: 20 },
  ],
};
const asks = ['catalog', 'prices Product{"id":"1"} Product{"id":"2"}'];

/** Of clients that do not take answers in parts; those that do are in test/unit/defer and test/e2e/defer.test.ts. */
export const cases: Cases = {
  'what is deferred is in the answer, in its place, to who takes one answer alone': {
    query: '{ products { ... @defer(label: "slow") { name } price } }',
    data,
    stock,
    asks,
  },
  'a deferred fragment may have a name and a condition': {
    query: 'query ($later: Boolean!) { products { ...Name @defer(if: $later) price } } fragment Name on Product { name }',
    variables: { later: true },
    data,
    stock,
    asks,
  },
  'what is asked for twice, deferred and not, is asked for once': {
    query: '{ products { name price ... @defer { name price ... @defer { price } } } ... @defer { products { name } } }',
    data,
    stock,
    asks,
  },
};
