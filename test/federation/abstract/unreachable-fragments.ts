import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const stock = 'Its planner fails on fragments that match no object.';
const works = [
  { id: '1', title: 'Dune' },
  { id: '2', title: 'Alien' },
];

/** `shop` has works of art only as an interface object; a book is an item and not a work. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { any: [Any!]! }
     union Any = Book | Film
     union Item = Book
     interface Work @key(fields: "id") { id: ID! title: String! }
     type Film implements Work @key(fields: "id") { id: ID! title: String! }
     type Book { pages: Int! item: Item }`,
    {
      Query: {
        any: () => [
          { __typename: 'Book', pages: 7, item: { __typename: 'Book', pages: 8 } },
          { __typename: 'Film', ...works[0] },
        ],
      },
      Work: { __resolveReference: (key: { id: string }) => ({ ...byKey(works, 'id')(key), __typename: 'Film' }) },
      Film: { __resolveReference: byKey(works, 'id') },
    },
  ),
  shop: subgraph(
    `type Query { sold: [Work!]! }
     type Work @key(fields: "id") @interfaceObject { id: ID! price: Int! }`,
    { Query: { sold: () => works.map(({ id }) => ({ id, price: 5 })) } },
  ),
};

const sold = { sold: [{ price: 5 }, { price: 5 }] };

export const cases: Cases = {
  'ignores an unreachable fragment of an interface object next to a field': {
    query: '{ sold { price ... on Any { ... on Book { pages } } } }',
    data: sold,
    stock,
  },
  'ignores an unreachable fragment that is the only selection of an interface object': {
    query: '{ sold { ... on Any { ... on Book { pages } } } }',
    data: { sold: [{}, {}] },
    stock,
  },
  'ignores an unreachable fragment in a named fragment that is reachable elsewhere': {
    query: '{ sold { price ...Pages } any { ...Pages } } fragment Pages on Any { ... on Book { pages } }',
    data: { ...sold, any: [{ pages: 7 }, {}] },
    stock,
  },
  'ignores a fragment that is unreachable through several unions': {
    query: '{ any { ... on Item { ... on Any { ... on Film { title } } } ... on Film { title } } }',
    data: { any: [{}, { title: 'Dune' }] },
    stock,
  },
  'ignores an unreachable fragment with a condition': {
    query: `query($v: Boolean!) {
        any { ... on Item @include(if: $v) { ... on Any { ... on Film { title } ... on Book { item { __typename } } } } } }`,
    variables: { v: true },
    data: { any: [{ item: { __typename: 'Book' } }, {}] },
    stock,
  },
};
