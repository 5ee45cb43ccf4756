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
  'what a field requires is fetched without being answered': {
    query: '{ products { name fee } }',
    data: {
      products: [
        { name: 'Lamp', fee: 6 },
        { name: 'Desk', fee: 120 },
      ],
    },
    asks: ['catalog', 'shipping Product{"id":"1","weight":2} Product{"id":"2","weight":40}'],
  },
  'nothing is sent that no selected field requires': {
    query: '{ products { price weight zone } }',
    data: {
      products: [
        { price: 10, weight: 2, zone: 3 },
        { price: 100, weight: 40, zone: 3 },
      ],
    },
    asks: ['catalog', 'shipping Product{"id":"1"} Product{"id":"2"}'],
  },
  'a subgraph sends its own entity round over the other': {
    query: '{ parcel { zone insured } }',
    data: { parcel: { zone: 3, insured: true } },
    asks: ['shipping', 'catalog Product{"id":"2"}', 'shipping Product{"id":"2","price":100,"weight":40}'],
  },
  'two fields, what they require together': {
    query: '{ products { fee insured } }',
    data: {
      products: [
        { fee: 6, insured: false },
        { fee: 120, insured: true },
      ],
    },
  },
  'required fields under aliases, the alias another required field': {
    query: '{ products { weight: price fee heavy: weight } }',
    data: {
      products: [
        { weight: 10, fee: 6, heavy: 2 },
        { weight: 100, fee: 120, heavy: 40 },
      ],
    },
    stock: 'its planner takes the price under the alias for the weight',
  },
};
