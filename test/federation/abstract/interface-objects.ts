import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const media = [
  { __typename: 'Book', id: '1', title: 'Emma', pages: 400 },
  { __typename: 'Film', id: '2', title: 'Alien', minutes: 117 },
];
const ratings = [
  { id: '1', stars: 4, raters: 10, similar: [{ id: '2' }] },
  { id: '2', stars: 5, raters: 20, similar: [{ id: '1' }, { id: '2' }] },
];

const Media = 'interface Media @key(fields: "id") { id: ID! title: String! }';

/** `ratings` has `Media` as an interface object and does not know its types. */
export const graph: Graph = {
  library: subgraph(
    `type Query { media: [Media!]! one: Media book: Book film(id: ID!): Film }
     ${Media}
     type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int! }
     type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int! }`,
    {
      Query: { media: () => media, one: () => media[1], book: () => media[0], film: () => media[1] },
      Media: { __resolveReference: byKey(media, 'id') },
      Book: { __resolveReference: byKey(media, 'id') },
      Film: { __resolveReference: byKey(media, 'id') },
    },
  ),
  ratings: subgraph(
    `type Query { best: Media rated: [Media]! }
     type Media @key(fields: "id") @interfaceObject {
       id: ID!
       title: String! @external
       stars: Int!
       raters(over: Int = 0): Int!
       similar: [Media!]!
       headline: String! @requires(fields: "title")
     }`,
    {
      Query: { best: () => ratings[1], rated: () => [ratings[0], null, ratings[1]] },
      Media: {
        __resolveReference: byKey(ratings, 'id'),
        similar: ({ similar }: (typeof ratings)[0]) => similar.map(byKey(ratings, 'id')),
        raters: ({ raters }: (typeof ratings)[0], { over }: { over: number }) => raters - over,
        headline: ({ title, stars }: { title: string; stars: number }) => `${title} has ${stars}`,
      },
    },
  ),
};

export const cases: Cases = {
  'returns the fields for every type of the interface': {
    query: '{ media { title stars } }',
    data: {
      media: [
        { title: 'Emma', stars: 4 },
        { title: 'Alien', stars: 5 },
      ],
    },
    requests: ['library', 'ratings Media{"id":"1"} Media{"id":"2"}'],
  },
  'returns the fields if the type is known': {
    query: '{ book { title stars pages __typename } film(id: "2") { raters(over: 5) } }',
    data: { book: { title: 'Emma', stars: 4, pages: 400, __typename: 'Book' }, film: { raters: 15 } },
  },
  'returns the fields under a type condition': {
    query: '{ media { id ... on Film { stars } } }',
    data: { media: [{ id: '1' }, { id: '2', stars: 5 }] },
    requests: ['library', 'ratings Media{"id":"2"}'],
  },
  'sends no other request for fields of the subgraph itself': {
    query: '{ best { stars id } }',
    data: { best: { stars: 5, id: '2' } },
    requests: ['ratings'],
  },
  'fetches __typename from the subgraph that knows the type': {
    query: '{ best { __typename stars } }',
    data: { best: { __typename: 'Film', stars: 5 } },
    requests: ['ratings', 'library Media{"id":"2"}'],
  },
  'fetches fields of the types of an object of unknown type': {
    query: '{ rated { stars title ... on Book { pages } ... on Film { minutes } } }',
    data: { rated: [{ stars: 4, title: 'Emma', pages: 400 }, null, { stars: 5, title: 'Alien', minutes: 117 }] },
  },
  'applies a type condition to fields of the subgraph that does not know the type': {
    query: '{ rated { ... on Book { stars } ... on Film { raters } } }',
    data: { rated: [{ stars: 4 }, null, { raters: 20 }] },
  },
  'follows a field from one object of unknown type to another': {
    query: '{ book { similar { title similar { __typename stars } } } }',
    data: {
      book: {
        similar: [
          {
            title: 'Alien',
            similar: [
              { __typename: 'Book', stars: 4 },
              { __typename: 'Film', stars: 5 },
            ],
          },
        ],
      },
    },
  },
  'resolves a field that requires a field of the interface': {
    query: '{ best { headline } media { ... on Book { headline } } }',
    data: { best: { headline: 'Alien has 5' }, media: [{ headline: 'Emma has 4' }, {}] },
  },
  'returns __typename under an alias': {
    query: '{ one { kind: __typename stars } best { kind: __typename } }',
    data: { one: { kind: 'Film', stars: 5 }, best: { kind: 'Film' } },
  },
};
