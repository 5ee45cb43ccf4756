import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const users = [{ id: '1', name: 'Ann', age: 30, best: { id: '1' } }];

export const graph: Graph = {
  users: subgraph(
    `type Query { user: User! other: User }
     type User @key(fields: "id") { id: ID! name: String! age: Int! }`,
    { Query: { user: () => users[0], other: () => users[0] }, User: { __resolveReference: byKey(users, 'id') } },
  ),
  social: subgraph(
    `type Query { trends: [String!]! }
     type User @key(fields: "id") { id: ID! likes: Int! posts(first: Int = 2): [Post!]! best: User }
     type Post { text: String! by: User! }`,
    {
      Query: { trends: () => ['up'] },
      User: {
        likes: () => 7,
        best: () => users[0],
        posts: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_, index) => ({ text: `post ${index}`, by: { id: '1' } })),
      },
    },
  ),
};

const MANY = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const onBoth = 'query ($skip: Boolean!, $include: Boolean!) { user { name likes @skip(if: $skip) @include(if: $include) } }';
const branch = 'query ($on: Boolean!) { user { name posts(first: 1) @include(if: $on) { text by { age } } } }';
const mixed = 'query ($a: Boolean!) { user { likes @include(if: $a) name ... @skip(if: $a) { likes age } } }';

export const cases: Cases = {
  'does not fetch a field that a literal excludes': {
    query: '{ user { name likes @skip(if: true) age @include(if: false) } }',
    data: { user: { name: 'Ann' } },
    requests: ['users'],
  },
  'fetches a field that a literal includes': {
    query: '{ user { likes @skip(if: false) @include(if: true) } }',
    data: { user: { likes: 7 } },
  },
  'includes a field if neither @skip nor @include excludes it': {
    query: onBoth,
    variables: { skip: false, include: true },
    data: { user: { name: 'Ann', likes: 7 } },
  },
  'excludes a field if only @skip excludes it': {
    query: onBoth,
    variables: { skip: true, include: true },
    data: { user: { name: 'Ann' } },
    requests: ['users'],
  },
  'excludes a field if only @include excludes it': {
    query: onBoth,
    variables: { skip: false, include: false },
    data: { user: { name: 'Ann' } },
    requests: ['users'],
  },
  'fetches an included branch through another subgraph and back': {
    query: branch,
    variables: { on: true },
    data: { user: { name: 'Ann', posts: [{ text: 'post 0', by: { age: 30 } }] } },
    requests: ['users', 'social User{"id":"1"}', 'users User{"id":"1"}'],
  },
  'sends no request for a branch that is not included': {
    query: branch,
    variables: { on: false },
    data: { user: { name: 'Ann' } },
    requests: ['users'],
  },
  'selects a field with opposite conditions in two places (first condition met)': {
    query: mixed,
    variables: { a: true },
    data: { user: { likes: 7, name: 'Ann' } },
  },
  'selects a field with opposite conditions in two places (second condition met)': {
    query: mixed,
    variables: { a: false },
    data: { user: { name: 'Ann', likes: 7, age: 30 } },
  },
  'selects a field that has no condition in one of two places': {
    query: 'query ($a: Boolean!) { user { likes @include(if: $a) likes } }',
    variables: { a: false },
    data: { user: { likes: 7 } },
  },
  'evaluates conditions of nested fragment spreads and inline fragments': {
    query: `query ($a: Boolean!, $b: Boolean!) {
      user { ...Age @include(if: $a) ... on User @skip(if: $b) { name ...Age @include(if: $b) ... @include(if: $a) { likes } } }
    } fragment Age on User { age }`,
    variables: { a: true, b: false },
    data: { user: { age: 30, name: 'Ann', likes: 7 } },
  },
  'returns an empty object if every nested fragment is excluded': {
    query: `query ($a: Boolean!, $b: Boolean!) {
      user { ...Age @include(if: $a) ... on User @skip(if: $b) { name ... @include(if: $a) { likes } } }
    } fragment Age on User { age }`,
    variables: { a: false, b: true },
    data: { user: {} },
  },
  'evaluates the conditions of each selection of a field': {
    query: 'query ($a: Boolean!, $b: Boolean!) { user @include(if: $a) { name } user @include(if: $b) { likes } }',
    variables: { a: false, b: true },
    data: { user: { likes: 7 } },
  },
  'evaluates a condition by the default of its variable': {
    query: 'query ($a: Boolean = true, $b: Boolean! = false) { user { name @skip(if: $b) likes @skip(if: $a) } }',
    data: { user: { name: 'Ann' } },
    requests: ['users'],
  },
  'prefers the value of a variable to its default': {
    query: 'query ($a: Boolean = true) { user { name likes @skip(if: $a) } }',
    variables: { a: false },
    data: { user: { name: 'Ann', likes: 7 } },
  },
  'sends no request to a subgraph whose root fields are excluded': {
    query: 'query ($on: Boolean!) { user { age } trends @include(if: $on) }',
    variables: { on: false },
    data: { user: { age: 30 } },
    requests: ['users'],
  },
  'sends no request if all root fields are excluded': {
    query: 'query ($on: Boolean!) { user @include(if: $on) { age } ... @include(if: $on) { trends } }',
    variables: { on: false },
    data: {},
    requests: [],
  },
  'sends no request if literals exclude all root fields': { query: '{ user @skip(if: true) { age } }', data: {}, requests: [] },
  'evaluates conditions of __typename': {
    query: 'query ($on: Boolean!) { __typename @include(if: $on) user { __typename @skip(if: $on) kind: __typename } }',
    variables: { on: true },
    data: { __typename: 'Query', user: { kind: 'User' } },
  },
  'evaluates conditions below a list, in an entity of another subgraph': {
    query: 'query ($on: Boolean!) { user { posts { text by { id name @include(if: $on) likes @skip(if: $on) } } } }',
    variables: { on: true },
    data: {
      user: {
        posts: [
          { text: 'post 0', by: { id: '1', name: 'Ann' } },
          { text: 'post 1', by: { id: '1', name: 'Ann' } },
        ],
      },
    },
  },

  'supports more conditions than a plan has variants for': {
    query: `query (${MANY.map((name) => `$${name}: Boolean!`).join(' ')}) {
      user { ${MANY.map((name, index) => `${name}: ${index % 2 ? 'likes' : 'age'} @include(if: $${name})`).join(' ')} }
    }`,
    variables: Object.fromEntries(MANY.map((name, index) => [name, index > 5])),
    data: { user: { g: 30, h: 7 } },
    requests: ['users', 'social User{"id":"1"}'],
  },
  'excludes all fields under many conditions': {
    query: `query (${MANY.map((name) => `$${name}: Boolean!`).join(' ')}) {
      user { name ${MANY.map((name) => `... @skip(if: $${name}) { ${name}: likes }`).join(' ')} }
    }`,
    variables: Object.fromEntries(MANY.map((name) => [name, true])),
    data: { user: { name: 'Ann' } },
  },
};
