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

const clash = 'its planner merges the two selections of the field, so that one of them gets the other’s answer or none';

export const cases: Cases = {
  'the arguments are those of the requirement': {
    query: '{ products { tax } }',
    data: { products: [{ tax: 1 }, { tax: 2 }] },
    asks: ['catalog', 'taxes Product{"id":"1","price":10} Product{"id":"2","price":20}'],
  },
  'the field that requires has arguments of its own': {
    query: 'query ($percent: Int!) { products { tax(percent: $percent) half: tax(percent: 50) } }',
    variables: { percent: 20 },
    data: {
      products: [
        { tax: 2, half: 5 },
        { tax: 4, half: 10 },
      ],
    },
  },
  'the client selects the same field with the same arguments': {
    query: '{ products { price(currency: USD) tax } }',
    data: {
      products: [
        { price: 10, tax: 1 },
        { price: 20, tax: 2 },
      ],
    },
  },
  'the client selects the same field with other arguments': {
    query: '{ products { price(currency: EUR) tax } }',
    data: {
      products: [
        { price: 20, tax: 1 },
        { price: 40, tax: 2 },
      ],
    },
    stock: clash,
  },
  'by default': {
    query: '{ products { price tax } }',
    data: {
      products: [
        { price: 30, tax: 1 },
        { price: 60, tax: 2 },
      ],
    },
    stock: clash,
  },
  'by a variable': {
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
  'the client selects it under another name': {
    query: '{ products { euros: price(currency: EUR) tax } }',
    data: {
      products: [
        { euros: 20, tax: 1 },
        { euros: 40, tax: 2 },
      ],
    },
  },
  'two fields require the same field with different arguments': {
    query: '{ products { tax duty } }',
    data: {
      products: [
        { tax: 1, duty: 0.2 },
        { tax: 2, duty: 0.4 },
      ],
    },
    stock: clash,
  },
  'and the client selects it with a third': {
    query: '{ products { tax duty price(currency: CHF) } }',
    data: {
      products: [
        { tax: 1, duty: 0.2, price: 30 },
        { tax: 2, duty: 0.4, price: 60 },
      ],
    },
    stock: clash,
  },
  'arguments that differ within objects': {
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
