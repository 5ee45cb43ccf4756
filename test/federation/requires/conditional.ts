import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const products = [{ id: '1', weight: 5, name: 'Lamp' }];

export const graph: Graph = {
  catalog: subgraph(
    `type Query { product: Product }
     type Product @key(fields: "id") { id: ID! weight: Int! name: String! }`,
    { Query: { product: () => products[0] }, Product: { __resolveReference: byKey(products, 'id') } },
  ),
  shipping: subgraph(
    `type Product @key(fields: "id") { id: ID! weight: Int! @external fee: Int! @requires(fields: "weight") zone: Int! }`,
    { Product: { fee: ({ weight }: { weight: number }) => weight * 2, zone: () => 7 } },
  ),
};

const conditional = 'query ($on: Boolean!) { product { name fee @include(if: $on) } }';
const both = 'query ($fee: Boolean!, $zone: Boolean!) { product { ... @include(if: $fee) { fee } zone @skip(if: $zone) } }';
const required = 'query ($hide: Boolean!) { product { weight @skip(if: $hide) fee } }';

export const cases: Cases = {
  'a field that requires, included': {
    query: conditional,
    variables: { on: true },
    data: { product: { name: 'Lamp', fee: 10 } },
    asks: ['catalog', 'shipping Product{"id":"1","weight":5}'],
  },
  'a field that requires, not included: its subgraph is not asked': {
    query: conditional,
    variables: { on: false },
    data: { product: { name: 'Lamp' } },
    asks: ['catalog'],
  },
  'a required field that the client skips is fetched nevertheless': {
    query: required,
    variables: { hide: true },
    data: { product: { fee: 10 } },
  },
  'a required field that the client does not skip': {
    query: required,
    variables: { hide: false },
    data: { product: { weight: 5, fee: 10 } },
  },
  'different conditions in one subgraph, both met': {
    query: both,
    variables: { fee: true, zone: false },
    data: { product: { fee: 10, zone: 7 } },
  },
  'only that of the field that requires': {
    query: both,
    variables: { fee: true, zone: true },
    data: { product: { fee: 10 } },
  },
  'only the other': {
    query: both,
    variables: { fee: false, zone: false },
    data: { product: { zone: 7 } },
  },
  neither: {
    query: both,
    variables: { fee: false, zone: true },
    data: { product: {} },
  },
};
