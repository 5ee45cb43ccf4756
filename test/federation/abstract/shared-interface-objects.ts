import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const works = [
  { __typename: 'Book', id: '1', pages: 7 },
  { __typename: 'Film', id: '2', minutes: 117 },
];
const stock = 'Its planner fails because it selects __typename of an interface object.';

/** Both shops resolve `best`. In one its type is `Book`; the other has only the interface object. */
export const graph: Graph = {
  catalog: subgraph(
    `type Query { film: Work }
     interface Work @key(fields: "id") { id: ID! }
     type Book implements Work @key(fields: "id") { id: ID! pages: Int! }
     type Film implements Work @key(fields: "id") { id: ID! minutes: Int! }`,
    {
      Query: { film: () => works[1] },
      Work: { __resolveReference: byKey(works, 'id') },
      Book: { __resolveReference: byKey(works, 'id') },
      Film: { __resolveReference: byKey(works, 'id') },
    },
  ),
  books: subgraph(
    `type Query { best: Work @shareable }
     interface Work { id: ID! }
     type Book implements Work @key(fields: "id") { id: ID! shelf: String }`,
    { Query: { best: () => works[0] }, Book: { __resolveReference: (key: object) => key, shelf: () => 'A' } },
  ),
  shop: subgraph(
    `type Query { best: Work @shareable }
     type Work @key(fields: "id") @interfaceObject { id: ID! price(in: String! = "EUR"): Int! stars: Int! }`,
    { Query: { best: () => ({ id: '1' }) }, Work: { __resolveReference: (key: object) => key, price: () => 5, stars: () => 3 } },
  ),
};

export const cases: Cases = {
  'returns the fields of the actual type': {
    query: '{ best { ... on Book { pages shelf price } } }',
    data: { best: { pages: 7, shelf: 'A', price: 5 } },
  },
  'returns an empty object for a type condition that cannot match': {
    query: '{ best { ... on Film { minutes } } }',
    data: { best: {} },
    stock,
  },
  'returns no interface fields under a type condition that cannot match': {
    query: '{ best { ... on Film { price } } }',
    data: { best: {} },
    stock,
  },
  'ignores a type condition that cannot match next to other fields': {
    query: '{ best { stars ... on Film { minutes price } ... on Book { shelf } } film { ... on Film { minutes stars } } }',
    data: { best: { stars: 3, shelf: 'A' }, film: { minutes: 117, stars: 3 } },
    stock,
  },
};
