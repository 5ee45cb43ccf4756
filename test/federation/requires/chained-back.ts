import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const early = 'Its planner fetches the mass from the subgraph of the crate before the volume is known.';
const crates = [
  { id: '1', volume: 2, density: 3 },
  { id: '2', volume: 5, density: 4 },
];

interface Representation {
  volume: number;
  density: number;
  mass: number;
}

const external = (name: string) => () => {
  throw new Error(`${name} is external`);
};

/** `toll` requires `mass`, a field of the first subgraph, which itself requires `volume`. */
export const graph: Graph = {
  stock: subgraph(
    `type Query { crate: Crate crates: [Crate!]! loads: [Load!]! ship: Ship }
     interface Load { id: ID! }
     type Ship @key(fields: "id") { id: ID! }
     type Crate implements Load @key(fields: "id") {
       id: ID!
       volume: Int! @external
       density: Int!
       mass: Int @requires(fields: "volume")
     }`,
    {
      Query: {
        crate: () => crates[0],
        crates: () => crates,
        loads: () => crates.map((crate) => ({ __typename: 'Crate', ...crate })),
        ship: () => ({ id: 's' }),
      },
      Crate: {
        __resolveReference: (key: Record<string, unknown>) => ({ ...byKey(crates, 'id')(key), represented: key }),
        volume: external('volume'),
        mass: ({ density, represented }: Representation & { represented?: Representation }) => density * represented!.volume,
      },
    },
  ),
  customs: subgraph(
    `type Crate @key(fields: "id") { id: ID! mass: Int @external toll: Int @requires(fields: "mass") }
     type Ship @key(fields: "id") { id: ID! cargo: [Crate!]! }`,
    {
      Crate: { mass: external('mass'), toll: ({ mass }: Representation) => mass * 10 },
      Ship: { cargo: () => crates.map(({ id }) => ({ id })) },
    },
  ),
  sizes: subgraph(`type Crate @key(fields: "id") { id: ID! volume: Int! }`, { Crate: { __resolveReference: byKey(crates, 'id') } }),
};

export const cases: Cases = {
  'fetches a required field from the first subgraph after its own requirement': {
    query: '{ crate { toll } }',
    data: { crate: { toll: 60 } },
    requests: ['stock', 'sizes Crate{"id":"1"}', 'stock Crate{"id":"1","volume":2}', 'customs Crate{"id":"1","mass":6}'],
    stock: early,
  },
  'resolves the requirement in a list next to the required field': {
    query: '{ crates { toll mass density } }',
    data: {
      crates: [
        { toll: 60, mass: 6, density: 3 },
        { toll: 200, mass: 20, density: 4 },
      ],
    },
    stock: early,
  },
  'resolves the requirement below an interface': {
    query: '{ loads { id ... on Crate { toll } } }',
    data: {
      loads: [
        { id: '1', toll: 60 },
        { id: '2', toll: 200 },
      ],
    },
    stock: early,
  },
  'resolves the requirement below another entity': {
    query: '{ ship { cargo { toll } } }',
    data: { ship: { cargo: [{ toll: 60 }, { toll: 200 }] } },
  },
};
