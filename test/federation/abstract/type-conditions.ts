import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const say = (id: string) => ({ id, label: ({ upper }: { upper: boolean }) => (upper ? id.toUpperCase() : id) });
const boxes = [
  { __typename: 'Crate', id: 'crate', content: say('c1'), others: [say('c2'), say('c3')], size: 'big' },
  { __typename: 'Tin', id: 'tin', content: say('t1'), others: [say('t2')], size: 7 },
  { __typename: 'Crate', id: 'crate2', content: say('c4'), others: [], size: 'small' },
];
const noCurrency = failing('No such currency', 'CURRENCY');
const things = ['c1', 'c2', 'c3', 'c4', 't1', 't2'].map((id) => ({
  id,
  price: ({ currency }: { currency: string }) => (currency === 'none' ? noCurrency() : `${id} in ${currency}`),
  box: { __typename: id.startsWith('t') ? 'Tin' : 'Crate', id: id.startsWith('t') ? 'tin' : 'crate' },
}));

/** Selections with one response key but different arguments or result types, below type conditions that exclude each other. */
export const graph: Graph = {
  boxes: subgraph(
    `type Query { boxes: [[Box]!]! box: Box }
     interface Box { id: ID! content: Thing! }
     type Crate implements Box @key(fields: "id") { id: ID! content: Thing! others: [Thing!]! size: String! }
     type Tin implements Box @key(fields: "id") { id: ID! content: Thing! others: [Thing!]! size: Int! }
     type Thing @key(fields: "id") { id: ID! label(upper: Boolean = false): String! }`,
    {
      Query: {
        boxes: () => [
          [boxes[0], null],
          [boxes[1], boxes[2]],
        ],
        box: () => boxes[1],
      },
      Crate: { __resolveReference: byKey(boxes, 'id') },
      Tin: { __resolveReference: byKey(boxes, 'id') },
      Thing: { __resolveReference: ({ id }: { id: string }) => say(id) },
    },
  ),
  prices: subgraph(
    `type Thing @key(fields: "id") { id: ID! price(currency: String!): String! box: Box! }
     interface Box { id: ID! }
     type Crate implements Box @key(fields: "id") { id: ID! stamp(ink: String!): String! }
     type Tin implements Box @key(fields: "id") { id: ID! stamp(ink: String!): String! }`,
    {
      Thing: { __resolveReference: byKey(things, 'id') },
      Crate: { stamp: (_: unknown, { ink }: { ink: string }) => `crate in ${ink}` },
      Tin: { stamp: (_: unknown, { ink }: { ink: string }) => `tin in ${ink}` },
    },
  ),
};

export const cases: Cases = {
  'another field of the same response key': {
    query: '{ boxes { ... on Crate { a: id } ... on Tin { a: __typename } } }',
    data: {
      boxes: [
        [{ a: 'crate' }, null],
        [{ a: 'Tin' }, { a: 'crate2' }],
      ],
    },
  },
  'other arguments, below a common field': {
    query: '{ boxes { ... on Crate { content { label } } ... on Tin { content { label(upper: true) } } } }',
    data: {
      boxes: [
        [{ content: { label: 'c1' } }, null],
        [{ content: { label: 'T1' } }, { content: { label: 'c4' } }],
      ],
    },
  },
  'other arguments in another subgraph': {
    query: '{ boxes { ... on Crate { content { price(currency: "USD") } } ... on Tin { content { price(currency: "EUR") } } } }',
    data: {
      boxes: [
        [{ content: { price: 'c1 in USD' } }, null],
        [{ content: { price: 't1 in EUR' } }, { content: { price: 'c4 in USD' } }],
      ],
    },
    stock: 'it plans without conditions in paths, and asks all with the arguments of the first',
  },
  'another way under the same response key, then into another subgraph': {
    query: `{ boxes {
      ... on Crate { x: others { price(currency: "USD") } }
      ... on Tin { x: others { price(currency: "EUR") label } }
    } }`,
    data: {
      boxes: [
        [{ x: [{ price: 'c2 in USD' }, { price: 'c3 in USD' }] }, null],
        [{ x: [{ price: 't2 in EUR', label: 't2' }] }, { x: [] }],
      ],
    },
    stock: 'it plans without conditions in paths, and asks all with the arguments of the first',
  },
  'the same again behind the other subgraph': {
    query: `{ boxes { content { box {
      ... on Crate { mark: stamp(ink: "red") in: content { price(currency: "USD") } }
      ... on Tin { mark: stamp(ink: "blue") in: content { price(currency: "EUR") } }
    } } } }`,
    data: {
      boxes: [
        [{ content: { box: { mark: 'crate in red', in: { price: 'c1 in USD' } } } }, null],
        [
          { content: { box: { mark: 'tin in blue', in: { price: 't1 in EUR' } } } },
          { content: { box: { mark: 'crate in red', in: { price: 'c1 in USD' } } } },
        ],
      ],
    },
    stock: 'it plans without conditions in paths, and asks all with the arguments of the first',
  },
  'a condition at each of several depths': {
    query: `{ boxes {
      ... on Crate { content { box { ... on Crate { stamp(ink: "red") } ... on Tin { stamp(ink: "never") } } } }
      ... on Tin { content { box { ... on Crate { stamp(ink: "never") } ... on Tin { stamp(ink: "blue") } } } }
    } }`,
    data: {
      boxes: [
        [{ content: { box: { stamp: 'crate in red' } } }, null],
        [{ content: { box: { stamp: 'tin in blue' } } }, { content: { box: { stamp: 'crate in red' } } }],
      ],
    },
    stock: 'it plans without conditions in paths, and asks all with the arguments of the first',
  },
  'a condition on the interface and on a type, with the same entity': {
    query: '{ boxes { ... on Box { content { id } } ... on Tin { content { price(currency: "EUR") } } content { label } } }',
    data: {
      boxes: [
        [{ content: { id: 'c1', label: 'c1' } }, null],
        [{ content: { id: 't1', price: 't1 in EUR', label: 't1' } }, { content: { id: 'c4', label: 'c4' } }],
      ],
    },
  },
  'fields of one name and of different types': {
    query: '{ box { ... on Crate { text: size } ... on Tin { number: size } __typename } }',
    data: { box: { number: 7, __typename: 'Tin' } },
  },

  'an error has the path of its own type': {
    query: `{ boxes {
      ... on Crate { x: content { y: price(currency: "USD") } }
      ... on Tin { x: content { y: price(currency: "none") } }
    } }`,
    data: {
      boxes: [
        [{ x: { y: 'c1 in USD' } }, null],
        [null, { x: { y: 'c4 in USD' } }],
      ],
    },
    errors: [{ message: 'No such currency', path: ['boxes', 1, 0, 'x', 'y'], code: 'CURRENCY' }],
    stock: 'it plans without conditions in paths, and asks all with the arguments of the first',
  },
};
