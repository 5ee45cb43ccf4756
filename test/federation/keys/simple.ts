import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const products = [
  { id: '1', name: 'Lamp' },
  { id: '2', name: 'Desk' },
  { id: '3', name: 'Chair' },
];
const prices = [
  { id: '1', price: 30 },
  { id: '2', price: 120 },
  { id: '3', price: 0 },
];

export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! product(id: ID!): Product }
     type Product @key(fields: "id") { id: ID! name: String! }`,
    {
      Query: { products: () => products, product: (_: unknown, { id }: { id: string }) => products.find((product) => product.id === id) },
      Product: { __resolveReference: byKey(products, 'id') },
    },
  ),
  prices: subgraph(
    `type Query { cheapest: Product }
     type Product @key(fields: "id") { id: ID! price: Int }`,
    { Query: { cheapest: () => prices[2] }, Product: { __resolveReference: byKey(prices, 'id') } },
  ),
};

export const cases: Cases = {
  'fetches a field of another subgraph by a key that the client does not select': {
    query: '{ product(id: "1") { price } }',
    data: { product: { price: 30 } },
    requests: ['catalog', 'prices Product{"id":"1"}'],
  },
  'returns fields in the order of the operation, whichever subgraph resolves them': {
    query: '{ product(id: "2") { price name id } }',
    data: { product: { price: 120, name: 'Desk', id: '2' } },
  },
  'fetches all entities of a list in one request': {
    query: '{ products { name price } }',
    data: {
      products: [
        { name: 'Lamp', price: 30 },
        { name: 'Desk', price: 120 },
        { name: 'Chair', price: 0 },
      ],
    },
    requests: ['catalog', 'prices Product{"id":"1"} Product{"id":"2"} Product{"id":"3"}'],
  },
  'sends no request to a subgraph without selected fields': {
    query: '{ cheapest { id price } }',
    data: { cheapest: { id: '3', price: 0 } },
    requests: ['prices'],
  },
  'fetches from either subgraph to the other': {
    query: '{ cheapest { name } product(id: "1") { price } }',
    data: { cheapest: { name: 'Chair' }, product: { price: 30 } },
    requests: ['prices', 'catalog', 'catalog Product{"id":"3"}', 'prices Product{"id":"1"}'],
  },
  'sends no request for a null object': {
    query: '{ product(id: "unknown") { price } }',
    data: { product: null },
    requests: ['catalog'],
  },
  'accepts the name of the key as an alias': {
    query: '{ product(id: "1") { id: name price } }',
    data: { product: { id: 'Lamp', price: 30 } },
    stock: 'its planner uses the aliased field as the key',
    requests: ['catalog', 'prices Product{"id":"1"}'],
  },
};
