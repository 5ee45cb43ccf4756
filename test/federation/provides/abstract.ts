import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const books = [{ __typename: 'Book', id: 'b', title: 'Emma', pages: 400 }];
const films = [{ __typename: 'Film', id: 'f', title: 'Alien', minutes: 117 }];
const favourites = [...books, ...films];

/** `home` provides fields of the types of an interface, and of the members of a union. */
export const graph: Graph = {
  home: subgraph(
    `type Query {
       plain: [Media!]!
       titled: [Media!]! @provides(fields: "... on Book { title } ... on Film { title }")
       books: [Media!]! @provides(fields: "... on Book { title pages }")
       any: [Any!]! @provides(fields: "... on Book { title } ... on Film { minutes }")
     }
     interface Media { id: ID! title: String! }
     union Any = Book | Film
     type Book implements Media @key(fields: "id") { id: ID! title: String! @external pages: Int! @external }
     type Film implements Media @key(fields: "id") { id: ID! title: String! @external minutes: Int! @external }`,
    {
      Query: {
        plain: () => favourites.map(({ __typename, id }) => ({ __typename, id })),
        titled: () => favourites,
        books: () => favourites,
        any: () => favourites,
      },
    },
  ),
  library: subgraph(
    `interface Media { id: ID! title: String! }
     union Any = Book | Film
     type Book implements Media @key(fields: "id") { id: ID! title: String! @shareable pages: Int! @shareable }
     type Film implements Media @key(fields: "id") { id: ID! title: String! @shareable minutes: Int! @shareable }`,
    { Book: { __resolveReference: byKey(books, 'id') }, Film: { __resolveReference: byKey(films, 'id') } },
  ),
};

export const cases: Cases = {
  'fetches the fields of the interface for each type without @provides': {
    query: '{ plain { title } }',
    data: { plain: [{ title: 'Emma' }, { title: 'Alien' }] },
  },
  'returns a field of the interface that is provided for each type': {
    query: '{ titled { title __typename } }',
    data: {
      titled: [
        { title: 'Emma', __typename: 'Book' },
        { title: 'Alien', __typename: 'Film' },
      ],
    },
    requests: ['home'],
  },
  'returns fields that are provided for one type only': {
    query: '{ books { ... on Book { title pages } ... on Film { title } } }',
    data: { books: [{ title: 'Emma', pages: 400 }, { title: 'Alien' }] },
    requests: ['home', 'library Film{"id":"f"}'],
  },
  'returns different provided fields for each member of a union': {
    query: '{ any { ... on Book { title } ... on Film { minutes } } }',
    data: { any: [{ title: 'Emma' }, { minutes: 117 }] },
    requests: ['home'],
  },
  'fetches the fields that are not provided': {
    query: '{ any { ... on Book { title } ... on Film { title } } }',
    data: { any: [{ title: 'Emma' }, { title: 'Alien' }] },
    requests: ['home', 'library Film{"id":"f"}'],
  },
};
