import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const users = [{ __typename: 'User', id: 'u1', name: 'Ann', boss: (): unknown => users[0] }];
const orders = [{ number: 7, total: 99, buyer: { id: 'u1' } }];
const nodes = [
  { __typename: 'User', id: 'u1' },
  { __typename: 'Order', id: 'o7', number: 7 },
  { __typename: 'Local', id: 'l1', note: 'here' },
];

/** One subgraph finds anything by its id; what it finds belongs to others, by keys of their own. */
export const graph: Graph = {
  nodes: subgraph(
    `type Query { node(id: ID!): Node nodes: [Node]! }
     interface Node { id: ID! }
     type User implements Node @key(fields: "id", resolvable: false) { id: ID! }
     type Order implements Node @key(fields: "number") { id: ID! number: Int! }
     type Local implements Node { id: ID! note: String! }`,
    {
      Query: {
        node: (_: unknown, { id }: { id: string }) => nodes.find((node) => node.id === id),
        nodes: () => [nodes[1], nodes[0], null, nodes[2], nodes[0]],
      },
      Order: { __resolveReference: byKey(nodes, 'number') },
    },
  ),
  orders: subgraph(
    `type Order @key(fields: "number") { number: Int! total: Int! buyer: User }
     type User @key(fields: "id") { id: ID! orders: [Order!]! }`,
    { Order: { __resolveReference: byKey(orders, 'number') }, User: { orders: () => orders } },
  ),
  users: subgraph(
    `type User implements Node @key(fields: "id") { id: ID! name: String! boss: Node }
     interface Node { id: ID! }`,
    { User: { __resolveReference: byKey(users, 'id') } },
  ),
};

export const cases: Cases = {
  'each type goes to its subgraph by its key': {
    query: '{ nodes { __typename id ... on User { name } ... on Order { total } ... on Local { note } } }',
    data: {
      nodes: [
        { __typename: 'Order', id: 'o7', total: 99 },
        { __typename: 'User', id: 'u1', name: 'Ann' },
        null,
        { __typename: 'Local', id: 'l1', note: 'here' },
        { __typename: 'User', id: 'u1', name: 'Ann' },
      ],
    },
    asks: ['nodes', 'orders Order{"number":7}', 'users User{"id":"u1"}'],
  },
  'no other subgraph is asked for types that do not occur': {
    query: '{ node(id: "l1") { ... on User { name orders { total } } ... on Order { total } ... on Local { note } } }',
    data: { node: { note: 'here' } },
    asks: ['nodes'],
  },
  'one type may go to several': {
    query: '{ node(id: "u1") { ... on User { name orders { total buyer { name } } } } }',
    data: { node: { name: 'Ann', orders: [{ total: 99, buyer: { name: 'Ann' } }] } },
  },
  'over an interface again': {
    query: '{ node(id: "u1") { ... on User { boss { __typename id ... on User { orders { total } name } } } } }',
    data: { node: { boss: { __typename: 'User', id: 'u1', orders: [{ total: 99 }], name: 'Ann' } } },
  },
  'nothing found': { query: '{ node(id: "?") { id ... on User { name } } }', data: { node: null }, asks: ['nodes'] },
};
