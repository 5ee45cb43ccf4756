import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const orders = [
  {
    id: '1',
    size: { outer: { width: 2, height: 3 }, unit: 'cm' },
    lines: [
      { count: 2, product: { id: 'p1', weight: 10 } },
      { count: 1, product: { id: 'p2', weight: 5 } },
    ],
    notes: [['a', 'b'], ['c']],
  },
  { id: '2', size: null, lines: [], notes: [] },
  { id: '3', size: { outer: { width: 1, height: 1 }, unit: 'm' }, lines: [null, { count: 4, product: null }], notes: [null, [null]] },
];

interface Representation {
  size: { outer: { width: number; height: number } } | null;
  lines: ({ count: number; product: { weight: number } | null } | null)[];
  notes: ((string | null)[] | null)[];
}

export const graph: Graph = {
  orders: subgraph(
    `type Query { orders: [Order!]! }
     type Order @key(fields: "id") { id: ID! size: Size lines: [Line]! notes: [[String]]! }
     type Size { outer: Box! unit: String! }
     type Box { width: Int! height: Int! }
     type Line { count: Int! product: Product }
     type Product @key(fields: "id") { id: ID! weight: Int! }`,
    { Query: { orders: () => orders }, Order: { __resolveReference: byKey(orders, 'id') } },
  ),
  shipping: subgraph(
    `type Order @key(fields: "id") {
       id: ID!
       size: Size @external
       lines: [Line]! @external
       notes: [[String]]! @external
       area: Int @requires(fields: "size { outer { width height } }")
       weight: Int! @requires(fields: "lines { count product { weight } }")
       remarks: String! @requires(fields: "notes")
       summary: String! @requires(fields: "lines { count } size { outer { width } }")
     }
     type Size { outer: Box! @external }
     type Box { width: Int! @external height: Int! @external }
     type Line { count: Int! @external product: Product @external }
     type Product @key(fields: "id") { id: ID! weight: Int! @external }`,
    {
      Order: {
        area: ({ size }: Representation) => size && size.outer.width * size.outer.height,
        weight: ({ lines }: Representation) => lines.reduce((sum, line) => sum + (line?.product ? line.count * line.product.weight : 0), 0),
        remarks: ({ notes }: Representation) => JSON.stringify(notes),
        summary: ({ lines, size }: Representation) => JSON.stringify({ lines, size }),
      },
    },
  ),
};

export const cases: Cases = {
  'sends required fields of objects, and null for a null object': {
    query: '{ orders { area } }',
    data: { orders: [{ area: 6 }, { area: null }, { area: 1 }] },
    requests: [
      'orders',
      'shipping' +
        ' Order{"id":"1","size":{"outer":{"height":3,"width":2}}}' +
        ' Order{"id":"2","size":null}' +
        ' Order{"id":"3","size":{"outer":{"height":1,"width":1}}}',
    ],
  },
  'sends required fields of objects in lists with nulls': {
    query: '{ orders { weight } }',
    data: { orders: [{ weight: 25 }, { weight: 0 }, { weight: 0 }] },
    requests: [
      'orders',
      'shipping' +
        ' Order{"id":"1","lines":[{"count":2,"product":{"weight":10}},{"count":1,"product":{"weight":5}}]}' +
        ' Order{"id":"2","lines":[]}' +
        ' Order{"id":"3","lines":[null,{"count":4,"product":null}]}',
    ],
  },
  'sends required lists of lists of scalars': {
    query: '{ orders { remarks } }',
    data: { orders: [{ remarks: '[["a","b"],["c"]]' }, { remarks: '[]' }, { remarks: '[null,[null]]' }] },
  },
  'sends only the required fields of objects of which the client selects others': {
    query: '{ orders { summary size { unit outer { height } } lines { product { id } } } }',
    data: {
      orders: [
        {
          summary: '{"lines":[{"count":2},{"count":1}],"size":{"outer":{"width":2}}}',
          size: { unit: 'cm', outer: { height: 3 } },
          lines: [{ product: { id: 'p1' } }, { product: { id: 'p2' } }],
        },
        { summary: '{"lines":[],"size":null}', size: null, lines: [] },
        {
          summary: '{"lines":[null,{"count":4}],"size":{"outer":{"width":1}}}',
          size: { unit: 'm', outer: { height: 1 } },
          lines: [null, { product: null }],
        },
      ],
    },
  },
};
