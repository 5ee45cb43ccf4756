import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const users = [
  { id: '1', email: 'ann@example.org', login: 'ann', name: 'Ann', posts: 11, seats: 2 },
  { id: '2', email: 'bob@example.org', login: 'bob', name: 'Bob', posts: 22, seats: 4 },
];
const User = (...keys: string[]) => ({ __resolveReference: byKey(users, ...keys) });

/** The keys of `User` by subgraph: accounts (id), directory (id, email, login), forum (email), billing (login). */
export const graph: Graph = {
  accounts: subgraph(
    `type Query { users: [User!]! }
     type User @key(fields: "id") { id: ID! name: String! }`,
    { Query: { users: () => users }, User: User('id') },
  ),
  billing: subgraph(
    `type Query { biggest: User }
     type User @key(fields: "login") { login: String! seats: Int! }`,
    { Query: { biggest: () => users[1] }, User: User('login') },
  ),
  directory: subgraph(
    `type User @key(fields: "id") @key(fields: "email") @key(fields: "login") { id: ID! email: String! login: String! }`,
    {
      User: User('id', 'email', 'login'),
    },
  ),
  forum: subgraph(`type User @key(fields: "email") { email: String! posts: Int! }`, { User: User('email') }),
};

export const cases: Cases = {
  'joins two subgraphs without a common key through a third one': {
    query: '{ users { name posts } }',
    data: {
      users: [
        { name: 'Ann', posts: 11 },
        { name: 'Bob', posts: 22 },
      ],
    },
    requests: [
      'accounts',
      'directory User{"id":"1"} User{"id":"2"}',
      'forum User{"email":"ann@example.org"} User{"email":"bob@example.org"}',
    ],
  },
  'uses one intermediate fetch for two subgraphs': {
    query: '{ users { seats posts } }',
    data: {
      users: [
        { seats: 2, posts: 11 },
        { seats: 4, posts: 22 },
      ],
    },
    requests: [
      'accounts',
      'directory User{"id":"1"} User{"id":"2"}',
      'forum User{"email":"ann@example.org"} User{"email":"bob@example.org"}',
      'billing User{"login":"ann"} User{"login":"bob"}',
    ],
  },
  'joins the subgraphs in the other direction': {
    query: '{ biggest { name email posts } }',
    data: { biggest: { name: 'Bob', email: 'bob@example.org', posts: 22 } },
    requests: ['billing', 'directory User{"login":"bob"}', 'accounts User{"id":"2"}', 'forum User{"email":"bob@example.org"}'],
  },
  'returns a key of another subgraph like any other field': {
    query: '{ users { email login } }',
    data: {
      users: [
        { email: 'ann@example.org', login: 'ann' },
        { email: 'bob@example.org', login: 'bob' },
      ],
    },
    requests: ['accounts', 'directory User{"id":"1"} User{"id":"2"}'],
  },
};
