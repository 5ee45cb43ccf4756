import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const ids = ['sound', 'cracked', 'unknown', 'odd'] as const;
const rooms = ids.map((id) => ({ id, walls: [{ height: 3 }, { height: 4 }], doors: [{ id: 'door' }, { id: 'gone' }, { id: 'stuck' }] }));
const colours = [
  { id: 'sound', walls: [{ colour: 'red' }, { colour: 'blue' }] },
  { id: 'cracked', walls: [{ colour: 'red' }, { colour: failing('No paint', 'PAINT') }] },
  { id: 'odd', walls: [{ colour: 'red' }] },
];

/** A wall is put together from what both subgraphs say of it. */
export const graph: Graph = {
  plans: subgraph(
    `type Query { room(id: ID!): Room }
     type Room @key(fields: "id") { id: ID! walls: [Wall!] @shareable doors: [Door!] }
     type Wall { height: Int! }
     type Door @key(fields: "id") { id: ID! }`,
    { Query: { room: (_: unknown, given: { id: string }) => rooms.find(({ id }) => id === given.id) } },
  ),
  paint: subgraph(
    `type Room @key(fields: "id") { id: ID! walls: [Wall!] @shareable }
     type Wall { colour: String! }
     type Door @key(fields: "id") { id: ID! colour: String! handle: String }`,
    {
      Room: { __resolveReference: byKey(colours, 'id') },
      Door: {
        __resolveReference: byKey(
          [
            { id: 'door', colour: 'white', handle: 'left' },
            { id: 'stuck', colour: 'black', handle: failing('No handle', 'HANDLE') },
          ],
          'id',
        ),
      },
    },
  ),
};

export const cases: Cases = {
  'nothing fails': {
    query: '{ room(id: "sound") { walls { height colour } } }',
    data: {
      room: {
        walls: [
          { height: 3, colour: 'red' },
          { height: 4, colour: 'blue' },
        ],
      },
    },
  },
  'one fails, and takes along what the subgraph said of the others: it alone is told': {
    query: '{ room(id: "cracked") { id walls { height colour } } }',
    data: { room: { id: 'cracked', walls: null } },
    errors: [{ message: 'No paint', path: ['room', 'walls', 1, 'colour'], code: 'PAINT' }],
  },
  'one subgraph does not know it: the first value that is missing is told': {
    query: '{ room(id: "unknown") { walls { height colour } } }',
    data: { room: { walls: null } },
    errors: [{ message: 'Cannot return null for non-nullable field Wall.colour.', path: ['room', 'walls', 0, 'colour'] }],
    stock: 'it says so in the extension `valueCompletion` alone',
  },
  'an error that takes nothing along does not explain a null beside it': {
    query: '{ room(id: "sound") { doors { id colour handle } } }',
    data: { room: { doors: null } },
    errors: [
      { message: 'Cannot return null for non-nullable field Door.colour.', path: ['room', 'doors', 1, 'colour'] },
      { message: 'No handle', path: ['room', 'doors', 2, 'handle'], code: 'HANDLE' },
    ],
    stock: 'it keeps silent about nulls of its own when a subgraph has told an error',
  },
};
