import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const places = [
  { id: '1', position: { latitude: 46.9, longitude: 7.4, altitude: 540 }, name: 'Bern', visitors: 3 },
  { id: '2', position: null, name: 'Atlantis', visitors: 0 },
];
const positions = places.map(({ id, position }) => ({ id, position: position && { ...position, accuracy: 5 } }));

/** Position is a value type: both say most of its fields, each one that the other has not. */
export const graph: Graph = {
  maps: subgraph(
    `type Query { places: [Place!]! @shareable version: String! @shareable maps: Int! }
     type Place @key(fields: "id") { id: ID! position: Position @shareable name: String! }
     type Position { latitude: Float! @shareable longitude: Float! @shareable altitude: Int! }`,
    {
      Query: { places: () => places, version: () => 'v1', maps: () => 4 },
      Place: { __resolveReference: byKey(places, 'id') },
    },
  ),
  tracker: subgraph(
    `type Query { places: [Place!]! @shareable version: String! @shareable tracks: Int! }
     type Place @key(fields: "id") { id: ID! position: Position @shareable visitors: Int! }
     type Position { latitude: Float! @shareable longitude: Float! @shareable accuracy: Int! }`,
    {
      Query: { places: () => places.map(({ id }) => ({ id })), version: () => 'v1', tracks: () => 8 },
      Place: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        position: ({ id }: { id: string }) => positions.find((place) => place.id === id)!.position,
        visitors: ({ id }: { id: string }) => places.find((place) => place.id === id)!.visitors,
      },
    },
  ),
};

export const cases: Cases = {
  'a root field that both answer is asked where the rest is': {
    query: '{ version tracks }',
    data: { version: 'v1', tracks: 8 },
    asks: ['tracker'],
  },
  'it is answered once beside root fields of both': {
    query: '{ tracks version maps }',
    data: { tracks: 8, version: 'v1', maps: 4 },
    asks: ['tracker', 'maps'],
  },
  'a list that both answer': {
    query: '{ places { visitors } }',
    data: { places: [{ visitors: 3 }, { visitors: 0 }] },
    asks: ['tracker'],
  },
  'a list that both answer, with fields of each': {
    query: '{ places { name visitors } }',
    data: {
      places: [
        { name: 'Bern', visitors: 3 },
        { name: 'Atlantis', visitors: 0 },
      ],
    },
  },
  'an object without a key is put together from both': {
    query: '{ places { position { accuracy latitude altitude } } }',
    data: { places: [{ position: { accuracy: 5, latitude: 46.9, altitude: 540 } }, { position: null }] },
  },
  'the fields both know come from the one that is asked anyway': {
    query: '{ places { position { latitude longitude } name } }',
    data: {
      places: [
        { position: { latitude: 46.9, longitude: 7.4 }, name: 'Bern' },
        { position: null, name: 'Atlantis' },
      ],
    },
    asks: ['maps'],
  },
};
