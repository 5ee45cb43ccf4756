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
  'selects a field of objects of several types': {
    query: '{ media { next { __typename id } } }',
    data: { media: [{ next: { __typename: 'Film', id: '2' } }, { next: { __typename: 'Film', id: '2' } }] },
    requests: ['library', 'links Book{"id":"1"} Film{"id":"2"}'],
  },
  'merges selections of a field on a type and on its interface': {
    query: '{ linked { ... on Book { ... on Media { next { ... on Film { id } } } } next { __typename } } }',
    data: { linked: [{ next: { id: '2', __typename: 'Film' } }, { next: { __typename: 'Film' } }] },
    requests: ['links'],
    stock: 'It merges the values of the two aliases in the wrong place.',
  },
  'renames a conflicting field within another one': {
    query: '{ media { next { subjects } } }',
    data: { media: [{ next: { subjects: ['space', null] } }, { next: { subjects: ['space', null] } }] },
    errors: [0, 1].map((index) => ({ message: 'No subject', path: ['media', index, 'next', 'subjects', 1] })),
    requests: ['library', 'links Book{"id":"1"} Film{"id":"2"}'],
    stock: 'Its planner renames the outer field alone, and the subgraph refuses the operation.',
  },
  'renames conflicting fields at three levels with aliases of the client': {
    query: '{ media { n: next { m: next { s: subjects } } } }',
    data: { media: [{ n: { m: { s: ['love'] } } }, { n: { m: null } }] },
    stock: 'Its planner renames the outermost field alone, and the subgraph refuses the operation.',
  },
};
