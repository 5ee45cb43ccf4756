import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const measures = [
  { id: '1', length: 2 },
  { id: '2', length: 5 },
];

interface Representation {
  length: number;
  area: number;
  volume: number;
}

/** A chain of requirements: `mass` requires `volume`, which requires `area`, which requires `length`. The first subgraph has `mass`. */
export const graph: Graph = {
  a: subgraph(
    `type Query { cubes: [Cube!]! }
     type Cube @key(fields: "id") { id: ID! length: Int! volume: Int! @external mass: Int! @requires(fields: "volume") }`,
    {
      Query: { cubes: () => measures },
      Cube: { __resolveReference: byKey(measures, 'id'), mass: ({ volume }: Representation) => volume * 10 },
    },
  ),
  b: subgraph(`type Cube @key(fields: "id") { id: ID! length: Int! @external area: Int! @requires(fields: "length") }`, {
    Cube: { area: ({ length }: Representation) => length ** 2 },
  }),
  c: subgraph(
    `type Cube @key(fields: "id") {
       id: ID!
       length: Int! @external
       area: Int! @external
       volume: Int! @requires(fields: "area length")
     }`,
    { Cube: { volume: ({ area, length }: Representation) => area * length } },
  ),
};

export const cases: Cases = {
  'resolves a required field that has a requirement': {
    query: '{ cubes { volume } }',
    data: { cubes: [{ volume: 8 }, { volume: 125 }] },
    requests: [
      'a',
      'b Cube{"id":"1","length":2} Cube{"id":"2","length":5}',
      'c Cube{"area":4,"id":"1","length":2} Cube{"area":25,"id":"2","length":5}',
    ],
  },
  'resolves a chain that returns to its first subgraph': {
    query: '{ cubes { mass } }',
    data: { cubes: [{ mass: 80 }, { mass: 1250 }] },
  },
  'fetches each field of the chain once': {
    query: '{ cubes { mass volume area length } }',
    data: {
      cubes: [
        { mass: 80, volume: 8, area: 4, length: 2 },
        { mass: 1250, volume: 125, area: 25, length: 5 },
      ],
    },
    requests: [
      'a',
      'b Cube{"id":"1","length":2} Cube{"id":"2","length":5}',
      'c Cube{"area":4,"id":"1","length":2} Cube{"area":25,"id":"2","length":5}',
      'a Cube{"id":"1","volume":8} Cube{"id":"2","volume":125}',
    ],
  },
};
