import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const tenants = [
  { id: 't1', currency: 'CHF', locale: { language: 'de' }, projects: [{ id: 'p1' }, { id: 'p2' }], main: { id: 'p1' } },
  { id: 't2', currency: 'USD', locale: { language: 'en' }, projects: [{ id: 'p3' }], main: { id: 'p3' } },
  { id: 't3', currency: null, locale: { language: 'fr' }, projects: [{ id: 'p1' }], main: null },
];
const projects = ['p1', 'p2', 'p3'].map((id) => ({ id, name: id.toUpperCase() }));

/** The cost of a project depends on its parent tenant; the gateway sets the argument. */
export const graph: Graph = {
  billing: subgraph(
    `type Query { tenants: [Tenant!]! }
     type Tenant @key(fields: "id") @context(name: "tenant") {
       id: ID!
       currency: String
       locale: Locale!
       projects: [Project!]!
       main: Project
     }
     type Locale { language: String! }
     type Project @key(fields: "id") {
       id: ID!
       cost(in: String @fromContext(field: "$tenant { currency }"), digits: Int = 0): String!
       title(language: String @fromContext(field: "$tenant { locale { language } }")): String!
     }`,
    {
      Query: { tenants: () => tenants },
      Tenant: { __resolveReference: byKey(tenants, 'id') },
      Project: {
        cost: ({ id }: { id: string }, given: { in?: string | null; digits: number }) =>
          `${id} costs ${(5).toFixed(given.digits)} ${given.in}`,
        title: ({ id }: { id: string }, { language }: { language: string }) => `${id} in ${language}`,
      },
    },
  ),
  projects: subgraph(`type Project @key(fields: "id") { id: ID! name: String! } type Query { ping: Int }`, {
    Project: { __resolveReference: byKey(projects, 'id') },
  }),
};

export const stock = 'it does not support `@fromContext`';

export const cases: Cases = {
  'sets an argument from the parent object, also for one entity below two objects': {
    query: '{ tenants { projects { cost } } }',
    data: {
      tenants: [
        { projects: [{ cost: 'p1 costs 5 CHF' }, { cost: 'p2 costs 5 CHF' }] },
        { projects: [{ cost: 'p3 costs 5 USD' }] },
        { projects: [{ cost: 'p1 costs 5 null' }] },
      ],
    },
  },
  'sets an argument from a nested field of the parent object': {
    query: '{ tenants { main { title } } }',
    data: { tenants: [{ main: { title: 'p1 in de' } }, { main: { title: 'p3 in en' } }, { main: null }] },
  },
  'supports client arguments, aliases and fields of another subgraph next to it': {
    query: 'query ($digits: Int!) { tenants { currency: id main { price: cost(digits: $digits) name } } }',
    variables: { digits: 2 },
    data: {
      tenants: [
        { currency: 't1', main: { price: 'p1 costs 5.00 CHF', name: 'P1' } },
        { currency: 't2', main: { price: 'p3 costs 5.00 USD', name: 'P3' } },
        { currency: 't3', main: null },
      ],
    },
  },
  'refuses the argument if a client sends it': {
    query: '{ tenants { main { cost(in: "EUR") } } }',
    data: undefined,
    errors: [{ message: 'Unknown argument "in" on field "Project.cost".', path: [] }],
    requests: [],
  },
};
