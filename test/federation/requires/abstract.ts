import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const vehicles = [
  { id: '1', engine: { __typename: 'Electric', power: 100, battery: 60 }, owner: { __typename: 'Person', name: 'Ann' } },
  { id: '2', engine: { __typename: 'Combustion', power: 80, fuel: 'diesel' }, owner: { __typename: 'Company', legalName: 'Acme' } },
  { id: '3', engine: null, owner: null },
];

interface Representation {
  engine: Record<string, unknown> | null;
  owner: Record<string, unknown> | null;
}

export const graph: Graph = {
  garage: subgraph(
    `type Query { vehicles: [Vehicle!]! }
     type Vehicle @key(fields: "id") { id: ID! engine: Engine owner: Owner }
     interface Engine { power: Int! }
     type Electric implements Engine { power: Int! battery: Int! }
     type Combustion implements Engine { power: Int! fuel: String! }
     union Owner = Person | Company
     type Person { name: String! }
     type Company { legalName: String! }`,
    { Query: { vehicles: () => vehicles }, Vehicle: { __resolveReference: byKey(vehicles, 'id') } },
  ),
  taxes: subgraph(
    `type Vehicle @key(fields: "id") {
       id: ID!
       engine: Engine @external
       owner: Owner @external
       base: String @requires(fields: "engine { power }")
       tax: String @requires(fields: "engine { __typename ... on Electric { battery } ... on Combustion { power fuel } }")
       addressee: String @requires(fields: "owner { ... on Person { name } ... on Company { legalName } }")
     }
     interface Engine { power: Int! }
     type Electric implements Engine { power: Int! @external battery: Int! @external }
     type Combustion implements Engine { power: Int! @external fuel: String! @external }
     union Owner = Person | Company
     type Person { name: String! @external }
     type Company { legalName: String! @external }`,
    {
      Vehicle: {
        base: ({ engine }: Representation) => engine && String(engine.power),
        tax: ({ engine }: Representation) => JSON.stringify(engine),
        addressee: ({ owner }: Representation) => owner && String(owner.name ?? owner.legalName),
      },
    },
  ),
};

export const cases: Cases = {
  'supports a required field of an interface': {
    query: '{ vehicles { base } }',
    data: { vehicles: [{ base: '100' }, { base: '80' }, { base: null }] },
  },
  'supports required fields of the types of an interface, and __typename': {
    query: '{ vehicles { tax } }',
    data: {
      vehicles: [
        { tax: '{"__typename":"Electric","battery":60}' },
        { tax: '{"__typename":"Combustion","power":80,"fuel":"diesel"}' },
        { tax: 'null' },
      ],
    },
  },
  'supports required fields of the members of a union': {
    query: '{ vehicles { addressee owner { __typename } } }',
    data: {
      vehicles: [
        { addressee: 'Ann', owner: { __typename: 'Person' } },
        { addressee: 'Acme', owner: { __typename: 'Company' } },
        { addressee: null, owner: null },
      ],
    },
  },
  'supports a client selection of the same types': {
    query: '{ vehicles { tax engine { power ... on Electric { fuel: battery } ... on Combustion { battery: power } } } }',
    data: {
      vehicles: [
        { tax: '{"__typename":"Electric","battery":60}', engine: { power: 100, fuel: 60 } },
        { tax: '{"__typename":"Combustion","power":80,"fuel":"diesel"}', engine: { power: 80, battery: 80 } },
        { tax: 'null', engine: null },
      ],
    },
  },
};
