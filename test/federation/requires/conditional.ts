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
  'resolves a requiring field that is included': {
    query: conditional,
    variables: { on: true },
    data: { product: { name: 'Lamp', fee: 10 } },
    requests: ['catalog', 'shipping Product{"id":"1","weight":5}'],
  },
  'sends no request for a requiring field that is not included': {
    query: conditional,
    variables: { on: false },
    data: { product: { name: 'Lamp' } },
    requests: ['catalog'],
  },
  'fetches a required field that the client skips': {
    query: required,
    variables: { hide: true },
    data: { product: { fee: 10 } },
  },
  'returns a required field that the client does not skip': {
    query: required,
    variables: { hide: false },
    data: { product: { weight: 5, fee: 10 } },
  },
  'resolves fields with different conditions in one subgraph': {
    query: both,
    variables: { fee: true, zone: false },
    data: { product: { fee: 10, zone: 7 } },
  },
  'resolves only the requiring field': {
    query: both,
    variables: { fee: true, zone: true },
    data: { product: { fee: 10 } },
  },
  'resolves only the other field': {
    query: both,
    variables: { fee: false, zone: false },
    data: { product: { zone: 7 } },
  },
  'resolves neither field': {
    query: both,
    variables: { fee: false, zone: true },
    data: { product: {} },
  },
};
