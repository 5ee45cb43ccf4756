import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const teams = [
  { id: 't1', name: 'Red', lead: { id: 'u1' }, members: [{ id: 'u1' }, { id: 'u2' }] },
  { id: 't2', name: 'Blue', lead: { id: 'u2' }, members: [] },
];
const users = [
  { id: 'u1', login: 'ann', tags: { hair: 'red', eyes: 'green' } },
  { id: 'u2', login: 'bob', tags: { hair: 'grey', eyes: 'blue' } },
];

export const graph: Graph = {
  teams: subgraph(
    `type Query { teams: [Team!]! node(id: ID!): Node }
     interface Node { id: ID! }
     type Team implements Node @key(fields: "id") { id: ID! name: String! lead: User! members: [User!]! }
     type User implements Node @key(fields: "id") { id: ID! }`,
    {
      Query: {
        teams: () => teams,
        node: (_: unknown, { id }: { id: string }) => ({
          ...teams.find((team) => team.id === id),
          __typename: id.startsWith('t') ? 'Team' : 'User',
          id,
        }),
      },
      Team: { __resolveReference: byKey(teams, 'id') },
    },
  ),
  users: subgraph(
    `type User @key(fields: "id") { id: ID! login: String! tags: Tags! team: Team }
     type Tags { hair: String! eyes: String! }
     type Team @key(fields: "id", resolvable: false) { id: ID! }`,
    { User: { __resolveReference: byKey(users, 'id'), team: () => ({ id: 't1' }) } },
  ),
};

export const cases: Cases = {
  'fetches nested fragments from another subgraph': {
    query: `{ teams { ...Team } }
      fragment Team on Team { name lead { ...Person } }
      fragment Person on User { ...Login tags { ...Hair } }
      fragment Login on User { login }
      fragment Hair on Tags { hair }`,
    data: {
      teams: [
        { name: 'Red', lead: { login: 'ann', tags: { hair: 'red' } } },
        { name: 'Blue', lead: { login: 'bob', tags: { hair: 'grey' } } },
      ],
    },
  },
  'merges selections of one field in the order of their first occurrence': {
    query: `{ teams { lead { tags { eyes } } ...A members { login } ...B } }
      fragment A on Team { name lead { login tags { hair } } }
      fragment B on Team { lead { tags { eyes hair } id } members { id } }`,
    data: {
      teams: [
        {
          lead: { tags: { eyes: 'green', hair: 'red' }, login: 'ann', id: 'u1' },
          name: 'Red',
          members: [
            { login: 'ann', id: 'u1' },
            { login: 'bob', id: 'u2' },
          ],
        },
        { lead: { tags: { eyes: 'blue', hair: 'grey' }, login: 'bob', id: 'u2' }, name: 'Blue', members: [] },
      ],
    },
  },
  'supports one fragment in two places': {
    query: `{ teams { lead { ...P } members { ...P } } } fragment P on User { login }`,
    data: {
      teams: [
        { lead: { login: 'ann' }, members: [{ login: 'ann' }, { login: 'bob' }] },
        { lead: { login: 'bob' }, members: [] },
      ],
    },
  },
  'supports fragments on root types, on interfaces, and without a type condition': {
    query: `{ ...Q ... { ... on Query { node(id: "u1") { ...N } } } }
      fragment Q on Query { t: node(id: "t2") { ...N } }
      fragment N on Node { id ... on Team { name lead { login } } ... on User { login ... on Node { __typename } } }`,
    data: { t: { id: 't2', name: 'Blue', lead: { login: 'bob' } }, node: { id: 'u1', login: 'ann', __typename: 'User' } },
  },
  'supports a condition on the own type, and one within a condition that excludes it': {
    query: `{ teams { ... on Team { ... on Node { ... on User { login } ... on Team { name } } } } }`,
    data: { teams: [{ name: 'Red' }, { name: 'Blue' }] },
    requests: ['teams'],
    stock: 'it fetches the name, and omits it from the response because of the conditions',
  },
  'passes the variables of the operation to a fragment': {
    query: `query ($id: ID!) { ...Q } fragment Q on Query { node(id: $id) { ... on User { team { name members { login } } } } }`,
    variables: { id: 'u2' },
    data: { node: { team: { name: 'Red', members: [{ login: 'ann' }, { login: 'bob' }] } } },
  },
};
