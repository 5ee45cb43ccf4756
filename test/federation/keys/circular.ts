import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const authors = [
  { id: 'a1', name: 'Ann' },
  { id: 'a2', name: 'Bob' },
];
const books = [
  { id: 'b1', title: 'One', author: authors[0]! },
  { id: 'b2', title: 'Two', author: authors[0]! },
  { id: 'b3', title: 'Three', author: authors[1]! },
];
const writers = authors.map(({ id }) => ({
  id,
  best: books.find(({ author }) => author.id === id),
  books: books.filter(({ author }) => author.id === id),
}));

/** `authors` resolves the books of an author, `books` the author of a book. */
export const graph: Graph = {
  authors: subgraph(
    `type Query { author(id: ID!): Author }
     type Author @key(fields: "id") { id: ID! name: String! friend: Author }
     type Book @key(fields: "id") { id: ID! author: Author }`,
    {
      Query: { author: (_: unknown, { id }: { id: string }) => authors.find((author) => author.id === id) },
      Author: { __resolveReference: byKey(authors, 'id'), friend: ({ id }: { id: string }) => authors[id === 'a1' ? 1 : 0] },
      Book: {
        __resolveReference: byKey(
          books.map(({ id, author }) => ({ id, author })),
          'id',
        ),
      },
    },
  ),
  books: subgraph(
    `type Query { books: [Book!]! }
     type Book @key(fields: "id") { id: ID! title: String! }
     type Author @key(fields: "id") { id: ID! books: [Book!]! best: Book }`,
    {
      Query: { books: () => books },
      Book: { __resolveReference: byKey(books, 'id') },
      Author: { __resolveReference: byKey(writers, 'id') },
    },
  ),
};

export const cases: Cases = {
  'fetches from one subgraph to the other and back': {
    query: '{ author(id: "a1") { books { author { name } } } }',
    data: { author: { books: [{ author: { name: 'Ann' } }, { author: { name: 'Ann' } }] } },
    requests: ['authors', 'books Author{"id":"a1"}', 'authors Book{"id":"b1"} Book{"id":"b2"}'],
  },
  'fetches from one subgraph to the other and back twice': {
    query: '{ books { title author { name books { title author { best { title } } } } } }',
    data: {
      books: [
        ...['One', 'Two'].map((title) => ({
          title,
          author: {
            name: 'Ann',
            books: [
              { title: 'One', author: { best: { title: 'One' } } },
              { title: 'Two', author: { best: { title: 'One' } } },
            ],
          },
        })),
        { title: 'Three', author: { name: 'Bob', books: [{ title: 'Three', author: { best: { title: 'Three' } } }] } },
      ],
    },
    requests: [
      'books',
      'authors Book{"id":"b1"} Book{"id":"b2"} Book{"id":"b3"}',
      'books Author{"id":"a1"} Author{"id":"a2"}',
      'authors Book{"id":"b1"} Book{"id":"b2"} Book{"id":"b3"}',
      'books Author{"id":"a1"} Author{"id":"a2"}',
    ],
  },
  'follows a field that returns its own type': {
    query: '{ author(id: "a1") { name friend { best { title } friend { name best { title } } } } }',
    data: { author: { name: 'Ann', friend: { best: { title: 'Three' }, friend: { name: 'Ann', best: { title: 'One' } } } } },
  },
};
