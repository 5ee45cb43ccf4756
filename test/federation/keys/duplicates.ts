import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const tags = [
  { id: 't1', label: 'red' },
  { id: 't2', label: 'blue' },
];
const [red, blue] = [{ id: 't1' }, { id: 't2' }];

export const graph: Graph = {
  posts: subgraph(
    `type Query { posts: [Post!]! pinned: Post! marks: [Mark!]! }
     type Mark { tag: Tag! }
     type Post { title: String! tags: [Tag!]! main: Tag! replies: [Post!]! }
     type Tag @key(fields: "id") { id: ID! rank: Int }`,
    {
      Query: {
        posts: () => [
          { title: 'One', tags: [red, blue, red], main: red, replies: [{ title: 'Re', tags: [blue, blue], main: blue, replies: [] }] },
          { title: 'Two', tags: [blue, red], main: blue, replies: [] },
        ],
        marks: () => [red, blue, red].map((tag, index) => ({ tag: { ...tag, rank: index + 1 } })),
        pinned: () => ({ title: 'Zero', tags: [red], main: red, replies: [] }),
      },
    },
  ),
  tags: subgraph(
    `type Tag @key(fields: "id") { id: ID! label: String! look: Look! size(unit: String! = "px"): String! }
     type Look { rank: Int! shades: [String!]! }`,
    {
      Tag: {
        __resolveReference: byKey(tags, 'id'),
        look: () => ({ rank: 0, shades: ['dark', 'light'] }),
        size: ({ id }: { id: string }, { unit }: { unit: string }) => `${id.slice(1)}${unit}`,
      },
    },
  ),
};

/** Apollo's gateway sends repeated representations; `requests` contains each of them once. */
export const cases: Cases = {
  'fetches an entity once if a list contains it several times': {
    query: '{ posts { tags { label } } }',
    data: { posts: [{ tags: [{ label: 'red' }, { label: 'blue' }, { label: 'red' }] }, { tags: [{ label: 'blue' }, { label: 'red' }] }] },
    requests: ['posts', 'tags Tag{"id":"t1"} Tag{"id":"t2"}'],
  },
  'returns a separate object for each occurrence': {
    query: '{ posts { tags { label } main { size } } }',
    data: {
      posts: [
        { tags: [{ label: 'red' }, { label: 'blue' }, { label: 'red' }], main: { size: '1px' } },
        { tags: [{ label: 'blue' }, { label: 'red' }], main: { size: '2px' } },
      ],
    },
  },
  'fetches an entity with other arguments for another occurrence': {
    query: '{ posts { main { size } replies { main { size(unit: "em") } } } pinned { main { size(unit: "pt") } } }',
    data: {
      posts: [
        { main: { size: '1px' }, replies: [{ main: { size: '2em' } }] },
        { main: { size: '2px' }, replies: [] },
      ],
      pinned: { main: { size: '1pt' } },
    },
  },
  'returns the entity at different depths': {
    query: '{ posts { title tags { label } replies { title tags { label } } } }',
    data: {
      posts: [
        {
          title: 'One',
          tags: [{ label: 'red' }, { label: 'blue' }, { label: 'red' }],
          replies: [{ title: 'Re', tags: [{ label: 'blue' }, { label: 'blue' }] }],
        },
        { title: 'Two', tags: [{ label: 'blue' }, { label: 'red' }], replies: [] },
      ],
    },
  },

  'keeps different values of the first subgraph for each occurrence': {
    query: '{ marks { tag { rank label } } }',
    data: {
      marks: [{ tag: { rank: 1, label: 'red' } }, { tag: { rank: 2, label: 'blue' } }, { tag: { rank: 3, label: 'red' } }],
    },
    requests: ['posts', 'tags Tag{"id":"t1"} Tag{"id":"t2"}'],
  },
  'returns objects and lists of the second subgraph for each occurrence': {
    query: '{ marks { tag { look { rank } } } posts { main { look { rank shades } } } }',
    data: {
      marks: [{ tag: { look: { rank: 0 } } }, { tag: { look: { rank: 0 } } }, { tag: { look: { rank: 0 } } }],
      posts: [{ main: { look: { rank: 0, shades: ['dark', 'light'] } } }, { main: { look: { rank: 0, shades: ['dark', 'light'] } } }],
    },
  },
};
