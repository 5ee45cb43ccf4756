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
  'resolves different fields with one response key': {
    query: '{ boxes { ... on Crate { a: id } ... on Tin { a: __typename } } }',
    data: {
      boxes: [
        [{ a: 'crate' }, null],
        [{ a: 'Tin' }, { a: 'crate2' }],
      ],
    },
  },
  'resolves different arguments below a common field': {
    query: '{ boxes { ... on Crate { content { label } } ... on Tin { content { label(upper: true) } } } }',
    data: {
      boxes: [
        [{ content: { label: 'c1' } }, null],
        [{ content: { label: 'T1' } }, { content: { label: 'c4' } }],
      ],
    },
  },
  'resolves different arguments in another subgraph': {
    query: '{ boxes { ... on Crate { content { price(currency: "USD") } } ... on Tin { content { price(currency: "EUR") } } } }',
    data: {
      boxes: [
        [{ content: { price: 'c1 in USD' } }, null],
        [{ content: { price: 't1 in EUR' } }, { content: { price: 'c4 in USD' } }],
      ],
    },
    stock: 'its paths have no type conditions, so it resolves all with the arguments of the first selection',
  },
  'fetches from another subgraph below different fields with one response key': {
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
    stock: 'its paths have no type conditions, so it resolves all with the arguments of the first selection',
  },
  'resolves different arguments after a second fetch': {
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
    stock: 'its paths have no type conditions, so it resolves all with the arguments of the first selection',
  },
  'supports type conditions at several levels': {
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
    stock: 'its paths have no type conditions, so it resolves all with the arguments of the first selection',
  },
  'supports conditions on an interface and on a type for one entity': {
    query: '{ boxes { ... on Box { content { id } } ... on Tin { content { price(currency: "EUR") } } content { label } } }',
    data: {
      boxes: [
        [{ content: { id: 'c1', label: 'c1' } }, null],
        [{ content: { id: 't1', price: 't1 in EUR', label: 't1' } }, { content: { id: 'c4', label: 'c4' } }],
      ],
    },
  },
  'resolves fields of one name with different types': {
    query: '{ box { ... on Crate { text: size } ... on Tin { number: size } __typename } }',
    data: { box: { number: 7, __typename: 'Tin' } },
  },

  'reports an error at the path of its own type': {
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
    stock: 'its paths have no type conditions, so it resolves all with the arguments of the first selection',
  },
};
