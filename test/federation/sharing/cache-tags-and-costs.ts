import { byKey, type Cases, type Graph } from '../feature.js';

const rooms = [
  { id: 'r1', title: 'attic', seats: [{ row: 1 }, { row: 2 }] },
  { id: 'r2', title: 'cellar', seats: [] },
];
const link = (imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ${JSON.stringify(['@key', ...imports])})`;

/** Directives of Federation 2.9 to 2.12 that concern caches and costs. They do not change what is fetched. */
export const graph: Graph = {
  rooms: {
    typeDefs: `${link(['@cacheTag', '@listSize', '@cost'])}
      type Query {
        room(id: ID!): Room @cacheTag(format: "room-{$args.id}")
        rooms(first: Int): [Room!]! @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false) @cacheTag(format: "rooms")
      }
      type Room @key(fields: "id") @cacheTag(format: "room-{$key.id}") { id: ID! title: String! @cost(weight: 3) }`,
    resolvers: {
      Query: {
        room: (_: unknown, { id }: { id: string }) => rooms.find((room) => room.id === id),
        rooms: (_: unknown, { first = 9 }: { first?: number }) => rooms.slice(0, first),
      },
      Room: { __resolveReference: byKey(rooms, 'id') },
    },
  },
  seats: {
    typeDefs: `${link(['@listSize', '@cacheTag'])}
      type Room @key(fields: "id") @cacheTag(format: "seats-{$key.id}") { id: ID! seats: [Seat!]! @listSize(assumedSize: 40) }
      type Seat { row: Int! }`,
    resolvers: { Room: { __resolveReference: byKey(rooms, 'id') } },
  },
};

export const stock = 'it does not load supergraphs with `@cacheTag` or `@cost`';

export const cases: Cases = {
  'fetches fields with tags and costs': {
    query: '{ room(id: "r1") { title seats { row } } }',
    data: { room: { title: 'attic', seats: [{ row: 1 }, { row: 2 }] } },
    requests: ['rooms', 'seats Room{"id":"r1"}'],
  },
  'fetches a list with a slicing argument': { query: '{ rooms(first: 1) { id } }', data: { rooms: [{ id: 'r1' }] }, requests: ['rooms'] },
};
