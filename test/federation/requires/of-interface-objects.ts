import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const media = [
  { __typename: 'Book', id: 'b', title: 'Emma' },
  { __typename: 'Film', id: 'f', title: 'Alien' },
];

/** `ratings` has media as an interface object. */
export const graph: Graph = {
  library: subgraph(
    `type Query { media: [Media!]! }
     interface Media @key(fields: "id") { id: ID! title: String! }
     type Book implements Media @key(fields: "id") { id: ID! title: String! }
     type Film implements Media @key(fields: "id") { id: ID! title: String! }`,
    { Query: { media: () => media }, Media: { __resolveReference: byKey(media, 'id') } },
  ),
  ratings: subgraph(
    `type Media @key(fields: "id") @interfaceObject {
       id: ID!
       title: String! @external
       headline: String! @requires(fields: "title")
     }`,
    { Media: { headline: ({ title }: { title: string }) => `${title}!` } },
  ),
};

export const cases: Cases = {
  'resolves the field of every type': {
    query: '{ media { headline } }',
    data: { media: [{ headline: 'Emma!' }, { headline: 'Alien!' }] },
    requests: ['library', 'ratings Media{"id":"b","title":"Emma"} Media{"id":"f","title":"Alien"}'],
  },
  'resolves the field of one type while the client selects the required field of another': {
    query: '{ media { ... on Book { headline } ... on Film { title } } }',
    data: { media: [{ headline: 'Emma!' }, { title: 'Alien' }] },
    requests: ['library', 'ratings Media{"id":"b","title":"Emma"}'],
    stock: 'it also sends the film, without its key and as a type that the subgraph does not define',
  },
};
