import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const accounts = [
  { __typename: 'Admin', id: '1', name: 'Ann', scope: 'all' },
  { __typename: 'Guest', id: '2', name: 'Bob', until: 'May' },
  { __typename: 'Admin', id: '3', name: 'Eve', scope: 'none' },
];
const flags = [
  { id: '1', blocked: false, friend: { id: '3' } },
  { id: '2', blocked: true, friend: { id: '1' } },
  { id: 'gone', blocked: true, friend: { id: 'gone' } },
];

/** An interface with a key: only `directory` knows the type of an entity. */
export const graph: Graph = {
  directory: subgraph(
    `type Query { accounts: [Account!]! }
     interface Account @key(fields: "id") { id: ID! name: String! }
     type Admin implements Account @key(fields: "id") { id: ID! name: String! scope: String! }
     type Guest implements Account @key(fields: "id") { id: ID! name: String! until: String }`,
    {
      Query: { accounts: () => accounts },
      Account: { __resolveReference: byKey(accounts, 'id') },
      Admin: { __resolveReference: byKey(accounts, 'id') },
      Guest: { __resolveReference: byKey(accounts, 'id') },
    },
  ),
  policy: subgraph(
    `type Query { flagged: [Account]! holder: Holder }
     type Holder { account: Account }
     type Account @key(fields: "id") @interfaceObject { id: ID! blocked: Boolean friend: Account }`,
    {
      Query: { flagged: () => flags.slice(0, 2), holder: () => ({ account: flags[2] }) },
      Account: { __resolveReference: byKey(flags, 'id'), friend: ({ friend }: (typeof flags)[0]) => byKey(flags, 'id')(friend) ?? friend },
    },
  ),
};

export const cases: Cases = {
  'fetches the type and its fields by the key of the interface': {
    query: '{ flagged { __typename name ... on Admin { scope } ... on Guest { until } } }',
    data: {
      flagged: [
        { __typename: 'Admin', name: 'Ann', scope: 'all' },
        { __typename: 'Guest', name: 'Bob', until: 'May' },
      ],
    },
    requests: ['policy', 'directory Account{"id":"1"} Account{"id":"2"}'],
  },
  'returns null fields for an entity that does not exist': {
    query: '{ accounts { id blocked } }',
    data: {
      accounts: [
        { id: '1', blocked: false },
        { id: '2', blocked: true },
        { id: '3', blocked: null },
      ],
    },
  },
  'fetches from the interface to another subgraph and back': {
    query: '{ accounts { name friend { name blocked ... on Admin { scope } } } }',
    data: {
      accounts: [
        { name: 'Ann', friend: { name: 'Eve', blocked: null, scope: 'none' } },
        { name: 'Bob', friend: { name: 'Ann', blocked: false, scope: 'all' } },
        { name: 'Eve', friend: null },
      ],
    },
  },

  'returns the known fields of an object of unknown type': {
    query: '{ holder { account { id blocked } } }',
    data: { holder: { account: { id: 'gone', blocked: true } } },
    requests: ['policy'],
  },
  'returns an error for __typename of an object of unknown type': {
    query: '{ holder { account { __typename } } }',
    data: { holder: { account: null } },
    errors: [{ path: ['holder', 'account', '__typename'] }],
    stock: 'it returns the name of the interface',
  },
};
