import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const works = [
  { __typename: 'Book', id: '1', subjects: ['love'] },
  { __typename: 'Film', id: '2', subjects: ['space', new Error('No subject')] },
];
const linked = [
  { ...works[0], next: { ...works[1], next: { ...works[0], next: works[1] } } },
  { ...works[1], next: works[1] },
];
const found = { Book: { __resolveReference: byKey(linked, 'id') }, Film: { __resolveReference: byKey(linked, 'id') } };

/**
 * A field is non-null in `Book` and nullable in `Film`, so one request cannot select both under one response key
 * (GraphQL specification, "Field Selection Merging"). Each interface of a subgraph lacks a field that its implementations have there.
 */
export const graph: Graph = {
  library: subgraph(
    `type Query { media: [Media!]! }
     interface Media { id: ID! subjects: [String] }
     type Book implements Media @key(fields: "id") { id: ID! subjects: [String]! @shareable }
     type Film implements Media @key(fields: "id") { id: ID! subjects: [String] @shareable }`,
    { Query: { media: () => linked }, ...found },
  ),
  links: subgraph(
    `type Query { linked: [Media!]! }
     interface Media { next: Media }
     type Book implements Media @key(fields: "id") { id: ID! next: Media! subjects: [String]! @shareable }
     type Film implements Media @key(fields: "id") { id: ID! next: Media subjects: [String] @shareable }`,
    { Query: { linked: () => linked }, ...found },
  ),
};

export const cases: Cases = {
  'of objects of several types': {
    query: '{ media { next { __typename id } } }',
    data: { media: [{ next: { __typename: 'Film', id: '2' } }, { next: { __typename: 'Film', id: '2' } }] },
    asks: ['library', 'links Book{"id":"1"} Film{"id":"2"}'],
  },
  'asked of a type and of its interface: both count': {
    query: '{ linked { ... on Book { ... on Media { next { ... on Film { id } } } } next { __typename } } }',
    data: { linked: [{ next: { id: '2', __typename: 'Film' } }, { next: { __typename: 'Film' } }] },
    asks: ['links'],
    stock: 'It puts what it was told under one name in the place of what it was told under the other.',
  },
  'one within another': {
    query: '{ media { next { subjects } } }',
    data: { media: [{ next: { subjects: ['space', null] } }, { next: { subjects: ['space', null] } }] },
    errors: [0, 1].map((index) => ({ message: 'No subject', path: ['media', index, 'next', 'subjects', 1] })),
    asks: ['library', 'links Book{"id":"1"} Film{"id":"2"}'],
    stock: 'Its planner renames the outer field alone, and the subgraph refuses the operation.',
  },
  'a third within these, under names of the client': {
    query: '{ media { n: next { m: next { s: subjects } } } }',
    data: { media: [{ n: { m: { s: ['love'] } } }, { n: { m: null } }] },
    stock: 'Its planner renames the outermost field alone, and the subgraph refuses the operation.',
  },
};
