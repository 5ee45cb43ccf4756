import type { TestSubgraph } from '../../kit/federation.js';
import { byKey, type Cases, type Graph } from '../feature.js';

const users = [
  { id: '1', name: 'Ann', email: 'ann@example.org' },
  { id: '2', name: 'Bob', email: 'bob@example.org' },
];

/** Subgraphs of Federation 1, which have no @link: all their fields are shareable, and `extend` marks a type of another subgraph. */
const first = (typeDefs: string, resolvers: object): TestSubgraph => ({ typeDefs, resolvers });

export const graph: Graph = {
  accounts: first(
    `extend type Query { me: User users: [User] }
     type User @key(fields: "id") { id: ID! name: String email: String }
     type Link { url: String }`,
    { Query: { me: () => users[0], users: () => users }, User: { __resolveReference: byKey(users, 'id') } },
  ),
  reviews: first(
    `extend type Query { latest: Review }
     type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "name") link: Link }
     extend type User @key(fields: "id") {
       id: ID! @external
       name: String @external
       email: String @external
       reviews: [Review]
       signature: String @requires(fields: "name email")
     }
     type Link { url: String }`,
    {
      Query: { latest: () => ({ id: 'r1', body: 'Good', author: users[1], link: { url: '/r1' } }) },
      User: {
        reviews: ({ id }: { id: string }) => [{ id: `r${id}`, body: `by ${id}`, author: { id, name: 'provided' } }],
        signature: ({ name, email }: (typeof users)[0]) => `${name} <${email}>`,
      },
    },
  ),
};

export const cases: Cases = {
  'resolves the fields of an extended type': {
    query: '{ users { name reviews { body } } }',
    data: {
      users: [
        { name: 'Ann', reviews: [{ body: 'by 1' }] },
        { name: 'Bob', reviews: [{ body: 'by 2' }] },
      ],
    },
    requests: ['accounts', 'reviews User{"id":"1"} User{"id":"2"}'],
  },
  'fetches an external field from its owner': {
    query: '{ latest { body author { email } } }',
    data: { latest: { body: 'Good', author: { email: 'bob@example.org' } } },
    requests: ['reviews', 'accounts User{"id":"2"}'],
  },
  'returns an external field that is provided': {
    query: '{ latest { author { name } } }',
    data: { latest: { author: { name: 'Bob' } } },
    requests: ['reviews'],
  },
  'fetches an external field that is required': {
    query: '{ me { signature } }',
    data: { me: { signature: 'Ann <ann@example.org>' } },
    requests: ['accounts', 'reviews User{"email":"ann@example.org","id":"1","name":"Ann"}'],
  },
  'fetches required fields from the owner first': {
    query: '{ latest { author { signature } } }',
    data: { latest: { author: { signature: 'Bob <bob@example.org>' } } },
  },
  'shares value types without a directive': {
    query: '{ latest { link { url } } }',
    data: { latest: { link: { url: '/r1' } } },
    requests: ['reviews'],
  },
};
