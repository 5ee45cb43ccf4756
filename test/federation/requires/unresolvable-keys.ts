import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const stock = 'It uses the first key, which is not resolvable.';
const users = [
  { id: '1', handle: 'ann', name: 'Ann' },
  { id: '2', handle: 'bob', name: 'Bob' },
];

/** A field of `audit` requires one of `users`; only the key `handle` leads from there back to `audit`. */
export const graph: Graph = {
  audit: subgraph(
    `type Query { audited: [User!]! latest: Entry }
     type Entry { by: User }
     type User @key(fields: "id", resolvable: false) @key(fields: "handle") {
       id: ID!
       handle: String!
       name: String! @external
       badge: String! @requires(fields: "name")
     }`,
    {
      Query: { audited: () => users.map(({ id, handle }) => ({ id, handle })), latest: () => ({ by: { id: '1', handle: 'ann' } }) },
      User: {
        __resolveReference: ({ handle, name }: { handle?: string; name: string }) => {
          if (!handle) throw new Error('entered by a key that is not resolvable');
          return { handle, badge: name.toUpperCase() };
        },
      },
    },
  ),
  users: subgraph(`type User @key(fields: "id") { id: ID! name: String! }`, { User: { __resolveReference: byKey(users, 'id') } }),
};

export const cases: Cases = {
  'returns to the subgraph by the resolvable key': {
    query: '{ audited { badge } }',
    data: { audited: [{ badge: 'ANN' }, { badge: 'BOB' }] },
    requests: ['audit', 'users User{"id":"1"} User{"id":"2"}', 'audit User{"handle":"ann","name":"Ann"} User{"handle":"bob","name":"Bob"}'],
    stock,
  },
  'returns to the subgraph by the resolvable key below an object': {
    query: '{ latest { by { badge id } } }',
    data: { latest: { by: { badge: 'ANN', id: '1' } } },
    stock,
  },
};
