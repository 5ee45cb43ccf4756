import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const items = [
  { id: '37', size: 1, label: 'lid' },
  { id: '21', size: 2, label: 'box' },
];
const rows = [
  { id: '1', item: items[0] },
  { id: '2', item: items[1] },
  { id: '3', item: items[1] },
];

/** Lists that contain each row several times; the rows refer to two items, which refer to one part. */
export const graph: Graph = {
  tables: subgraph(`type Query { rows: [[Row!]!]! } type Row @key(fields: "id") { id: ID! }`, {
    Query: {
      rows: () => [
        [rows[0], rows[0]],
        [rows[1], rows[1], rows[2]],
      ],
    },
  }),
  contents: subgraph(
    `type Row @key(fields: "id") { id: ID! item: Item! }
     type Item @key(fields: "id") { id: ID! size: Int! }`,
    { Row: { __resolveReference: byKey(rows, 'id') } },
  ),
  parts: subgraph(`type Item @key(fields: "id") { id: ID! part: Item! }`, { Item: { part: () => items[0] } }),
  labels: subgraph(`type Item @key(fields: "id") { id: ID! label: String! }`, { Item: { __resolveReference: byKey(items, 'id') } }),
};

const lid = (size: number) => ({ item: { size, part: { label: 'lid' } } });

export const cases: Cases = {
  'fetches the entity once and returns it at all response paths': {
    query: '{ rows { item { size part { label } } } }',
    data: {
      rows: [
        [lid(1), lid(1)],
        [lid(2), lid(2), lid(2)],
      ],
    },
    requests: [
      'tables',
      'contents Row{"id":"1"} Row{"id":"2"} Row{"id":"3"}',
      'parts Item{"id":"37"} Item{"id":"21"}',
      'labels Item{"id":"37"}',
    ],
  },
};
