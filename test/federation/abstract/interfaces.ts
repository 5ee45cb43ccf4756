import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const cat = { __typename: 'Cat', id: 'c', name: 'Tom', lives: 9, owner: { __typename: 'Person', id: 'p', name: 'Ann' } };
const dog = { __typename: 'Dog', id: 'd', name: 'Rex', tricks: 2, owner: { __typename: 'Shelter', id: 's', name: 'Home', places: 40 } };
const fish = { __typename: 'Fish', id: 'f', name: 'Dory', owner: null };
const animals = [cat, dog, fish];
const health: (object & { __typename: string; id: string; weight: number; rival: () => unknown })[] = animals.map(
  ({ __typename, id }, index) => ({ __typename, id, weight: index + 1, rival: () => health[index === 0 ? 1 : 0] }),
);

/** Each subgraph has its own interface `Animal` with different fields and types. */
export const graph: Graph = {
  farm: subgraph(
    `type Query { animals: [Animal!]! pets: [Pet]! }
     interface Animal { id: ID! name: String! owner: Owner }
     interface Pet implements Animal { id: ID! name: String! owner: Owner }
     type Cat implements Animal & Pet @key(fields: "id") { id: ID! name: String! owner: Owner lives: Int! }
     type Dog implements Animal & Pet @key(fields: "id") { id: ID! name: String! owner: Owner tricks: Int! }
     type Fish implements Animal @key(fields: "id") { id: ID! name: String! owner: Owner }
     interface Owner { id: ID! name: String! }
     type Person implements Owner @key(fields: "id") { id: ID! name: String! }
     type Shelter implements Owner { id: ID! name: String! places: Int! }`,
    {
      Query: { animals: () => animals, pets: () => [dog, null, cat] },
      ...Object.fromEntries(animals.map((animal) => [animal.__typename, { __resolveReference: byKey(animals, 'id') }])),
    },
  ),
  clinic: subgraph(
    `type Query { patients: [Animal!]! }
     interface Animal { id: ID! weight: Int! rival: Animal }
     interface Pet implements Animal { id: ID! weight: Int! rival: Animal }
     type Cat implements Animal & Pet @key(fields: "id") { id: ID! weight: Int! rival: Animal }
     type Dog implements Animal & Pet @key(fields: "id") { id: ID! weight: Int! rival: Animal }
     type Fish @key(fields: "id") { id: ID! weight: Int! rival: Animal }
     type Person @key(fields: "id") { id: ID! debts: Int! }`,
    {
      Query: { patients: () => health.slice(0, 2) },
      ...Object.fromEntries(health.map((animal) => [animal.__typename, { __resolveReference: byKey(health, 'id') }])),
      Person: { debts: () => 100 },
    },
  ),
};

export const cases: Cases = {
  'returns fields of an interface from its own subgraph': {
    query: '{ animals { name __typename } }',
    data: {
      animals: [
        { name: 'Tom', __typename: 'Cat' },
        { name: 'Rex', __typename: 'Dog' },
        { name: 'Dory', __typename: 'Fish' },
      ],
    },
    requests: ['farm'],
  },
  'fetches a field of all implementations from another subgraph in one request': {
    query: '{ animals { name rival { id } weight } }',
    data: {
      animals: [
        { name: 'Tom', rival: { id: 'd' }, weight: 1 },
        { name: 'Rex', rival: { id: 'c' }, weight: 2 },
        { name: 'Dory', rival: { id: 'c' }, weight: 3 },
      ],
    },
    requests: ['farm', 'clinic Cat{"id":"c"} Dog{"id":"d"} Fish{"id":"f"}'],
  },
  'follows the interface of the other subgraph back to the first one': {
    query: '{ patients { weight rival { name rival { name weight } } } }',
    data: {
      patients: [
        { weight: 1, rival: { name: 'Rex', rival: { name: 'Tom', weight: 1 } } },
        { weight: 2, rival: { name: 'Tom', rival: { name: 'Rex', weight: 2 } } },
      ],
    },
  },
  'supports an interface within an interface': {
    query: '{ animals { id ... on Pet { name } } pets { weight } }',
    data: {
      animals: [{ id: 'c', name: 'Tom' }, { id: 'd', name: 'Rex' }, { id: 'f' }],
      pets: [{ weight: 2 }, null, { weight: 1 }],
    },
  },
  'returns a type that implements the interface only in another subgraph': {
    query: '{ patients { ... on Fish { name } ... on Cat { lives } id } }',
    data: { patients: [{ lives: 9, id: 'c' }, { id: 'd' }] },
  },
  'supports an interface of which only some types are entities': {
    query: '{ animals { owner { name ... on Person { debts } ... on Shelter { places } } } }',
    data: {
      animals: [{ owner: { name: 'Ann', debts: 100 } }, { owner: { name: 'Home', places: 40 } }, { owner: null }],
    },
    requests: ['farm', 'clinic Person{"id":"p"}'],
  },
  'returns empty objects if no type condition matches': { query: '{ patients { ... on Fish { name } } }', data: { patients: [{}, {}] } },
};
