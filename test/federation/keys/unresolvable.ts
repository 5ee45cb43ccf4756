import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const users = [{ id: '1', name: 'Ann', handle: 'ann' }];
const reviews = [
  { id: 'r1', text: 'Good', author: { id: '1' } },
  { id: 'r2', text: 'Bad', author: { id: '1' } },
];

/** `reviews` refers to users by a key that it does not resolve; `audit` resolves only another key. */
export const graph: Graph = {
  audit: subgraph(`type User @key(fields: "id", resolvable: false) @key(fields: "handle") { id: ID! handle: String! logins: Int! }`, {
    User: {
      __resolveReference: (user: object) => {
        if (!('handle' in user)) throw new Error('entered by a key that is not resolvable');
        return { id: '1', logins: 5, ...user };
      },
    },
  }),
  reviews: subgraph(
    `type Query { reviews: [Review!]! }
     type Review { id: ID! text: String! author: User! }
     type User @key(fields: "id", resolvable: false) { id: ID! }`,
    {
      Query: { reviews: () => reviews },
      User: {
        __resolveReference: () => {
          throw new Error('entered by a key that is not resolvable');
        },
      },
    },
  ),
  users: subgraph(
    `type Query { user: User }
     type User @key(fields: "id") @key(fields: "handle") { id: ID! handle: String! name: String! }`,
    { Query: { user: () => users[0] }, User: { __resolveReference: byKey(users, 'id', 'handle') } },
  ),
};

export const cases: Cases = {
  'fetches the fields of a stub from another subgraph': {
    query: '{ reviews { text author { name } } }',
    data: {
      reviews: [
        { text: 'Good', author: { name: 'Ann' } },
        { text: 'Bad', author: { name: 'Ann' } },
      ],
    },
    requests: ['reviews', 'users User{"id":"1"}'],
  },
  'returns the key of a stub without another request': {
    query: '{ reviews { author { id __typename } } }',
    data: {
      reviews: [{ author: { id: '1', __typename: 'User' } }, { author: { id: '1', __typename: 'User' } }],
    },
    requests: ['reviews'],
  },
  'fetches by the key that the subgraph resolves': {
    query: '{ user { name logins } }',
    data: { user: { name: 'Ann', logins: 5 } },
    requests: ['users', 'audit User{"handle":"ann"}'],
  },
  'gets the resolvable key from another subgraph': {
    query: '{ reviews { author { logins } } }',
    data: { reviews: [{ author: { logins: 5 } }, { author: { logins: 5 } }] },
    requests: ['reviews', 'users User{"id":"1"}', 'audit User{"handle":"ann"}'],
  },
};
