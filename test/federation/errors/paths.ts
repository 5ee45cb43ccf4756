import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const bad = { id: 'bad', name: 'Bad' };
const good = { id: 'good', name: 'Good' };
const items = [
  {
    id: 'good',
    price: 5,
    part: { code: 1, size: 2 },
    tags: ['a', 'b'],
    parts: [{ code: 2, size: 2 }],
  },
  {
    id: 'bad',
    price: failing('No price', 'NO_PRICE'),
    part: { code: failing('No code', 'NO_CODE'), size: failing('No size', 'NO_SIZE') },
    tags: ['a', new Error('No tag'), 'c'],
    parts: [{ code: 3 }, { code: failing('No code', 'NO_CODE') }],
  },
];

export const graph: Graph = {
  shop: subgraph(
    `type Query { items: [Item!]! table: [[Item]]! first: Item last: Item broken: String shelf: Shelf thrown: Item }
     type Shelf { top: Item bottom: [Item!]! }
     type Item @key(fields: "id") { id: ID! name: String! }`,
    {
      Query: {
        items: () => [good, bad],
        table: () => [[bad, null], null, [good, bad]],
        first: () => bad,
        last: () => good,
        broken: failing('No luck', 'LUCK'),
        shelf: () => ({ top: bad, bottom: [good, bad] }),
        thrown: () => ({ id: 'thrown' }),
      },
    },
  ),
  stock: subgraph(
    `type Query { count: Int }
     type Item @key(fields: "id") { id: ID! price(currency: String): Int part: Part tags: [String] parts: [Part]! }
     type Part { code: Int size: Int! }`,
    {
      Query: { count: failing('Too many', 'COUNT') },
      Item: {
        __resolveReference: (item: { id: string }) =>
          item.id === 'thrown' ? failing('No such item', 'NOT_FOUND')() : byKey(items, 'id')({ ...item }),
      },
    },
  ),
};

const noPrice = (...path: (string | number)[]) => ({ message: 'No price', path, code: 'NO_PRICE' });

export const cases: Cases = {
  'has the paths of root fields of several subgraphs': {
    query: '{ broken count last { name } }',
    data: { broken: null, count: null, last: { name: 'Good' } },
    errors: [
      { message: 'No luck', path: ['broken'], code: 'LUCK' },
      { message: 'Too many', path: ['count'], code: 'COUNT' },
    ],
  },
  'has the path of a field of an entity': {
    query: '{ first { price } }',
    data: { first: { price: null } },
    errors: [noPrice('first', 'price')],
  },
  'has the list index of an entity': {
    query: '{ items { name price } }',
    data: {
      items: [
        { name: 'Good', price: 5 },
        { name: 'Bad', price: null },
      ],
    },
    errors: [noPrice('items', 1, 'price')],
  },
  'has every response path of the entity': {
    query: '{ table { price } }',
    data: { table: [[{ price: null }, null], null, [{ price: 5 }, { price: null }]] },
    errors: [noPrice('table', 0, 0, 'price'), noPrice('table', 2, 1, 'price')],
  },
  'has response paths of different depths': {
    query: '{ first { price } items { price } shelf { top { price } bottom { price } } }',
    data: {
      first: { price: null },
      items: [{ price: 5 }, { price: null }],
      shelf: { top: { price: null }, bottom: [{ price: 5 }, { price: null }] },
    },
    errors: [
      noPrice('first', 'price'),
      noPrice('items', 1, 'price'),
      noPrice('shelf', 'top', 'price'),
      noPrice('shelf', 'bottom', 1, 'price'),
    ],
  },
  'has the aliases of the fields': {
    query: '{ x: items { y: price(currency: "USD") price: name } }',
    data: {
      x: [
        { y: 5, price: 'Good' },
        { y: null, price: 'Bad' },
      ],
    },
    errors: [noPrice('x', 1, 'y')],
  },
  'has each alias of one field': {
    query: '{ first { a: price b: price } }',
    data: { first: { a: null, b: null } },
    errors: [noPrice('first', 'a'), noPrice('first', 'b')],
  },
  'has the path of a field in a nested object of an entity': {
    query: '{ first { part { code } } last { part { code } } }',
    data: { first: { part: { code: null } }, last: { part: { code: 1 } } },
    errors: [{ message: 'No code', path: ['first', 'part', 'code'], code: 'NO_CODE' }],
  },
  'has the path of a non-null field in a nested object of an entity': {
    query: '{ first { name part { size code } } }',
    data: { first: { name: 'Bad', part: null } },
    errors: [{ message: 'No size', path: ['first', 'part', 'size'], code: 'NO_SIZE' }],
  },
  'has the index of a list item': {
    query: '{ items { tags } }',
    data: { items: [{ tags: ['a', 'b'] }, { tags: ['a', null, 'c'] }] },
    errors: [{ message: 'No tag', path: ['items', 1, 'tags', 1] }],
  },
  'has the path of a field of an object in a list of an entity': {
    query: '{ items { parts { code } } }',
    data: { items: [{ parts: [{ code: 2 }] }, { parts: [{ code: 3 }, { code: null }] }] },
    errors: [{ message: 'No code', path: ['items', 1, 'parts', 1, 'code'], code: 'NO_CODE' }],
  },
  'has the path of each missing field if the entity itself failed': {
    query: '{ thrown { id cost: price } }',
    data: { thrown: { id: 'thrown', cost: null } },
    errors: [{ message: 'No such item', path: ['thrown', 'cost'], code: 'NOT_FOUND' }],
    stock: 'its path contains `_entities`, which the client did not select',
  },
  'has the path of an entity in fragments with conditions': {
    query:
      'query ($yes: Boolean!) { shelf { ...S } } fragment S on Shelf { bottom { ... @include(if: $yes) { ... on Item { cost: price } } } }',
    variables: { yes: true },
    data: { shelf: { bottom: [{ cost: 5 }, { cost: null }] } },
    errors: [noPrice('shelf', 'bottom', 1, 'cost')],
  },

  'has the paths of different selections of one entity': {
    query: '{ first { price } items { part { code } } shelf { bottom { tags } } }',
    data: {
      first: { price: null },
      items: [{ part: { code: 1 } }, { part: { code: null } }],
      shelf: { bottom: [{ tags: ['a', 'b'] }, { tags: ['a', null, 'c'] }] },
    },
    errors: [
      noPrice('first', 'price'),
      { message: 'No code', path: ['items', 1, 'part', 'code'], code: 'NO_CODE' },
      { message: 'No tag', path: ['shelf', 'bottom', 1, 'tags', 1] },
    ],
  },

  'has aliases that are names of the key and of other fields': {
    query: '{ first: items { part: parts { size: code } id: price name: id } }',
    data: {
      first: [
        { part: [{ size: 2 }], id: 5, name: 'good' },
        { part: [{ size: 3 }, { size: null }], id: null, name: 'bad' },
      ],
    },
    errors: [{ message: 'No code', path: ['first', 1, 'part', 1, 'size'], code: 'NO_CODE' }, noPrice('first', 1, 'id')],
  },
};
