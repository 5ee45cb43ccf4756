import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const stock = 'Its planner fails on a fragment on a union or another interface below an interface object.';
const works = [
  { __typename: 'Book', id: '1', pages: 7, label: 'Dune' },
  { __typename: 'Film', id: '2', label: 'Alien' },
  { __typename: 'Song', id: '3' },
];

/** `shop` has works as an interface object; some types have a label, some can be borrowed. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { loan: Loan }
     union Loan = Book | Song
     interface Work @key(fields: "id") { id: ID! }
     interface Labelled { label: String }
     type Book implements Work & Labelled @key(fields: "id") { id: ID! label: String pages: Int }
     type Film implements Work & Labelled @key(fields: "id") { id: ID! label: String }
     type Song implements Work @key(fields: "id") { id: ID! }`,
    {
      Query: { loan: () => works[0] },
      Work: { __resolveReference: (key: { id: string }) => ({ ...key, ...works.find(({ id }) => id === key.id) }) },
      Book: { __resolveReference: byKey(works, 'id') },
      Film: { __resolveReference: byKey(works, 'id') },
      Song: { __resolveReference: byKey(works, 'id') },
    },
  ),
  shop: subgraph(
    `type Query { sold: [Work!]! }
     type Work @key(fields: "id") @interfaceObject { id: ID! price: Int! }`,
    {
      Query: { sold: () => works.map(({ id }) => ({ id })) },
      Work: { __resolveReference: (key: object) => key, price: ({ id }: { id: string }) => Number(id) * 5 },
    },
  ),
};

export const cases: Cases = {
  'supports a fragment on another interface': {
    query: '{ sold { ... on Labelled { label } } }',
    data: { sold: [{ label: 'Dune' }, { label: 'Alien' }, {}] },
    stock,
  },
  'supports a fragment on a union': {
    query: '{ sold { price ... on Loan { __typename } } }',
    data: { sold: [{ price: 5, __typename: 'Book' }, { price: 10 }, { price: 15, __typename: 'Song' }] },
    stock,
  },
  'supports nested named fragments': {
    query: '{ sold { ...Borrowed } } fragment Borrowed on Loan { ...Labels ... on Work { price } } fragment Labels on Labelled { label }',
    data: { sold: [{ label: 'Dune', price: 5 }, {}, { price: 15 }] },
    stock,
  },
  'supports a fragment within one on an object type': {
    query: '{ sold { ... on Book { ... on Labelled { label } pages ... on Loan { ... on Work { price } } } } }',
    data: { sold: [{ label: 'Dune', pages: 7, price: 5 }, {}, {}] },
  },
  'supports a fragment with a condition': {
    query: 'query($v: Boolean!) { sold { id ... on Labelled @include(if: $v) { label } ... on Loan @skip(if: $v) { __typename } } }',
    variables: { v: true },
    data: { sold: [{ id: '1', label: 'Dune' }, { id: '2', label: 'Alien' }, { id: '3' }] },
    stock,
  },
  'supports fragments that return to the interface': {
    query: '{ loan { ... on Work { price ... on Labelled { label } } } }',
    data: { loan: { price: 5, label: 'Dune' } },
  },
};
