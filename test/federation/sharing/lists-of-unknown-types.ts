import { byKey, type Cases, failing, type Graph, subgraph } from '../feature.js';

const works = [
  { __typename: 'Book', id: '1', title: 'Dune', pages: 7 },
  { __typename: 'Book', id: '2', title: failing('No title', 'TITLE'), pages: failing('No pages', 'PAGES') },
];

/** Both subgraphs resolve `sold`; `shop` has it as an interface object. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { sold: [Work]! @shareable first: Work @shareable rows: [[Work!]]! @shareable }
     interface Work @key(fields: "id") { id: ID! }
     type Book implements Work @key(fields: "id") { id: ID! title: String! pages: Int }
     type Film implements Work @key(fields: "id") { id: ID! title: String }`,
    {
      Query: { sold: () => works, first: () => works[1], rows: () => [[works[0]], works] },
      Work: { __resolveReference: byKey(works, 'id') },
      Book: { __resolveReference: byKey(works, 'id') },
      Film: { __resolveReference: byKey(works, 'id') },
    },
  ),
  shop: subgraph(
    `type Query { sold: [Work]! @shareable first: Work @shareable rows: [[Work!]]! @shareable }
     type Work @key(fields: "id") @interfaceObject { id: ID! price: Int! }`,
    {
      Query: {
        sold: () => [{ id: '1' }, { id: '2' }],
        first: () => ({ id: '2' }),
        rows: () => [[{ id: '1' }], [{ id: '1' }, { id: '2' }]],
      },
      Work: { __resolveReference: (key: object) => key, price: ({ id }: { id: string }) => Number(id) * 5 },
    },
  ),
};

const noTitle = (...path: (string | number)[]) => ({ message: 'No title', path, code: 'TITLE' });
const stock = 'it does not merge lists of lists';

export const cases: Cases = {
  'sets an object to null if a non-null field fails in one subgraph': {
    query: '{ sold { price ... on Book { title } } }',
    data: { sold: [{ price: 5, title: 'Dune' }, null] },
    errors: [noTitle('sold', 1, 'title')],
  },
  'sets an object outside of lists to null if a non-null field fails': {
    query: '{ first { price ... on Book { title } } }',
    data: { first: null },
    errors: [noTitle('first', 'title')],
  },
  'propagates null as the types require': {
    query: '{ rows { price ... on Book { title } } }',
    data: { rows: [[{ price: 5, title: 'Dune' }], null] },
    errors: [noTitle('rows', 1, 1, 'title')],
    stock,
  },
  'keeps an object if a nullable field fails': {
    query: '{ sold { price ... on Book { pages } } }',
    data: {
      sold: [
        { price: 5, pages: 7 },
        { price: 10, pages: null },
      ],
    },
    errors: [{ message: 'No pages', path: ['sold', 1, 'pages'], code: 'PAGES' }],
  },
};
