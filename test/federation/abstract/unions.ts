import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const post = { __typename: 'Post', id: 'p', title: 'Hello' };
const image = { __typename: 'Image', id: 'i', url: '/i.png' };
const video = { __typename: 'Video', id: 'v', length: 60 };

/** `Item` has different members in each subgraph; the API schema has all of them. */
export const graph: Graph = {
  feed: subgraph(
    `type Query { feed: [Item]! }
     union Item = Post | Image
     type Post @key(fields: "id") { id: ID! title: String! attached: Item @shareable }
     type Image @key(fields: "id") { id: ID! url: String! @shareable }`,
    {
      Query: { feed: () => [post, null, image, post] },
      Post: { __resolveReference: byKey([post], 'id'), attached: () => image },
      Image: { __resolveReference: byKey([image], 'id') },
    },
  ),
  media: subgraph(
    `type Query { media: [Item!]! nothing: [Item!]! }
     union Item = Image | Video
     type Image @key(fields: "id") { id: ID! url: String! @shareable width: Int! original: Item }
     type Video @key(fields: "id") { id: ID! length: Int! cover: Image poster: Item }`,
    {
      Query: { media: () => [video, image], nothing: () => [] },
      Image: { __resolveReference: byKey([image], 'id'), width: () => 640, original: () => video },
      Video: { cover: () => image, poster: () => null },
    },
  ),
};

export const cases: Cases = {
  'returns __typename of members, and nulls': {
    query: '{ feed { __typename } media { __typename } }',
    data: {
      feed: [{ __typename: 'Post' }, null, { __typename: 'Image' }, { __typename: 'Post' }],
      media: [{ __typename: 'Video' }, { __typename: 'Image' }],
    },
    requests: ['feed', 'media'],
  },
  'sends no type condition on a member that the subgraph does not define': {
    query: '{ feed { ... on Video { length } ... on Image { url } } media { ... on Post { title } ... on Video { length } } }',
    data: { feed: [{}, null, { url: '/i.png' }, {}], media: [{ length: 60 }, {}] },
    requests: ['feed', 'media'],
  },
  'returns empty objects if the selected members are not defined in the subgraph': {
    query: '{ feed { ... on Video { length cover { url } } } }',
    data: { feed: [{}, null, {}, {}] },
  },
  'fetches fields of a member from another subgraph': {
    query: '{ feed { ... on Post { title } ... on Image { url width } } }',
    data: { feed: [{ title: 'Hello' }, null, { url: '/i.png', width: 640 }, { title: 'Hello' }] },
    requests: ['feed', 'media Image{"id":"i"}'],
  },
  'follows a union of one subgraph to the same union of the other': {
    query: '{ feed { ... on Image { original { __typename ... on Video { length } ... on Post { title } } } } }',
    data: { feed: [{}, null, { original: { __typename: 'Video', length: 60 } }, {}] },
  },
  'returns null and an empty list of a union': {
    query: '{ media { ... on Video { poster { __typename ... on Image { width } } } } nothing { __typename } }',
    data: { media: [{ poster: null }, {}], nothing: [] },
  },
  'resolves the union through a shared field': {
    query: '{ feed { ... on Post { attached { ... on Image { width url } ... on Video { length } } } } }',
    data: {
      feed: [{ attached: { width: 640, url: '/i.png' } }, null, {}, { attached: { width: 640, url: '/i.png' } }],
    },
  },
};
