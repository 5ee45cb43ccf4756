import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const early = 'Its planner asks for mass where the crate comes from, which has no volume there.';
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

/** The toll requires the mass, which is in the subgraph that crates come from, and which requires the volume itself. */
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
  'what is required comes from where the entity comes from, and waits for what it requires': {
    query: '{ crate { toll } }',
    data: { crate: { toll: 60 } },
    asks: ['stock', 'sizes Crate{"id":"1"}', 'stock Crate{"id":"1","volume":2}', 'customs Crate{"id":"1","mass":6}'],
    stock: early,
  },
  'in a list, beside itself': {
    query: '{ crates { toll mass density } }',
    data: {
      crates: [
        { toll: 60, mass: 6, density: 3 },
        { toll: 200, mass: 20, density: 4 },
      ],
    },
    stock: early,
  },
  'below an interface': {
    query: '{ loads { id ... on Crate { toll } } }',
    data: {
      loads: [
        { id: '1', toll: 60 },
        { id: '2', toll: 200 },
      ],
    },
    stock: early,
  },
  'below another entity': {
    query: '{ ship { cargo { toll } } }',
    data: { ship: { cargo: [{ toll: 60 }, { toll: 200 }] } },
  },
};
