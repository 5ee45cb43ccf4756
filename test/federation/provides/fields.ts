import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const users = [
  { id: '1', name: 'Ann', address: { city: 'Bern', zip: '3000' }, boss: { id: '2', name: 'Bob' } },
  { id: '2', name: 'Bob', address: { city: 'Basel', zip: '4000' }, boss: null },
];
const reviews = [
  { text: 'Good', author: users[0], editor: { id: '2' } },
  { text: 'Bad', author: users[1], editor: { id: '1' } },
];

/** `reviews` provides some fields of users, for some of the fields that return users. */
export const graph: Graph = {
  reviews: subgraph(
    `type Query { reviews: [Review!]! }
     type Review {
       text: String!
       author: User! @provides(fields: "name")
       located: User! @provides(fields: "address { city }")
       editor: User!
     }
     type User @key(fields: "id") { id: ID! name: String! @external address: Address! @external }
     type Address { city: String! @external }`,
    { Query: { reviews: () => reviews }, Review: { located: ({ author }: (typeof reviews)[0]) => author } },
  ),
  users: subgraph(
    `type User @key(fields: "id") { id: ID! name: String! @shareable address: Address! @shareable boss: User }
     type Address { city: String! @shareable zip: String! }`,
    { User: { __resolveReference: byKey(users, 'id') } },
  ),
};

export const cases: Cases = {
  'returns a provided field without another request': {
    query: '{ reviews { text author { name } } }',
    data: {
      reviews: [
        { text: 'Good', author: { name: 'Ann' } },
        { text: 'Bad', author: { name: 'Bob' } },
      ],
    },
    requests: ['reviews'],
  },
  'fetches the field if the entity comes from a field without @provides': {
    query: '{ reviews { editor { name } } }',
    data: { reviews: [{ editor: { name: 'Bob' } }, { editor: { name: 'Ann' } }] },
    requests: ['reviews', 'users User{"id":"2"} User{"id":"1"}'],
  },
  'returns a provided field of a nested object': {
    query: '{ reviews { located { address { city } } } }',
    data: { reviews: [{ located: { address: { city: 'Bern' } } }, { located: { address: { city: 'Basel' } } }] },
    requests: ['reviews'],
  },
  'fetches the fields of the nested object that are not provided': {
    query: '{ reviews { located { address { zip city } } } }',
    data: {
      reviews: [{ located: { address: { zip: '3000', city: 'Bern' } } }, { located: { address: { zip: '4000', city: 'Basel' } } }],
    },
    requests: ['reviews', 'users User{"id":"1"} User{"id":"2"}'],
  },
  'merges provided and fetched fields': {
    query: '{ reviews { author { name address { zip } boss { name } } } }',
    data: {
      reviews: [
        { author: { name: 'Ann', address: { zip: '3000' }, boss: { name: 'Bob' } } },
        { author: { name: 'Bob', address: { zip: '4000' }, boss: null } },
      ],
    },
  },
};
