import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const [ann, bob, eve] = [{ id: '1' }, { id: '2' }, { id: 'unknown' }];
const people = [
  { id: '1', name: 'Ann', motto: 'Onward' },
  { id: '2', name: null, motto: 'Slowly' },
];

export const graph: Graph = {
  people: subgraph(`type Person @key(fields: "id") { id: ID! name: String motto: String! }`, {
    Person: { __resolveReference: byKey(people, 'id') },
  }),
  rooms: subgraph(
    `type Query { nobody: Person list: [Person] table: [[Person]] cube: [[[Person!]!]!]! empty: [Person!]! hollow: [[Person]!]!
       rooms: [Room] keyless: [Guest!]! }
     type Room { host: Person guests: [Person] }
     type Person @key(fields: "id", resolvable: false) { id: ID! }
     type Guest @key(fields: "ticket") { ticket: ID seat: Int! }`,
    {
      Query: {
        nobody: () => null,
        list: () => [ann, null, eve, bob, null],
        table: () => [[bob, null], null, [], [eve, ann]],
        cube: () => [[[ann], []], [], [[bob, ann]]],
        empty: () => [],
        hollow: () => [[], []],
        rooms: () => [{ host: null, guests: [null, bob] }, null, { host: ann, guests: null }, { host: eve, guests: [] }],
        keyless: () => [
          { ticket: null, seat: 1 },
          { ticket: 't', seat: 2 },
        ],
      },
    },
  ),
  tickets: subgraph(`type Guest @key(fields: "ticket") { ticket: ID meal: String }`, {
    Guest: { __resolveReference: ({ ticket }: { ticket: string | null }) => (ticket === null ? null : { ticket, meal: 'soup' }) },
  }),
};

export const cases: Cases = {
  'a null entity is not asked for': { query: '{ nobody { name } }', data: { nobody: null }, asks: ['rooms'] },
  'nulls keep their places, and an entity that the other subgraph does not know has null fields': {
    query: '{ list { id name } }',
    data: { list: [{ id: '1', name: 'Ann' }, null, { id: 'unknown', name: null }, { id: '2', name: null }, null] },
    asks: ['rooms', 'people Person{"id":"1"} Person{"id":"unknown"} Person{"id":"2"}'],
  },
  'lists of lists keep their shape': {
    query: '{ table { name } }',
    data: { table: [[{ name: null }, null], null, [], [{ name: null }, { name: 'Ann' }]] },
    asks: ['rooms', 'people Person{"id":"2"} Person{"id":"unknown"} Person{"id":"1"}'],
  },
  'lists of lists of lists too': {
    query: '{ cube { motto id } }',
    data: {
      cube: [
        [[{ motto: 'Onward', id: '1' }], []],
        [],
        [
          [
            { motto: 'Slowly', id: '2' },
            { motto: 'Onward', id: '1' },
          ],
        ],
      ],
    },
    asks: ['rooms', 'people Person{"id":"1"} Person{"id":"2"}'],
  },
  'nothing is asked for an empty list': { query: '{ empty { name } }', data: { empty: [] }, asks: ['rooms'] },
  'nor for lists that are empty inside': { query: '{ hollow { name } }', data: { hollow: [[], []] }, asks: ['rooms'] },
  'nulls at several heights': {
    query: '{ rooms { host { name } guests { motto } } }',
    data: {
      rooms: [
        { host: null, guests: [null, { motto: 'Slowly' }] },
        null,
        { host: { name: 'Ann' }, guests: null },
        { host: { name: null }, guests: [] },
      ],
    },
  },
  'a key that is null finds nothing': {
    query: '{ keyless { seat meal } }',
    data: {
      keyless: [
        { seat: 1, meal: null },
        { seat: 2, meal: 'soup' },
      ],
    },
  },
};
