import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const products = [
  { id: '1', sku: 'one', weight: 5 },
  { id: '2', sku: failing('No code', 'SKU'), weight: failing('The scale is broken', 'SCALE') },
];
const carriers = [{ id: '1' }, { id: '2' }].map((parcel) => ({
  ...parcel,
  carrier: parcel.id === '1' ? 'post' : failing('No carrier', 'CARRIER'),
  insurance: parcel.id === '1' ? 'full' : failing('Not insured', 'INSURANCE'),
}));

/** Fields that fail although the client did not select them: `weight`, which `fee` requires, and `sku`, which is a key. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! product(id: ID!): Product }
     type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: String weight: Int @shareable }`,
    {
      Query: {
        products: () => products,
        product: (_: unknown, { id }: { id: string }) => products.find((product) => product.id === id),
      },
      Product: { __resolveReference: byKey(products, 'id') },
    },
  ),
  shipping: subgraph(
    `type Query { racks: [Rack!]! }
     type Rack { name: String! parcels: [Product!] @provides(fields: "weight") }
     type Product @key(fields: "id") {
       id: ID!
       weight: Int @external
       fee: String @requires(fields: "weight")
       carrier: String!
       insurance: String
     }`,
    {
      Query: {
        racks: () => [
          { name: 'left', parcels: [products[0], { id: '2', weight: failing('The scale is broken', 'SCALE') }] },
          { name: 'right', parcels: [{ id: '2', weight: failing('The scale is broken', 'SCALE') }, new Error('Lost')] },
        ],
      },
      Product: { __resolveReference: byKey(carriers, 'id'), fee: ({ weight }: { weight?: unknown }) => `fee of ${Number(weight) || 0}` },
    },
  ),
  labels: subgraph(`type Product @key(fields: "sku") { sku: String label: String }`, {
    Product: {
      __resolveReference: ({ sku }: { sku: string | null }) => sku && { sku },
      label: ({ sku }: { sku: string }) => `label of ${sku}`,
    },
  }),
};

const noCarrier = (...path: (string | number)[]) => ({ message: 'No carrier', path, code: 'CARRIER' });
const stock = 'it also reports the error of the required field, which the client did not select';

export const cases: Cases = {
  'reports only the error of a selected non-null field': {
    query: '{ product(id: "2") { fee carrier } }',
    data: { product: null },
    errors: [noCarrier('product', 'carrier')],
    stock,
  },
  'reports only the error of a selected nullable field': {
    query: '{ product(id: "2") { fee insurance } }',
    data: { product: { fee: 'fee of 0', insurance: null } },
    errors: [{ message: 'Not insured', path: ['product', 'insurance'], code: 'INSURANCE' }],
    stock,
  },
  'reports only the error of the item that made the list null': {
    query: '{ racks { name parcels { fee } } }',
    data: {
      racks: [
        { name: 'left', parcels: [{ fee: 'fee of 5' }, { fee: 'fee of 0' }] },
        { name: 'right', parcels: null },
      ],
    },
    errors: [{ message: 'Lost', path: ['racks', 1, 'parcels', 1] }],
    stock,
  },
  'reports the error of a key field at the object whose fields need the key': {
    query: '{ products { label } }',
    data: { products: [{ label: 'label of one' }, { label: null }] },
    errors: [{ message: 'No code', path: ['products', 1], code: 'SKU' }],
    stock: 'its path ends with the key, which is not in the response',
  },
  'reports the error of a key field and that of a field that does not need the key': {
    query: '{ products { label insurance } }',
    data: {
      products: [
        { label: 'label of one', insurance: 'full' },
        { label: null, insurance: null },
      ],
    },
    errors: [
      { message: 'No code', path: ['products', 1], code: 'SKU' },
      { message: 'Not insured', path: ['products', 1, 'insurance'], code: 'INSURANCE' },
    ],
    stock: 'its path ends with the key, which is not in the response',
  },
};
