import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const accounts = [
  { id: '1', balance: 0 },
  { id: '2', balance: 0 },
];
const journal: string[] = [];

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Both subgraphs append to one journal, which records the order of their mutations. */
export const graph: Graph = {
  bank: subgraph(
    `type Query { accounts: [Account!]! }
     type Mutation { reset: Boolean! deposit(id: ID!, amount: Int!): Account refuse: Account pay(amount: Int!): Payment! }
     type Payment { account: Account! query: Query! }
     type Account @key(fields: "id") { id: ID! balance: Int! }`,
    {
      Query: { accounts: () => accounts },
      Mutation: {
        reset: () => {
          journal.length = 0;
          for (const account of accounts) account.balance = 0;
          return true;
        },
        async deposit(_: unknown, { id, amount }: { id: string; amount: number }) {
          await pause();
          const account = accounts.find((candidate) => candidate.id === id)!;
          account.balance += amount;
          journal.push(`deposit ${amount}`);
          return { ...account };
        },
        refuse: failing('Refused', 'REFUSED'),
        pay(_: unknown, { amount }: { amount: number }) {
          journal.push(`pay ${amount}`);
          return { account: accounts[0], query: {} };
        },
      },
      Account: { __resolveReference: byKey(accounts, 'id') },
    },
  ),
  audit: subgraph(
    `type Query { journal: [String!]! fails: Int }
     type Mutation { note(text: String!): Note! }
     type Note { text: String! journal: [String!]! about: Account }
     type Account @key(fields: "id") { id: ID! events: Int! }`,
    {
      Query: { journal: () => journal, fails: failing('No', 'NO') },
      Mutation: {
        async note(_: unknown, { text }: { text: string }) {
          await pause();
          journal.push(`note ${text}`);
          return { text, journal: [...journal], about: { id: '1' } };
        },
      },
      Account: { events: () => journal.length },
    },
  ),
};

const oneRequest =
  'its planner sends adjacent mutations of one subgraph in one request, and fetches the fields of other subgraphs afterwards';

export const cases: Cases = {
  'runs mutations serially across subgraphs': {
    query: `mutation {
      reset
      a: note(text: "a") { journal }
      deposit(id: "1", amount: 5) { balance }
      b: note(text: "b") { journal }
      again: deposit(id: "1", amount: 7) { balance }
      c: note(text: "c") { journal }
    }`,
    data: {
      reset: true,
      a: { journal: ['note a'] },
      deposit: { balance: 5 },
      b: { journal: ['note a', 'deposit 5', 'note b'] },
      again: { balance: 12 },
      c: { journal: ['note a', 'deposit 5', 'note b', 'deposit 7', 'note c'] },
    },
    requests: ['bank', 'audit', 'bank', 'audit', 'bank', 'audit'],
  },
  'sends adjacent mutations of one subgraph in one request': {
    query: 'mutation { reset a: deposit(id: "2", amount: 1) { balance } b: deposit(id: "2", amount: 1) { balance } }',
    data: { reset: true, a: { balance: 1 }, b: { balance: 2 } },
    requests: ['bank'],
  },
  'fetches payload fields from another subgraph': {
    query: 'mutation { reset deposit(id: "1", amount: 1) { balance events } }',
    data: { reset: true, deposit: { balance: 1, events: 1 } },
    requests: ['bank', 'bank', 'audit Account{"id":"1"}'],
    stockRequests: ['bank', 'audit Account{"id":"1"}'],
  },
  'runs later mutations after one fails': {
    query: 'mutation { reset refuse { id } note(text: "n") { text about { id } } }',
    data: { reset: true, refuse: null, note: { text: 'n', about: { id: '1' } } },
    errors: [{ message: 'Refused', path: ['refuse'], code: 'REFUSED' }],
  },
  'does not run an excluded mutation': {
    query: `mutation ($no: Boolean! = false) {
      reset
      deposit(id: "1", amount: 1) @include(if: $no) { balance }
      note(text: "n") { journal }
    }`,
    data: { reset: true, note: { journal: ['note n'] } },
  },
  'returns __typename among mutations': {
    query: 'mutation { __typename reset kind: __typename }',
    data: { __typename: 'Mutation', reset: true, kind: 'Mutation' },
  },

  'resolves Query fields of all subgraphs in a payload': {
    query: `mutation {
      reset
      pay(amount: 3) { account { events } query { fails journal accounts { id } again: journal __typename } }
    }`,
    data: {
      reset: true,
      pay: {
        account: { events: 1 },
        query: { fails: null, journal: ['pay 3'], accounts: [{ id: '1' }, { id: '2' }], again: ['pay 3'], __typename: 'Query' },
      },
    },
    errors: [{ message: 'No', path: ['pay', 'query', 'fails'], code: 'NO' }],
  },
  'fetches all payload fields before the next mutation runs': {
    query: 'mutation { reset first: pay(amount: 3) { account { events } } then: pay(amount: 4) { account { events } } }',
    data: { reset: true, first: { account: { events: 1 } }, then: { account: { events: 2 } } },
    stock: oneRequest,
  },
};
