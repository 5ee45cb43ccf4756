import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const shops = [
  { __typename: 'Shop', id: 's1', currency: 'CHF', offer: { id: 'o1' } },
  { __typename: 'Shop', id: 's2', currency: null, offer: { id: 'o2' } },
];
const fairs = [{ __typename: 'Fair', id: 'f1', offer: { id: 'o1' } }];
const offers = ['o1', 'o2'].map((id) => ({ id }));

/** The subgraph with the contexts neither returns the shops and fairs nor leads to their offers. */
export const graph: Graph = {
  prices: subgraph(
    `type Shop @key(fields: "id") @context(name: "place") { id: ID! currency: String }
     type Fair @key(fields: "id") @context(name: "place") { id: ID! currency(on: String!): String }
     type Offer @key(fields: "id") {
       id: ID!
       price(
         in: String @fromContext(field: "$place ... on Shop { currency } ... on Fair { currency(on: \\"Monday\\") }")
         digits: Int = 0
       ): Price
     }
     type Price { text: String! }`,
    {
      Shop: { __resolveReference: byKey(shops, 'id') },
      Fair: { __resolveReference: byKey(fairs, 'id'), currency: (_: object, { on }: { on: string }) => `the currency of ${on}` },
      Offer: {
        __resolveReference: byKey(offers, 'id'),
        price: ({ id }: { id: string }, given: { in?: string | null; digits: number }) => ({
          text: `${id} for ${(5).toFixed(given.digits)} ${given.in}`,
        }),
      },
    },
  ),
  places: subgraph(
    `type Query { places: [Place!]! shops: [[Shop]] fairs: [Fair] }
     type Mutation { open: Shop }
     union Place = Shop | Fair
     type Shop @key(fields: "id") { id: ID! }
     type Fair @key(fields: "id") { id: ID! }`,
    {
      Query: {
        places: () => [shops[0], fairs[0], shops[1]],
        shops: () => [[shops[0], null], [shops[1]]],
        fairs: () => fairs,
      },
      Mutation: { open: () => shops[0] },
    },
  ),
  offers: subgraph(
    `type Shop @key(fields: "id") { id: ID! offer: Offer best: Best }
     type Best { offer: Offer }
     type Fair @key(fields: "id") { id: ID! offer: Offer }
     type Offer @key(fields: "id") { id: ID! }`,
    {
      Shop: { __resolveReference: byKey(shops, 'id'), best: ({ offer }: { offer: object }) => ({ offer }) },
      Fair: { __resolveReference: byKey(fairs, 'id') },
    },
  ),
};

export const stock = 'it does not support `@fromContext`';

const [first, second] = ['o1 for 5 CHF', 'o2 for 5 null'].map((text) => ({ offer: { price: { text } } }));

export const cases: Cases = {
  'reads the context before the field that gets it': {
    query: '{ shops { offer { price { text } } } }',
    data: { shops: [[first, null], [second]] },
  },
  'reads a context with arguments, which only one of two types has': {
    query: '{ fairs { offer { price { text } } } }',
    data: { fairs: [{ offer: { price: { text: 'o1 for 5 the currency of Monday' } } }] },
  },
  'reads the context of each type of a union': {
    query: '{ places { ... on Shop { offer { price { text } } } ... on Fair { offer { price(digits: 1) { text } } } } }',
    data: { places: [first, { offer: { price: { text: 'o1 for 5.0 the currency of Monday' } } }, second] },
  },
  'reads the context above an object without a key': {
    query: '{ shops { best { offer { price { text } } } } }',
    data: { shops: [[{ best: first }, null], [{ best: second }]] },
  },
  'reads the context in a mutation': {
    query: 'mutation { open { offer { price { text } } best { offer { id } } } }',
    data: { open: { ...first, best: { offer: { id: 'o1' } } } },
  },
};
