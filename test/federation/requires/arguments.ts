import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const rates: Record<string, number> = { USD: 1, EUR: 2, CHF: 3 };
const products = [
  { id: '1', dollars: 10 },
  { id: '2', dollars: 20 },
].map((product) => ({ ...product, price: ({ currency }: { currency: string }) => product.dollars * rates[currency]! }));

interface Representation {
  price: number;
  parts: { price: number }[];
}

export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! }
     type Product @key(fields: "id") { id: ID! price(currency: Currency! = CHF): Int! parts(first: Int = 9): [Part!]! }
     type Part { price(currency: Currency! = CHF): Int! }
     enum Currency { USD EUR CHF }`,
    {
      Query: { products: () => products },
      Product: {
        __resolveReference: byKey(products, 'id'),
        parts: ({ price }: (typeof products)[0], { first }: { first: number }) => [{ price }, { price }].slice(0, first),
      },
    },
  ),
  taxes: subgraph(
    `type Product @key(fields: "id") {
       id: ID!
       price(currency: Currency! = CHF): Int! @external
       parts(first: Int = 9): [Part!]! @external
       tax(percent: Int! = 10): Float! @requires(fields: "price(currency: USD)")
       duty: Float! @requires(fields: "price(currency: EUR)")
       assembly: Int! @requires(fields: "parts(first: 1) { price(currency: EUR) }")
     }
     type Part { price(currency: Currency! = CHF): Int! @external }
     enum Currency { USD EUR CHF }`,
    {
      Product: {
        tax: ({ price }: Representation, { percent }: { percent: number }) => (price * percent) / 100,
        duty: ({ price }: Representation) => price / 100,
        assembly: ({ parts }: Representation) => parts.reduce((sum, { price }) => sum + price, 0),
      },
    },
  ),
};

const clash = 'its planner merges the two selections of the field, so that one of them gets the value of the other, or none';

export const cases: Cases = {
  'passes the arguments of the requirement': {
    query: '{ products { tax } }',
    data: { products: [{ tax: 1 }, { tax: 2 }] },
    requests: ['catalog', 'taxes Product{"id":"1","price":10} Product{"id":"2","price":20}'],
  },
  'supports arguments of the requiring field': {
    query: 'query ($percent: Int!) { products { tax(percent: $percent) half: tax(percent: 50) } }',
    variables: { percent: 20 },
    data: {
      products: [
        { tax: 2, half: 5 },
        { tax: 4, half: 10 },
      ],
    },
  },
  'supports a client selection with the same arguments': {
    query: '{ products { price(currency: USD) tax } }',
    data: {
      products: [
        { price: 10, tax: 1 },
        { price: 20, tax: 2 },
      ],
    },
  },
  'supports a client selection with other arguments': {
    query: '{ products { price(currency: EUR) tax } }',
    data: {
      products: [
        { price: 20, tax: 1 },
        { price: 40, tax: 2 },
      ],
    },
    stock: clash,
  },
  'supports a client selection with the default argument': {
    query: '{ products { price tax } }',
    data: {
      products: [
        { price: 30, tax: 1 },
        { price: 60, tax: 2 },
      ],
    },
    stock: clash,
  },
  'supports a client selection with a variable': {
    query: 'query ($currency: Currency!) { products { tax price(currency: $currency) } }',
    variables: { currency: 'EUR' },
    data: {
      products: [
        { tax: 1, price: 20 },
        { tax: 2, price: 40 },
      ],
    },
    stock: clash,
  },
  'supports a client selection with an alias': {
    query: '{ products { euros: price(currency: EUR) tax } }',
    data: {
      products: [
        { euros: 20, tax: 1 },
        { euros: 40, tax: 2 },
      ],
    },
  },
  'supports two fields that require different arguments': {
    query: '{ products { tax duty } }',
    data: {
      products: [
        { tax: 1, duty: 0.2 },
        { tax: 2, duty: 0.4 },
      ],
    },
    stock: clash,
  },
  'supports two fields that require different arguments next to a client selection': {
    query: '{ products { tax duty price(currency: CHF) } }',
    data: {
      products: [
        { tax: 1, duty: 0.2, price: 30 },
        { tax: 2, duty: 0.4, price: 60 },
      ],
    },
    stock: clash,
  },
  'distinguishes arguments that differ within input objects': {
    query: '{ products { assembly parts(first: 2) { price(currency: USD) } } }',
    data: {
      products: [
        { assembly: 20, parts: [{ price: 10 }, { price: 10 }] },
        { assembly: 40, parts: [{ price: 20 }, { price: 20 }] },
      ],
    },
    stock: clash,
  },
};
