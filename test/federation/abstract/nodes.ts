import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const users = [{ __typename: 'User', id: 'u1', name: 'Ann', boss: (): unknown => users[0] }];
const orders = [{ number: 7, total: 99, buyer: { id: 'u1' } }];
const nodes = [
  { __typename: 'User', id: 'u1' },
  { __typename: 'Order', id: 'o7', number: 7 },
  { __typename: 'Local', id: 'l1', note: 'here' },
];

/** One subgraph finds any object by its id; other subgraphs own the objects, by different keys. */
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
  'fetches each type from its subgraph by its key': {
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
    requests: ['nodes', 'orders Order{"number":7}', 'users User{"id":"u1"}'],
  },
  'sends no request for types that do not occur': {
    query: '{ node(id: "l1") { ... on User { name orders { total } } ... on Order { total } ... on Local { note } } }',
    data: { node: { note: 'here' } },
    requests: ['nodes'],
  },
  'fetches one type from several subgraphs': {
    query: '{ node(id: "u1") { ... on User { name orders { total buyer { name } } } } }',
    data: { node: { name: 'Ann', orders: [{ total: 99, buyer: { name: 'Ann' } }] } },
  },
  'fetches through another interface': {
    query: '{ node(id: "u1") { ... on User { boss { __typename id ... on User { orders { total } name } } } } }',
    data: { node: { boss: { __typename: 'User', id: 'u1', orders: [{ total: 99 }], name: 'Ann' } } },
  },
  'returns null if no object is found': {
    query: '{ node(id: "?") { id ... on User { name } } }',
    data: { node: null },
    requests: ['nodes'],
  },
};
