import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const sizes: Record<string, number> = { KB: 1000, MB: 1 };
const media = [
  { __typename: 'Book', id: 'b1', megabytes: 1 },
  { __typename: 'Film', id: 'f1', megabytes: 700 },
  { __typename: 'Book', id: 'b2', megabytes: 2 },
].map(({ megabytes, ...one }) => ({ ...one, size: ({ unit }: { unit: string }) => megabytes * sizes[unit]! }));
const shelves = [
  { id: 's1', top: media[0]!, all: media },
  { id: 's2', top: media[1]!, all: [media[1]!, null] },
];

interface Sent {
  size: number;
  top: { size: number };
  all: ({ size: number } | null)[];
}

const sizeOf = (item: { size: number } | null) => item?.size ?? 'none';

/** `shelving` and `costs` define the types of the interface; `ratings` has it as an interface object. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { shelves: [Shelf!]! media: [Media!]! things: [Thing!]! sized: [Sized!]! }
     interface Sized { id: ID! }
     union Thing = Book | Shelf
     type Shelf @key(fields: "id") { id: ID! top: Media! all(first: Int = 9): [Media]! size(unit: Unit! = MB): String! }
     interface Media @key(fields: "id") { id: ID! size(unit: Unit! = MB): Float! }
     type Book implements Media & Sized @key(fields: "id") { id: ID! size(unit: Unit! = MB): Float! }
     type Film implements Media & Sized @key(fields: "id") { id: ID! size(unit: Unit! = MB): Float! }
     enum Unit { KB MB }`,
    {
      Query: {
        shelves: () => shelves,
        media: () => media,
        sized: () => media,
        things: () => [media[0], { __typename: 'Shelf', ...shelves[1] }],
      },
      Shelf: {
        size: ({ id }: { id: string }, { unit }: { unit: string }) => `${id} in ${unit}`,
        __resolveReference: byKey(shelves, 'id'),
        all: ({ all }: (typeof shelves)[0], { first }: { first: number }) => all.slice(0, first),
      },
      Book: { __resolveReference: byKey(media, 'id') },
      Film: { __resolveReference: byKey(media, 'id') },
      Media: { __resolveReference: byKey(media, 'id') },
    },
  ),
  shelving: subgraph(
    `type Shelf @key(fields: "id") {
       id: ID!
       top: Media! @external
       all(first: Int = 9): [Media]! @external
       size(unit: Unit! = MB): String! @external
       width: String! @requires(fields: "size(unit: KB)")
       kilobytes: Float! @requires(fields: "top { size(unit: KB) }")
       megabytes: Float! @requires(fields: "top { size(unit: MB) }")
       mixed: Float! @requires(fields: "top { ... on Book { size(unit: KB) } ... on Film { size(unit: MB) } }")
       sizes: String! @requires(fields: "all(first: 2) { size(unit: KB) }")
       otherSizes: String! @requires(fields: "all(first: 1) { size(unit: MB) }")
     }
     interface Media { size(unit: Unit! = MB): Float! }
     type Book implements Media { size(unit: Unit! = MB): Float! @external }
     type Film implements Media { size(unit: Unit! = MB): Float! @external }
     enum Unit { KB MB }`,
    {
      Media: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Shelf: {
        kilobytes: ({ top }: Sent) => top.size,
        megabytes: ({ top }: Sent) => top.size,
        width: ({ size }: { size: string }) => size,
        mixed: ({ top }: Sent) => top.size,
        sizes: ({ all }: Sent) => all.map(sizeOf).join(),
        otherSizes: ({ all }: Sent) => all.map(sizeOf).join(),
      },
    },
  ),
  costs: subgraph(
    `interface Sized { cost: Float! }
     type Book implements Sized @key(fields: "id") {
       id: ID!
       size(unit: Unit! = MB): Float! @external
       cost: Float! @requires(fields: "size(unit: KB)")
       paper: Float! @requires(fields: "size(unit: MB)")
     }
     type Film implements Sized @key(fields: "id") {
       id: ID!
       size(unit: Unit! = MB): Float! @external
       cost: Float! @requires(fields: "size(unit: MB)")
     }
     enum Unit { KB MB }`,
    { Book: { cost: sizeOf, paper: sizeOf }, Film: { cost: sizeOf } },
  ),
  ratings: subgraph(
    `type Media @key(fields: "id") @interfaceObject {
       id: ID!
       size(unit: Unit! = MB): Float! @external
       stars: Float! @requires(fields: "size(unit: KB)")
       votes: Float! @requires(fields: "size(unit: MB)")
     }
     enum Unit { KB MB }`,
    { Media: { stars: sizeOf, votes: sizeOf } },
  ),
};

const clash = 'its planner merges the selections of the field, so that some of them get the value of another';

export const cases: Cases = {
  'supports a required field of an interface': {
    query: '{ shelves { kilobytes } }',
    data: { shelves: [{ kilobytes: 1000 }, { kilobytes: 700000 }] },
  },
  'supports a required field of an interface with two different arguments': {
    query: '{ shelves { kilobytes megabytes top { size } } }',
    data: {
      shelves: [
        { kilobytes: 1000, megabytes: 1, top: { size: 1 } },
        { kilobytes: 700000, megabytes: 700, top: { size: 700 } },
      ],
    },
    stock: clash,
  },
  'supports different arguments for each type': {
    query: '{ shelves { mixed kilobytes megabytes } }',
    data: {
      shelves: [
        { mixed: 1000, kilobytes: 1000, megabytes: 1 },
        { mixed: 700, kilobytes: 700000, megabytes: 700 },
      ],
    },
    stock: clash,
  },
  'supports a required field within a list that has arguments': {
    query: '{ shelves { sizes otherSizes all(first: 3) { size(unit: KB) } } }',
    data: {
      shelves: [
        { sizes: '1000,700000', otherSizes: '1', all: [{ size: 1000 }, { size: 700000 }, { size: 2000 }] },
        { sizes: '700000,none', otherSizes: '700', all: [{ size: 700000 }, null] },
      ],
    },
    stock: clash,
  },
  'fetches two types with different requirements in one request': {
    query: '{ media { ... on Book { cost } ... on Film { cost } } }',
    data: { media: [{ cost: 1000 }, { cost: 700 }, { cost: 2000 }] },
    requests: ['catalog', 'costs Book{"id":"b1","size":1000} Film{"id":"f1","size":700} Book{"id":"b2","size":2000}'],
  },
  'supports two different requirements of one type': {
    query: '{ media { ... on Book { cost paper } ... on Film { cost } } }',
    data: { media: [{ cost: 1000, paper: 1 }, { cost: 700 }, { cost: 2000, paper: 2 }] },
    stock: clash,
  },
  'supports an interface whose types have different requirements': {
    query: '{ sized { cost ... on Book { paper } } }',
    data: { sized: [{ cost: 1000, paper: 1 }, { cost: 700 }, { cost: 2000, paper: 2 }] },
    requests: [
      'catalog',
      'costs Book{"id":"b1","size":1000} Film{"id":"f1","size":700} ' +
        'Book{"id":"b2","size":2000} Book{"id":"b1","size":1} Book{"id":"b2","size":2}',
    ],
    stock: clash,
  },
  'supports the members of a union': {
    query: '{ things { ... on Book { cost paper } ... on Shelf { kilobytes megabytes } } }',
    data: {
      things: [
        { cost: 1000, paper: 1 },
        { kilobytes: 700000, megabytes: 700 },
      ],
    },
    stock: clash,
  },
  'supports fields of one name with several types': {
    query: '{ things { ... on Book { cost paper } ... on Shelf { width size(unit: MB) } } }',
    data: {
      things: [
        { cost: 1000, paper: 1 },
        { width: 's2 in KB', size: 's2 in MB' },
      ],
    },
    stock: clash,
  },
  'supports fields of an interface object': {
    query: '{ media { id stars votes } }',
    data: {
      media: [
        { id: 'b1', stars: 1000, votes: 1 },
        { id: 'f1', stars: 700000, votes: 700 },
        { id: 'b2', stars: 2000, votes: 2 },
      ],
    },
    stock: clash,
  },
  'supports fields of an interface object next to a field of one type': {
    query: '{ media { stars ... on Film { votes } } }',
    data: { media: [{ stars: 1000 }, { stars: 700000, votes: 700 }, { stars: 2000 }] },
    stock: clash,
  },
  'supports fields of one type of an interface object next to a type that has the required field': {
    query: '{ media { ... on Book { stars votes } ... on Film { cost } } }',
    data: { media: [{ stars: 1000, votes: 1 }, { cost: 700 }, { stars: 2000, votes: 2 }] },
    stock: clash,
  },
  'supports fields of one type of an interface object': {
    query: '{ media { ... on Film { votes stars cost } } }',
    data: { media: [{}, { votes: 700, stars: 700000, cost: 700 }, {}] },
    stock: clash,
  },
};
