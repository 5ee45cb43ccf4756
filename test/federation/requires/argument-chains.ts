import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const rates: Record<string, number> = { USD: 1, EUR: 2, CHF: 3 };
const units: Record<string, number> = { G: 1000, KG: 1 };
const products = [
  { id: '1', kilos: 1 },
  { id: '2', kilos: 2 },
].map(({ kilos, ...product }) => ({ ...product, weight: ({ unit }: { unit: string }) => kilos * units[unit]! }));

const types = 'enum Currency { USD EUR CHF } enum Unit { G KG }';

interface Sent {
  weight: number;
  price: number;
}

/** The price is a dollar for each kilo; each subgraph adds an amount of another magnitude, so that the sum identifies the parts. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { products: [Product!]! }
     type Mutation { restock: [Product!]! }
     type Product @key(fields: "id") { id: ID! weight(unit: Unit! = KG): Float! }
     ${types}`,
    {
      Query: { products: () => products },
      Mutation: { restock: () => products },
      Product: { __resolveReference: byKey(products, 'id') },
    },
  ),
  prices: subgraph(
    `type Product @key(fields: "id") {
       id: ID!
       weight(unit: Unit! = KG): Float! @external
       price(currency: Currency! = CHF): Float! @requires(fields: "weight(unit: KG)")
       label: String! @requires(fields: "weight(unit: G)")
     }
     ${types}`,
    {
      Product: {
        price: ({ weight }: Sent, { currency }: { currency: string }) => weight * rates[currency]!,
        label: ({ weight }: Sent) => `${weight} g`,
      },
    },
  ),
  taxes: subgraph(
    `type Product @key(fields: "id") {
       id: ID!
       price(currency: Currency! = CHF): Float! @external
       tax: Float! @requires(fields: "price(currency: USD)")
       duty: Float! @requires(fields: "price(currency: EUR)")
     }
     ${types}`,
    { Product: { tax: ({ price }: Sent) => price / 10, duty: ({ price }: Sent) => price / 100 } },
  ),
  shipping: subgraph(
    `type Product @key(fields: "id") {
       id: ID!
       price(currency: Currency! = CHF): Float! @external
       weight(unit: Unit! = KG): Float! @external
       freight: String! @requires(fields: "weight(unit: G) price(currency: CHF)")
       insurance(percent: Int!): String! @requires(fields: "price(currency: EUR)")
       parcel: String! @requires(fields: "weight(unit: KG)")
       carrier: String!
     }
     ${types}`,
    {
      Product: {
        freight: ({ weight, price }: Sent) => `${weight} g for ${price} CHF`,
        insurance: ({ price }: Sent, { percent }: { percent: number }) => `${(price * percent) / 100} EUR`,
        parcel: ({ weight }: Sent) => `${weight} kg`,
        carrier: () => 'post',
      },
    },
  ),
};

const clash = 'its planner merges the selections of the field, so that some of them get the value of another';

export const cases: Cases = {
  'resolves a required field that itself requires a field with arguments': {
    query: '{ products { tax } }',
    data: { products: [{ tax: 0.1 }, { tax: 0.2 }] },
    requests: [
      'catalog',
      'prices Product{"id":"1","weight":1} Product{"id":"2","weight":2}',
      'taxes Product{"id":"1","price":1} Product{"id":"2","price":2}',
    ],
  },
  'fetches a common requirement of two arguments once': {
    query: '{ products { tax duty } }',
    data: {
      products: [
        { tax: 0.1, duty: 0.02 },
        { tax: 0.2, duty: 0.04 },
      ],
    },
    requests: [
      'catalog',
      'prices Product{"id":"1","weight":1} Product{"id":"2","weight":2}',
      'taxes Product{"id":"1","price":2} Product{"id":"2","price":4} Product{"id":"1","price":1} Product{"id":"2","price":2}',
    ],
    stock: clash,
  },
  'resolves two fields of one subgraph that require different arguments': {
    query: '{ products { tax duty label price(currency: CHF) } }',
    data: {
      products: [
        { tax: 0.1, duty: 0.02, label: '1000 g', price: 3 },
        { tax: 0.2, duty: 0.04, label: '2000 g', price: 6 },
      ],
    },
    stock: clash,
  },
  'resolves fields of two subgraphs that require different arguments': {
    query: '{ products { tax freight } }',
    data: {
      products: [
        { tax: 0.1, freight: '1000 g for 3 CHF' },
        { tax: 0.2, freight: '2000 g for 6 CHF' },
      ],
    },
    stock: clash,
  },
  'resolves all of these requirements together': {
    query: 'query ($percent: Int!) { products { weight(unit: G) insurance(percent: $percent) freight parcel carrier tax duty label } }',
    variables: { percent: 50 },
    data: {
      products: [
        {
          weight: 1000,
          insurance: '1 EUR',
          freight: '1000 g for 3 CHF',
          parcel: '1 kg',
          carrier: 'post',
          tax: 0.1,
          duty: 0.02,
          label: '1000 g',
        },
        {
          weight: 2000,
          insurance: '2 EUR',
          freight: '2000 g for 6 CHF',
          parcel: '2 kg',
          carrier: 'post',
          tax: 0.2,
          duty: 0.04,
          label: '2000 g',
        },
      ],
    },
    stock: clash,
  },
  'resolves the requirements under conditions': {
    query: `query ($yes: Boolean!, $no: Boolean!, $percent: Int!) {
      products { insurance(percent: $percent) @skip(if: $no) ... @include(if: $yes) { freight } parcel @include(if: $no) }
    }`,
    variables: { yes: true, no: false, percent: 50 },
    data: {
      products: [
        { insurance: '1 EUR', freight: '1000 g for 3 CHF' },
        { insurance: '2 EUR', freight: '2000 g for 6 CHF' },
      ],
    },
    stock: clash,
  },
  'resolves the requirements in a mutation payload': {
    query: 'mutation { restock { tax duty } }',
    data: {
      restock: [
        { tax: 0.1, duty: 0.02 },
        { tax: 0.2, duty: 0.04 },
      ],
    },
    stock: clash,
  },
};
