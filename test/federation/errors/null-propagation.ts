import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const [good, bad] = [{ id: 'good' }, { id: 'bad' }];
const items = [
  { id: 'good', strict: 'yes', loose: 'yes', inner: { strict: 'yes' } },
  { id: 'bad', strict: failing('Failed', 'FAILED'), loose: failing('Failed', 'FAILED'), inner: { strict: failing('Failed', 'FAILED') } },
];

/** The last item of the list stands in fields of every kind. `gone` is an entity that the other subgraph does not know. */
const shelf = (list: object[]) => ({
  name: 'shelf',
  all: list,
  some: list,
  any: list,
  whole: list,
  rows: [[good], list],
  item: list.at(-1),
  maybe: list.at(-1),
});

export const graph: Graph = {
  shelves: subgraph(
    `type Query { shelf(with: String! = "bad"): Shelf shelves: [Shelf]! must(with: String! = "bad"): Shelf! other: String }
     type Shelf {
       name: String!
       all: [Item!]!
       some: [Item]!
       any: [Item!]
       whole: [Item]
       rows: [[Item!]]!
       item: Item!
       maybe: Item
     }
     type Item @key(fields: "id") { id: ID! }`,
    {
      Query: {
        shelf: (_: unknown, given: { with: string }) => shelf([good, { id: given.with }]),
        shelves: () => [shelf([good]), shelf([good, bad])],
        must: (_: unknown, given: { with: string }) => shelf([good, { id: given.with }]),
        other: () => 'other',
      },
    },
  ),
  items: subgraph(
    `type Item @key(fields: "id") { id: ID! strict: String! loose: String inner: Inner! }
     type Inner { strict: String! }`,
    { Item: { __resolveReference: byKey(items, 'id') } },
  ),
};

const failed = (...path: (string | number)[]) => ({ message: 'Failed', path, code: 'FAILED' });
const missing = (field: string, ...path: (string | number)[]) => ({
  message: `Cannot return null for non-nullable field Item.${field}.`,
  path,
});
const completion = 'it says so in the extension `valueCompletion` alone';
const yes = { strict: 'yes' };

export const cases: Cases = {
  'a nullable field': {
    query: '{ shelf { all { loose } } }',
    data: { shelf: { all: [{ loose: 'yes' }, { loose: null }] } },
    errors: [failed('shelf', 'all', 1, 'loose')],
  },
  '[T]!: the item': {
    query: '{ shelf { some { strict } } }',
    data: { shelf: { some: [yes, null] } },
    errors: [failed('shelf', 'some', 1, 'strict')],
  },
  '[T]: the item': {
    query: '{ shelf { whole { strict } } }',
    data: { shelf: { whole: [yes, null] } },
    errors: [failed('shelf', 'whole', 1, 'strict')],
  },
  '[T!]: the list': {
    query: '{ shelf { name any { strict } } }',
    data: { shelf: { name: 'shelf', any: null } },
    errors: [failed('shelf', 'any', 1, 'strict')],
  },
  '[[T!]]!: the inner list': {
    query: '{ shelf { rows { strict } } }',
    data: { shelf: { rows: [[yes], null] } },
    errors: [failed('shelf', 'rows', 1, 1, 'strict')],
  },
  '[T!]!: the object around': {
    query: '{ shelf { name all { strict } } other }',
    data: { shelf: null, other: 'other' },
    errors: [failed('shelf', 'all', 1, 'strict')],
  },
  '[T!]! in a list: the item of the list around': {
    query: '{ shelves { all { strict } } }',
    data: { shelves: [{ all: [yes] }, null] },
    errors: [failed('shelves', 1, 'all', 1, 'strict')],
  },
  'T!: the object around': { query: '{ shelf { item { strict } } }', data: { shelf: null }, errors: [failed('shelf', 'item', 'strict')] },
  'T: the object itself': {
    query: '{ shelf { maybe { id strict } } }',
    data: { shelf: { maybe: null } },
    errors: [failed('shelf', 'maybe', 'strict')],
  },
  'up to the root': {
    query: '{ must { item { strict } } other }',
    data: null,
    errors: [failed('must', 'item', 'strict')],
  },
  'from within an object of the entity': {
    query: '{ shelf { some { id inner { strict } } } }',
    data: { shelf: { some: [{ id: 'good', inner: yes }, null] } },
    errors: [failed('shelf', 'some', 1, 'inner', 'strict')],
  },
  'at several places, at each as far as its types say': {
    query: '{ shelf { maybe { strict } any { strict } some { strict } } }',
    data: { shelf: { maybe: null, any: null, some: [yes, null] } },
    errors: [failed('shelf', 'maybe', 'strict'), failed('shelf', 'any', 1, 'strict'), failed('shelf', 'some', 1, 'strict')],
  },
  'an entity that is not known: its nullable fields are null': {
    query: '{ shelf(with: "gone") { all { id loose } } }',
    data: {
      shelf: {
        all: [
          { id: 'good', loose: 'yes' },
          { id: 'gone', loose: null },
        ],
      },
    },
  },
  'an entity that is not known: a field that may not be null is an error': {
    query: '{ shelf(with: "gone") { some { strict } } }',
    data: { shelf: { some: [yes, null] } },
    errors: [missing('strict', 'shelf', 'some', 1, 'strict')],
    stock: completion,
  },
  'also of an object': {
    query: '{ shelf(with: "gone") { name any { inner { strict } } } }',
    data: { shelf: { name: 'shelf', any: null } },
    errors: [missing('inner', 'shelf', 'any', 1, 'inner')],
    stock: completion,
  },
  'also under an alias, up to the root': {
    query: '{ must(with: "gone") { item { s: strict } } }',
    data: null,
    errors: [missing('strict', 'must', 'item', 's')],
    stock: completion,
  },
  'one entity failed, another is not known': {
    query: '{ a: shelf { maybe { strict } } b: shelf(with: "gone") { maybe { strict } } }',
    data: { a: { maybe: null }, b: { maybe: null } },
    errors: [failed('a', 'maybe', 'strict'), missing('strict', 'b', 'maybe', 'strict')],
    stock: 'it keeps silent about nulls of its own when a subgraph has told an error',
  },
};
