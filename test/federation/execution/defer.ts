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

const stock = 'it does not support the directive @defer';
const data = {
  products: [
    { name: 'Lamp', price: 10 },
    { name: 'Desk', price: 20 },
  ],
};
const requests = ['catalog', 'prices Product{"id":"1"} Product{"id":"2"}'];

/** Cases of clients without incremental delivery; test/unit/defer and test/e2e/defer.test.ts test those with it. */
export const cases: Cases = {
  'returns deferred fields in a single response': {
    query: '{ products { ... @defer(label: "slow") { name } price } }',
    data,
    stock,
    requests,
  },
  'supports a named deferred fragment with a condition': {
    query: 'query ($later: Boolean!) { products { ...Name @defer(if: $later) price } } fragment Name on Product { name }',
    variables: { later: true },
    data,
    stock,
    requests,
  },
  'fetches a field once if it is selected deferred and not deferred': {
    query: '{ products { name price ... @defer { name price ... @defer { price } } } ... @defer { products { name } } }',
    data,
    stock,
    requests,
  },
};
