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
  'sends no request for a null entity': { query: '{ nobody { name } }', data: { nobody: null }, requests: ['rooms'] },
  'keeps nulls in lists, and returns null fields for an unknown entity': {
    query: '{ list { id name } }',
    data: { list: [{ id: '1', name: 'Ann' }, null, { id: 'unknown', name: null }, { id: '2', name: null }, null] },
    requests: ['rooms', 'people Person{"id":"1"} Person{"id":"unknown"} Person{"id":"2"}'],
  },
  'keeps the shape of lists of lists': {
    query: '{ table { name } }',
    data: { table: [[{ name: null }, null], null, [], [{ name: null }, { name: 'Ann' }]] },
    requests: ['rooms', 'people Person{"id":"2"} Person{"id":"unknown"} Person{"id":"1"}'],
  },
  'keeps the shape of lists of lists of lists': {
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
    requests: ['rooms', 'people Person{"id":"1"} Person{"id":"2"}'],
  },
  'sends no request for an empty list': { query: '{ empty { name } }', data: { empty: [] }, requests: ['rooms'] },
  'sends no request for a list of empty lists': { query: '{ hollow { name } }', data: { hollow: [[], []] }, requests: ['rooms'] },
  'keeps nulls at several levels': {
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
  'returns null for a null key': {
    query: '{ keyless { seat meal } }',
    data: {
      keyless: [
        { seat: 1, meal: null },
        { seat: 2, meal: 'soup' },
      ],
    },
  },
};
