import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

interface Animal extends Record<string, unknown> {
  __typename: string;
  id: string;
  weight: number | null;
}
const animals: Animal[] = [
  { __typename: 'Cat', id: '1', weight: 4 },
  { __typename: 'Dog', id: '2', weight: 20 },
  { __typename: 'Fox', id: '3', weight: null },
];
const file = (id: string) => ({ id, friend: { id: String((Number(id) % 3) + 1) } });

/** Refuses a representation without a key, and a computed field without its required value. */
const reference = ({ id, ...rest }: { id?: string }) => {
  if (!id) throw new Error('The representation has no key.');
  return { ...file(id), ...rest };
};
const dose = ({ id, weight }: { id: string; weight?: number | null }) => {
  if (weight === undefined) throw new Error(`${id} has no weight.`);
  return weight === null ? null : weight * 10;
};

/** clinic knows animals as one object type, and computes some of their fields from fields of zoo. */
export const graph: Graph = {
  zoo: subgraph(
    `type Query { animals: [Animal!]! pairs: [[Animal]] first: Animal }
     interface Animal @key(fields: "id") { id: ID! weight: Int }
     type Cat implements Animal @key(fields: "id") { id: ID! weight: Int lives: Int }
     type Dog implements Animal @key(fields: "id") { id: ID! weight: Int }
     type Fox implements Animal @key(fields: "id") { id: ID! weight: Int }`,
    {
      Query: {
        animals: () => animals,
        pairs: () => [
          [animals[0], null],
          [animals[1], animals[2]],
        ],
        first: () => animals[0],
      },
      Animal: { __resolveReference: byKey(animals, 'id') },
      Cat: { __resolveReference: byKey(animals, 'id'), lives: () => 9 },
      Dog: { __resolveReference: byKey(animals, 'id') },
      Fox: { __resolveReference: byKey(animals, 'id') },
    },
  ),
  clinic: subgraph(
    `type Query { patients: [Animal] patient: Animal }
     type Animal @key(fields: "id") @interfaceObject {
       id: ID!
       weight: Int @external
       vet: Int
       friend: Animal!
       dose: Int @requires(fields: "weight")
       strict(times: Int = 1): Int! @requires(fields: "weight")
     }`,
    {
      Query: { patients: () => ['1', '2', '3'].map(file), patient: () => file('2') },
      Animal: {
        __resolveReference: reference,
        vet: () => 7,
        dose,
        strict: (parent: never, { times }: { times: number }) => (dose(parent) ?? 0) * times,
      },
    },
  ),
};

export const cases: Cases = {
  'a computed field of one type beside a plain field of all': {
    query: '{ animals { vet ... on Cat { dose } } }',
    data: { animals: [{ vet: 7, dose: 40 }, { vet: 7 }, { vet: 7 }] },
    stock: 'it asks the interface object for fields without what they require',
  },
  'a computed field of one type, and a plain field of another': {
    query: '{ animals { ... on Cat { dose } ... on Dog { vet } } }',
    data: { animals: [{ dose: 40 }, { vet: 7 }, {}] },
    stock: 'it asks the interface object for fields without what they require',
  },
  'computed fields of two types, and a plain field of the third': {
    query: '{ animals { ... on Cat { dose } ... on Dog { vet strict } ... on Fox { vet } } }',
    data: { animals: [{ dose: 40 }, { vet: 7, strict: 200 }, { vet: 7 }] },
    stock: 'it asks the interface object for fields without what they require',
  },
  'a computed field of one type beside the key': {
    query: '{ patients { id ... on Cat { dose } } }',
    data: { patients: [{ id: '1', dose: 40 }, { id: '2' }, { id: '3' }] },
    stock: 'it asks the interface object for fields without what they require',
  },
  'the same where the subgraph itself returns the objects': {
    query: '{ patients { vet ... on Dog { dose id } } }',
    data: { patients: [{ vet: 7 }, { vet: 7, dose: 200, id: '2' }, { vet: 7 }] },
    stock: 'it asks the interface object for fields without what they require',
  },
  'of one object': {
    query: '{ patient { id ... on Cat { dose } } first { ... on Dog { dose } vet } }',
    data: { patient: { id: '2' }, first: { vet: 7 } },
    stock: 'it asks the interface object for fields without what they require',
  },
  'in lists of lists': {
    query: '{ pairs { ... on Dog { strict(times: 2) } vet ... on Fox { dose } } }',
    data: {
      pairs: [
        [{ vet: 7 }, null],
        [
          { strict: 400, vet: 7 },
          { vet: 7, dose: null },
        ],
      ],
    },
    stock: 'it asks the interface object for fields without what they require',
  },
  'with arguments that differ by type': {
    query: '{ animals { ... on Cat { strict(times: 3) } ... on Fox { other: strict(times: 5) } vet } }',
    data: { animals: [{ strict: 120, vet: 7 }, { vet: 7 }, { other: 0, vet: 7 }] },
    stock: 'it asks the interface object for fields without what they require',
  },
  'below a field of the interface object': {
    query: '{ animals { friend { vet ... on Dog { dose } } ... on Cat { friend { ... on Dog { strict } } } } }',
    data: {
      animals: [{ friend: { vet: 7, dose: 200, strict: 200 } }, { friend: { vet: 7 } }, { friend: { vet: 7 } }],
    },
    stock: 'it asks the interface object for fields without what they require',
  },
  'below a field of the interface object that returns the objects itself': {
    query: '{ patients { ... on Dog { friend { vet ... on Fox { dose strict } } } } }',
    data: { patients: [{}, { friend: { vet: 7, dose: null, strict: 0 } }, {}] },
  },
  'for all types beside one type': {
    query: '{ animals { dose ... on Cat { strict lives } } }',
    data: { animals: [{ dose: 40, strict: 40, lives: 9 }, { dose: 200 }, { dose: null }] },
  },
  'in a fragment with a condition': {
    query:
      'query ($yes: Boolean!, $no: Boolean!) { animals { vet @include(if: $yes) ...F @skip(if: $no) } } ' +
      'fragment F on Cat { dose strict @include(if: $no) }',
    variables: { yes: true, no: false },
    data: { animals: [{ vet: 7, dose: 40 }, { vet: 7 }, { vet: 7 }] },
    stock: 'it asks the interface object for fields without what they require',
  },
};
