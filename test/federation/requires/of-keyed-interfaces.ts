import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const buildings = [
  { __typename: 'Flat', id: '1', area: 80, floor: 4, price: 100 },
  { __typename: 'Barn', id: '2', area: 300, floor: 0, price: 50 },
];

/** offers resolves fields of flats that require others, and is where the interface has its key; taxes knows only the interface. */
export const graph: Graph = {
  register: subgraph(
    `type Query { flat: Flat homes: [Home!]! }
     interface Home { id: ID! }
     type Flat implements Home @key(fields: "id") { id: ID! floor: Int }
     type Barn implements Home @key(fields: "id") { id: ID! floor: Int }`,
    {
      Query: { flat: () => buildings[0], homes: () => buildings },
      Flat: { __resolveReference: byKey(buildings, 'id') },
      Barn: { __resolveReference: byKey(buildings, 'id') },
    },
  ),
  offers: subgraph(
    `interface Home @key(fields: "id") { id: ID! area: Int price: Int }
     type Flat implements Home @key(fields: "id") { id: ID! area: Int price: Int floor: Int @external
       lift: String @requires(fields: "floor") }
     type Barn implements Home @key(fields: "id") { id: ID! area: Int price: Int floor: Int @external
       gate: String @requires(fields: "floor") }`,
    {
      Home: { __resolveReference: ({ id }: { id: string }) => ({ ...buildings.find((one) => one.id === id), floor: undefined }) },
      Flat: {
        __resolveReference: (sent: object) => ({ ...sent, area: 80, price: 100 }),
        lift: ({ floor }: { floor?: number }) => `to ${floor}`,
      },
      Barn: {
        __resolveReference: (sent: object) => ({ ...sent, area: 300, price: 50 }),
        gate: ({ floor }: { floor?: number }) => `at ${floor}`,
      },
    },
  ),
  taxes: subgraph(
    `type Home @key(fields: "id") @interfaceObject {
       id: ID!
       area: Int @external
       price: Int @external
       tax: Int @requires(fields: "area price")
       zone: String
     }`,
    {
      Home: {
        __resolveReference: (sent: object) => sent,
        tax: ({ area, price }: { area?: number; price?: number }) => area! + price!,
        zone: () => 'A',
      },
    },
  ),
};

export const cases: Cases = {
  'a field of the object type beside one of the interface object': {
    query: '{ flat { lift tax } }',
    data: { flat: { lift: 'to 4', tax: 180 } },
    stock: 'it asks for a required field without its requirement',
  },
  'in the other order': {
    query: '{ flat { tax zone lift } }',
    data: { flat: { tax: 180, zone: 'A', lift: 'to 4' } },
    stock: 'it asks for a required field without its requirement',
  },
  'of two object types of a list': {
    query: '{ homes { tax ... on Flat { lift } ... on Barn { gate area } } }',
    data: {
      homes: [
        { tax: 180, lift: 'to 4' },
        { tax: 350, gate: 'at 0', area: 300 },
      ],
    },
    stock: 'it asks for a required field without its requirement',
  },
  'of one object type of a list': {
    query: '{ homes { ... on Barn { gate tax } ... on Flat { zone price } } }',
    data: {
      homes: [
        { zone: 'A', price: 100 },
        { gate: 'at 0', tax: 350 },
      ],
    },
    stock: 'it asks for a required field without its requirement',
  },
};
