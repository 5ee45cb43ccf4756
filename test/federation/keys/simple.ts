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
  'a field of another subgraph is fetched by the key, which the client need not select': {
    query: '{ product(id: "1") { price } }',
    data: { product: { price: 30 } },
    asks: ['catalog', 'prices Product{"id":"1"}'],
  },
  'fields come in the order of the operation, whoever answers them': {
    query: '{ product(id: "2") { price name id } }',
    data: { product: { price: 120, name: 'Desk', id: '2' } },
  },
  'all entities of a list are asked for in one request': {
    query: '{ products { name price } }',
    data: {
      products: [
        { name: 'Lamp', price: 30 },
        { name: 'Desk', price: 120 },
        { name: 'Chair', price: 0 },
      ],
    },
    asks: ['catalog', 'prices Product{"id":"1"} Product{"id":"2"} Product{"id":"3"}'],
  },
  'what one subgraph knows is asked of it alone': {
    query: '{ cheapest { id price } }',
    data: { cheapest: { id: '3', price: 0 } },
    asks: ['prices'],
  },
  'either subgraph leads to the other': {
    query: '{ cheapest { name } product(id: "1") { price } }',
    data: { cheapest: { name: 'Chair' }, product: { price: 30 } },
    asks: ['prices', 'catalog', 'catalog Product{"id":"3"}', 'prices Product{"id":"1"}'],
  },
  'no entity is fetched for a null': {
    query: '{ product(id: "unknown") { price } }',
    data: { product: null },
    asks: ['catalog'],
  },
  'an alias may be the name of the key': {
    query: '{ product(id: "1") { id: name price } }',
    data: { product: { id: 'Lamp', price: 30 } },
    stock: 'its planner takes the field under the alias for the key',
    asks: ['catalog', 'prices Product{"id":"1"}'],
  },
};
