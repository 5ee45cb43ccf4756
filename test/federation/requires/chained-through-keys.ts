import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const parts = [
  { __typename: 'Part', id: '1', sku: 's1', weight: 3 },
  { __typename: 'Part', id: '2', sku: 's2', weight: 5 },
  { __typename: 'Part', id: '3', sku: 's3', weight: 7 },
];
/** Part 1 contains part 2, and part 2 contains part 3. */
const inner = ({ id }: { id: string }) => parts.find((part) => Number(part.id) === Number(id) + 1) ?? null;

interface Representation {
  sku: string;
  weight: number;
  price: number;
  makers: { name: string }[];
  inner: { inner: { weight: number } | null } | null;
}

/**
 * A chain of requirements over subgraphs that know different keys of one entity: `label` requires `price` and `makers`, which
 * require `weight`, and also a nested `weight`. A representation of the catalog has `id` and one of the stock has `sku`, so that the
 * directory is between any two of their fetches.
 */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { parts: [Part] }
     type Mutation { addPart: [Part] }
     union Item = Part | Box
     type Box @shareable { size: Int }
     type Part @key(fields: "id") {
       id: ID!
       sku: String! @external
       weight: Int @external
       inner: Item
       price: Int @requires(fields: "weight")
       makers: [Maker]! @requires(fields: "sku weight")
     }
     type Maker @key(fields: "id") { id: ID! }`,
    {
      Query: { parts: () => parts.slice(0, 2) },
      Mutation: { addPart: () => parts.slice(0, 2) },
      Part: {
        __resolveReference: ({ id, ...required }: { id: string }) => ({ id, ...required }),
        inner,
        price: ({ weight }: Representation) => weight * 10,
        makers: ({ sku, weight }: Representation) => [{ id: `${sku}-${weight}` }],
      },
    },
  ),
  stock: subgraph(
    `union Item = Part
     type Part @key(fields: "sku") {
       id: ID! @shareable
       sku: String!
       weight: Int
       inner: Item @external
       price: Int @external
       makers: [Maker]! @external
       label: Label
         @requires(fields: "inner { __typename ... on Part { inner { __typename ... on Part { weight } } } } price makers { name }")
     }
     type Label { text: String! }
     type Maker { name: String @external }`,
    {
      Part: {
        __resolveReference: byKey(parts, 'sku'),
        label: ({ sku, price, makers, inner: item }: Representation) => ({
          text: `${sku} ${price} ${makers.map(({ name }) => name).join()} ${item?.inner?.weight}`,
        }),
      },
    },
  ),
  directory: subgraph(
    `type Part @key(fields: "id") { id: ID! sku: String! @shareable }
     type Maker @key(fields: "id") { id: ID! name: String }`,
    {
      Part: { __resolveReference: byKey(parts, 'id') },
      Maker: { name: ({ id }: { id: string }) => `maker of ${id}` },
    },
  ),
};

const data = [{ label: { text: 's1 30 maker of s1-3 7' } }, { label: { text: 's2 50 maker of s2-5 undefined' } }];

const stock = 'it fetches the label before its price and makers';

export const cases: Cases = {
  'fetches the last field after all that it requires, in a query': { query: '{ parts { label { text } } }', data: { parts: data }, stock },
  'fetches the last field after all that it requires, in a mutation': {
    query: 'mutation { addPart { label { text } } }',
    data: { addPart: data },
    stock,
  },
};
