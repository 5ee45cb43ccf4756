import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const products = [
  { id: '1', name: 'Lamp', weight: 2, price: 10 },
  { id: '2', name: 'Desk', weight: 40, price: 100 },
];

interface Shipped {
  weight: number;
  price: number;
  zone: number;
}

export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! }
     type Product @key(fields: "id") { id: ID! name: String! weight: Int price: Int }`,
    { Query: { products: () => products }, Product: { __resolveReference: byKey(products, 'id') } },
  ),
  shipping: subgraph(
    `type Query { parcel: Product }
     type Product @key(fields: "id") {
       id: ID!
       zone: Int!
       weight: Int @external
       price: Int @external
       fee: Int @requires(fields: "weight")
       insured: Boolean @requires(fields: "weight price")
     }`,
    {
      Query: { parcel: () => ({ id: '2', zone: 3 }) },
      Product: {
        __resolveReference: (product: object) => ({ ...product, zone: 3 }),
        fee: ({ weight, zone }: Shipped) => weight * zone,
        insured: ({ weight, price }: Shipped) => weight * price > 100,
      },
    },
  ),
};

export const cases: Cases = {
  'fetches a required field without returning it': {
    query: '{ products { name fee } }',
    data: {
      products: [
        { name: 'Lamp', fee: 6 },
        { name: 'Desk', fee: 120 },
      ],
    },
    requests: ['catalog', 'shipping Product{"id":"1","weight":2} Product{"id":"2","weight":40}'],
  },
  'sends no field that no selected field requires': {
    query: '{ products { price weight zone } }',
    data: {
      products: [
        { price: 10, weight: 2, zone: 3 },
        { price: 100, weight: 40, zone: 3 },
      ],
    },
    requests: ['catalog', 'shipping Product{"id":"1"} Product{"id":"2"}'],
  },
  'fetches requirements of an entity from the other subgraph and returns': {
    query: '{ parcel { zone insured } }',
    data: { parcel: { zone: 3, insured: true } },
    requests: ['shipping', 'catalog Product{"id":"2"}', 'shipping Product{"id":"2","price":100,"weight":40}'],
  },
  'sends the requirements of two fields together': {
    query: '{ products { fee insured } }',
    data: {
      products: [
        { fee: 6, insured: false },
        { fee: 120, insured: true },
      ],
    },
  },
  'sends the right required fields if aliases exchange their names': {
    query: '{ products { weight: price fee heavy: weight } }',
    data: {
      products: [
        { weight: 10, fee: 6, heavy: 2 },
        { weight: 100, fee: 120, heavy: 40 },
      ],
    },
    stock: 'its planner uses the price under the alias as the weight',
  },
};
