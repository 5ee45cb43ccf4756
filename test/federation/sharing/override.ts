import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const products = [{ id: '1', name: 'old name', price: 1, stock: 'old stock' }];
const moved = [{ id: '1', name: 'new name', stock: 'new stock' }];

/** Fields that move from one subgraph to another, while the old subgraph still defines them. */
export const graph: Graph = {
  monolith: subgraph(
    `type Query { product: Product motd: String! sometimes: String! }
     type Product @key(fields: "id") { id: ID! name: String! price: Int! stock: String! label: String! slow: String! fast: String! }`,
    {
      Query: { product: () => products[0], motd: () => 'old', sometimes: () => 'old' },
      Product: {
        __resolveReference: byKey(products, 'id'),
        label: () => 'label of the monolith',
        slow: () => 'old slow',
        fast: () => 'old fast',
      },
    },
  ),
  catalog: subgraph(
    `type Query { motd: String! @override(from: "monolith") sometimes: String! @override(from: "monolith", label: "percent(100)") }
     type Product @key(fields: "id") {
       id: ID!
       name: String! @override(from: "monolith")
       stock: String! @override(from: "monolith")
       slow: String! @override(from: "monolith", label: "percent(0)")
       fast: String! @override(from: "monolith", label: "percent(100)")
       price: Int! @external
       offer: String! @requires(fields: "price")
     }`,
    {
      Query: { motd: () => 'new', sometimes: () => 'new' },
      Product: {
        __resolveReference: byKey(moved, 'id'),
        slow: () => 'new slow',
        fast: () => 'new fast',
        offer: ({ price }: { price: number }) => `only ${price}`,
      },
    },
  ),
  gone: subgraph(`type Product @key(fields: "id") { id: ID! rank: Int! @override(from: "a subgraph that is no more") }`, {
    Product: { rank: () => 9 },
  }),
};

export const cases: Cases = {
  'fetches a root field from the overriding subgraph': { query: '{ motd }', data: { motd: 'new' }, requests: ['catalog'] },
  'fetches an entity field from the overriding subgraph': {
    query: '{ product { name price } }',
    data: { product: { name: 'new name', price: 1 } },
    requests: ['monolith', 'catalog Product{"id":"1"}'],
  },
  'fetches other fields from the original subgraph': {
    query: '{ product { label price } }',
    data: { product: { label: 'label of the monolith', price: 1 } },
    requests: ['monolith'],
  },
  'supports a field that requires a field of the original subgraph': {
    query: '{ product { offer stock } }',
    data: { product: { offer: 'only 1', stock: 'new stock' } },
  },
  'supports @override for no part of the requests': {
    query: '{ product { slow } }',
    data: { product: { slow: 'old slow' } },
    requests: ['monolith'],
  },
  'supports @override for all requests': {
    query: '{ product { fast } sometimes }',
    data: { product: { fast: 'new fast' }, sometimes: 'new' },
    requests: ['monolith', 'catalog', 'catalog Product{"id":"1"}'],
    stock: 'Apollo gateway does not draw a label for each request',
  },
  'supports @override from a subgraph that does not exist': { query: '{ product { rank } }', data: { product: { rank: 9 } } },
};
