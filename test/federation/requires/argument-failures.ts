import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const products = [{ id: '1' }, { id: '2' }];
const rates: Record<string, () => number | null> = { USD: () => 10, EUR: () => null, CHF: failing('There is no rate', 'RATE') };
const price = (_product: object, { currency }: { currency: string }) => rates[currency]!();
const priceText = (name: string) => (product: { price: number | null }) => `${product.price} ${name}`;

/** Requirements that have no value, or that fail, next to others that succeed. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! }
     type Product @key(fields: "id") { id: ID! price(currency: Currency!): Int }
     enum Currency { USD EUR CHF }`,
    { Query: { products: () => products }, Product: { __resolveReference: byKey(products, 'id'), price } },
  ),
  taxes: subgraph(
    `type Query { taxed: [Product!]! }
     type Product @key(fields: "id") {
       id: ID!
       price(currency: Currency!): Int @external
       dollars: String @requires(fields: "price(currency: USD)")
       euros: String @requires(fields: "price(currency: EUR)")
       francs: String @requires(fields: "price(currency: CHF)")
     }
     enum Currency { USD EUR CHF }`,
    {
      Query: { taxed: () => [{ id: 'unknown' }, { id: '2' }] },
      Product: { dollars: priceText('dollars'), euros: priceText('euros'), francs: priceText('francs') },
    },
  ),
};

const clash = 'its planner merges the selections of the field, so that some of them get the value of another';

export const cases: Cases = {
  'resolves the other field if one requirement is null': {
    query: '{ products { dollars euros } }',
    data: {
      products: [
        { dollars: '10 dollars', euros: 'null euros' },
        { dollars: '10 dollars', euros: 'null euros' },
      ],
    },
    stock: clash,
  },
  'resolves the other field if one requirement fails': {
    query: '{ products { francs dollars } }',
    data: {
      products: [
        { francs: 'null francs', dollars: '10 dollars' },
        { francs: 'null francs', dollars: '10 dollars' },
      ],
    },
    stock: clash,
  },
  'resolves requirements of an entity that the subgraph of the required field does not know': {
    query: '{ taxed { id dollars euros } }',
    data: {
      taxed: [
        { id: 'unknown', dollars: null, euros: null },
        { id: '2', dollars: '10 dollars', euros: 'null euros' },
      ],
    },
    requests: [
      'taxes',
      'catalog Product{"id":"unknown"} Product{"id":"2"}',
      'taxes Product{"id":"2","price":null} Product{"id":"2","price":10}',
    ],
    stock: clash,
  },
};
