import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const [good, bad] = [{ id: 'good' }, { id: 'bad' }];
const items = [
  { id: 'good', strict: 'yes', loose: 'yes', inner: { strict: 'yes' } },
  { id: 'bad', strict: failing('Failed', 'FAILED'), loose: failing('Failed', 'FAILED'), inner: { strict: failing('Failed', 'FAILED') } },
];

/** Fields of every list and non-null type with the failing last item. `gone` is an entity that the other subgraph does not know. */
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
const completion = 'it reports this only in the extension `valueCompletion`';
const yes = { strict: 'yes' };

export const cases: Cases = {
  'sets a nullable field to null': {
    query: '{ shelf { all { loose } } }',
    data: { shelf: { all: [{ loose: 'yes' }, { loose: null }] } },
    errors: [failed('shelf', 'all', 1, 'loose')],
  },
  'sets the item of [T]! to null': {
    query: '{ shelf { some { strict } } }',
    data: { shelf: { some: [yes, null] } },
    errors: [failed('shelf', 'some', 1, 'strict')],
  },
  'sets the item of [T] to null': {
    query: '{ shelf { whole { strict } } }',
    data: { shelf: { whole: [yes, null] } },
    errors: [failed('shelf', 'whole', 1, 'strict')],
  },
  'sets the list of [T!] to null': {
    query: '{ shelf { name any { strict } } }',
    data: { shelf: { name: 'shelf', any: null } },
    errors: [failed('shelf', 'any', 1, 'strict')],
  },
  'sets the inner list of [[T!]]! to null': {
    query: '{ shelf { rows { strict } } }',
    data: { shelf: { rows: [[yes], null] } },
    errors: [failed('shelf', 'rows', 1, 1, 'strict')],
  },
  'sets the object with a field of [T!]! to null': {
    query: '{ shelf { name all { strict } } other }',
    data: { shelf: null, other: 'other' },
    errors: [failed('shelf', 'all', 1, 'strict')],
  },
  'sets the list item with a field of [T!]! to null': {
    query: '{ shelves { all { strict } } }',
    data: { shelves: [{ all: [yes] }, null] },
    errors: [failed('shelves', 1, 'all', 1, 'strict')],
  },
  'sets the object with a field of T! to null': {
    query: '{ shelf { item { strict } } }',
    data: { shelf: null },
    errors: [failed('shelf', 'item', 'strict')],
  },
  'sets the object of T to null': {
    query: '{ shelf { maybe { id strict } } }',
    data: { shelf: { maybe: null } },
    errors: [failed('shelf', 'maybe', 'strict')],
  },
  'propagates null to the root': {
    query: '{ must { item { strict } } other }',
    data: null,
    errors: [failed('must', 'item', 'strict')],
  },
  'propagates null from a nested object of an entity': {
    query: '{ shelf { some { id inner { strict } } } }',
    data: { shelf: { some: [{ id: 'good', inner: yes }, null] } },
    errors: [failed('shelf', 'some', 1, 'inner', 'strict')],
  },
  'propagates null at each response path as its types require': {
    query: '{ shelf { maybe { strict } any { strict } some { strict } } }',
    data: { shelf: { maybe: null, any: null, some: [yes, null] } },
    errors: [failed('shelf', 'maybe', 'strict'), failed('shelf', 'any', 1, 'strict'), failed('shelf', 'some', 1, 'strict')],
  },
  'sets the nullable fields of an unknown entity to null': {
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
  'reports an error for a non-null field of an unknown entity': {
    query: '{ shelf(with: "gone") { some { strict } } }',
    data: { shelf: { some: [yes, null] } },
    errors: [missing('strict', 'shelf', 'some', 1, 'strict')],
    stock: completion,
  },
  'reports an error for a non-null object field of an unknown entity': {
    query: '{ shelf(with: "gone") { name any { inner { strict } } } }',
    data: { shelf: { name: 'shelf', any: null } },
    errors: [missing('inner', 'shelf', 'any', 1, 'inner')],
    stock: completion,
  },
  'propagates null of an aliased field to the root': {
    query: '{ must(with: "gone") { item { s: strict } } }',
    data: null,
    errors: [missing('strict', 'must', 'item', 's')],
    stock: completion,
  },
  'reports the errors of a failed and of an unknown entity': {
    query: '{ a: shelf { maybe { strict } } b: shelf(with: "gone") { maybe { strict } } }',
    data: { a: { maybe: null }, b: { maybe: null } },
    errors: [failed('a', 'maybe', 'strict'), missing('strict', 'b', 'maybe', 'strict')],
    stock: 'it does not report its own nulls if a subgraph reports an error',
  },
};
