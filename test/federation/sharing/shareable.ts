import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const places = [
  { id: '1', position: { latitude: 46.9, longitude: 7.4, altitude: 540 }, name: 'Bern', visitors: 3 },
  { id: '2', position: null, name: 'Atlantis', visitors: 0 },
];
const positions = places.map(({ id, position }) => ({ id, position: position && { ...position, accuracy: 5 } }));

/** `Position` is a value type: both subgraphs resolve most of its fields, and each has one that the other lacks. */
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
  'fetches a shared root field from the subgraph of the other fields': {
    query: '{ version tracks }',
    data: { version: 'v1', tracks: 8 },
    requests: ['tracker'],
  },
  'fetches a shared root field once next to root fields of both subgraphs': {
    query: '{ tracks version maps }',
    data: { tracks: 8, version: 'v1', maps: 4 },
    requests: ['tracker', 'maps'],
  },
  'returns a shared list': {
    query: '{ places { visitors } }',
    data: { places: [{ visitors: 3 }, { visitors: 0 }] },
    requests: ['tracker'],
  },
  'merges the items of a shared list of both subgraphs': {
    query: '{ places { name visitors } }',
    data: {
      places: [
        { name: 'Bern', visitors: 3 },
        { name: 'Atlantis', visitors: 0 },
      ],
    },
  },
  'merges an object without a key from both subgraphs': {
    query: '{ places { position { accuracy latitude altitude } } }',
    data: { places: [{ position: { accuracy: 5, latitude: 46.9, altitude: 540 } }, { position: null }] },
  },
  'fetches shared fields from a subgraph that gets a request anyway': {
    query: '{ places { position { latitude longitude } name } }',
    data: {
      places: [
        { position: { latitude: 46.9, longitude: 7.4 }, name: 'Bern' },
        { position: null, name: 'Atlantis' },
      ],
    },
    requests: ['maps'],
  },
};
