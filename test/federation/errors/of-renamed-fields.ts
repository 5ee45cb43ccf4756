import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const media = [
  { __typename: 'Book', id: '1', tags: ['old', 'long'], parts: [{ name: 'One' }], cover: { colour: 'red' } },
  {
    __typename: 'Film',
    id: '2',
    tags: ['dark', new Error('No tag')],
    parts: [{ name: 'Start' }, { name: failing('No name', 'NAME') }],
    cover: { colour: failing('No colour', 'COLOUR') },
  },
];

/** Fields that are non-null in `Book` and nullable in `Film`: a request that selects both needs an alias for one of them. */
export const graph: Graph = {
  library: subgraph(
    `type Query { media: [Media!]! }
     interface Media { id: ID! }
     type Book implements Media @key(fields: "id") { id: ID! }
     type Film implements Media @key(fields: "id") { id: ID! }`,
    { Query: { media: () => media } },
  ),
  texts: subgraph(
    `type Query { newest: Media }
     interface Media { tags: [String] parts: [Part!] cover: Cover }
     type Book implements Media @key(fields: "id") { id: ID! tags: [String]! parts: [Part!]! cover: Cover! }
     type Film implements Media @key(fields: "id") { id: ID! tags: [String] parts: [Part!] cover: Cover }
     type Part { name: String! }
     type Cover { colour: String }`,
    {
      Query: { newest: () => media[1] },
      Book: { __resolveReference: byKey(media, 'id') },
      Film: { __resolveReference: byKey(media, 'id') },
    },
  ),
};

const stock = 'its paths contain the aliases of the plan';

export const cases: Cases = {
  'returns the data if no field fails': {
    query: '{ newest { ... on Film { id } } media { id } }',
    data: { newest: { id: '2' }, media: [{ id: '1' }, { id: '2' }] },
  },
  'reports the error of a list item at its path': {
    query: '{ media { tags } }',
    data: { media: [{ tags: ['old', 'long'] }, { tags: ['dark', null] }] },
    errors: [{ message: 'No tag', path: ['media', 1, 'tags', 1] }],
    stock,
  },
  'reports the error of a non-null field at its path': {
    query: '{ media { parts { name } } }',
    data: { media: [{ parts: [{ name: 'One' }] }, { parts: null }] },
    errors: [{ message: 'No name', path: ['media', 1, 'parts', 1, 'name'], code: 'NAME' }],
    stock,
  },
  'reports the error at the alias of the client': {
    query: '{ media { front: cover { colour } } }',
    data: { media: [{ front: { colour: 'red' } }, { front: { colour: null } }] },
    errors: [{ message: 'No colour', path: ['media', 1, 'front', 'colour'], code: 'COLOUR' }],
    stock,
  },
};
