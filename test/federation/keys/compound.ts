import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const KEY = 'sku region version';

const products = [
  { sku: 'a', region: 'EU', version: 1, name: 'Lamp, 230 V' },
  { sku: 'a', region: 'US', version: 1, name: 'Lamp, 110 V' },
  { sku: 'a', region: 'US', version: 2, name: 'Lamp, 120 V' },
];
const stocks = [
  { sku: 'a', region: 'US', version: 2, count: 7 },
  { sku: 'a', region: 'US', version: 1, count: 5 },
  { sku: 'a', region: 'EU', version: 1, count: 3 },
];

export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! }
     type Product @key(fields: "${KEY}") { sku: ID! region: Region! version: Int! name: String! }
     enum Region { EU US }`,
    { Query: { products: () => products }, Product: { __resolveReference: byKey(products, KEY) } },
  ),
  depot: subgraph(
    `type Query { fullest: Product }
     type Product @key(fields: "${KEY}") { sku: ID! region: Region! version: Int! count: Int! }
     enum Region { EU US }`,
    { Query: { fullest: () => stocks[0] }, Product: { __resolveReference: byKey(stocks, KEY) } },
  ),
};

export const cases: Cases = {
  'identifies entities by all fields of the key': {
    query: '{ products { name count } }',
    data: {
      products: [
        { name: 'Lamp, 230 V', count: 3 },
        { name: 'Lamp, 110 V', count: 5 },
        { name: 'Lamp, 120 V', count: 7 },
      ],
    },
    requests: [
      'catalog',
      'depot Product{"region":"EU","sku":"a","version":1} ' +
        'Product{"region":"US","sku":"a","version":1} Product{"region":"US","sku":"a","version":2}',
    ],
  },
  'returns and sends a key field that the client selects': {
    query: '{ fullest { version name } }',
    data: { fullest: { version: 2, name: 'Lamp, 120 V' } },
    requests: ['depot', 'catalog Product{"region":"US","sku":"a","version":2}'],
  },
  'sends the right key fields if aliases exchange their names': {
    query: '{ fullest { sku: region region: sku name } }',
    data: { fullest: { sku: 'US', region: 'a', name: 'Lamp, 120 V' } },
    stock: 'its planner uses the aliased fields as the key',
    requests: ['depot', 'catalog Product{"region":"US","sku":"a","version":2}'],
  },
};
