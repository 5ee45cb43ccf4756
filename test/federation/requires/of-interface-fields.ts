import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const media = [
  { __typename: 'Book', id: 'b', title: 'Emma', pages: 400 },
  { __typename: 'Film', id: 'f', title: 'Alien', minutes: 117 },
];

/** A field of an interface that has different requirements in each type. */
export const graph: Graph = {
  library: subgraph(
    `type Query { media: [Media!]! }
     interface Media { id: ID! title: String! }
     type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int! }
     type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int! }`,
    {
      Query: { media: () => media },
      Book: { __resolveReference: byKey(media, 'id') },
      Film: { __resolveReference: byKey(media, 'id') },
    },
  ),
  lending: subgraph(
    `type Query { lent: [Media!]! }
     interface Media { id: ID! days: Int! }
     type Book implements Media @key(fields: "id") { id: ID! pages: Int! @external days: Int! @requires(fields: "pages") }
     type Film implements Media @key(fields: "id") { id: ID! minutes: Int! @external days: Int! @requires(fields: "minutes") }`,
    {
      Query: { lent: () => media.map(({ __typename, id }) => ({ __typename, id })) },
      Book: { days: ({ pages }: { pages: number }) => pages / 20 },
      Film: { days: ({ minutes }: { minutes: number }) => Math.ceil(minutes / 60) },
    },
  ),
};

export const cases: Cases = {
  'resolves the interface field from the subgraph of the required fields': {
    query: '{ media { title days } }',
    data: {
      media: [
        { title: 'Emma', days: 20 },
        { title: 'Alien', days: 2 },
      ],
    },
  },
  'resolves the interface field from the requiring subgraph': {
    query: '{ lent { days title } }',
    data: {
      lent: [
        { days: 20, title: 'Emma' },
        { days: 2, title: 'Alien' },
      ],
    },
  },
  'resolves the field of one type only': {
    query: '{ lent { __typename ... on Film { days } } }',
    data: { lent: [{ __typename: 'Book' }, { __typename: 'Film', days: 2 }] },
    requests: ['lending', 'library Film{"id":"f"}', 'lending Film{"id":"f","minutes":117}'],
  },
};
