import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const ids = ['sound', 'cracked', 'unknown', 'odd'] as const;
const rooms = ids.map((id) => ({ id, walls: [{ height: 3 }, { height: 4 }], doors: [{ id: 'door' }, { id: 'gone' }, { id: 'stuck' }] }));
const colours = [
  { id: 'sound', walls: [{ colour: 'red' }, { colour: 'blue' }] },
  { id: 'cracked', walls: [{ colour: 'red' }, { colour: failing('No paint', 'PAINT') }] },
  { id: 'odd', walls: [{ colour: 'red' }] },
];

/** Both subgraphs resolve fields of `Wall`, which has no key. */
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
  'merges the values if no field fails': {
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
  'reports only the error that made the list of one subgraph null': {
    query: '{ room(id: "cracked") { id walls { height colour } } }',
    data: { room: { id: 'cracked', walls: null } },
    errors: [{ message: 'No paint', path: ['room', 'walls', 1, 'colour'], code: 'PAINT' }],
  },
  'reports the first missing value if one subgraph does not know the entity': {
    query: '{ room(id: "unknown") { walls { height colour } } }',
    data: { room: { walls: null } },
    errors: [{ message: 'Cannot return null for non-nullable field Wall.colour.', path: ['room', 'walls', 0, 'colour'] }],
    stock: 'it reports this only in the extension `valueCompletion`',
  },
  'reports a missing value in addition to the error of a nullable field': {
    query: '{ room(id: "sound") { doors { id colour handle } } }',
    data: { room: { doors: null } },
    errors: [
      { message: 'Cannot return null for non-nullable field Door.colour.', path: ['room', 'doors', 1, 'colour'] },
      { message: 'No handle', path: ['room', 'doors', 2, 'handle'], code: 'HANDLE' },
    ],
    stock: 'it does not report its own nulls if a subgraph reports an error',
  },
};
