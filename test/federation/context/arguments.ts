import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const rates: Record<string, number> = { USD: 1, EUR: 2 };
const tenants = [
  { id: 't1', dollars: 10, projects: [{ id: 'p1' }, { id: 'p2' }] },
  { id: 't2', dollars: 20, projects: [{ id: 'p1' }] },
].map((tenant) => ({ ...tenant, budget: ({ currency }: { currency: string }) => tenant.dollars * rates[currency]! }));
const projects = [{ id: 'p1' }, { id: 'p2' }];

/** Arguments that are set from one field of the parent object with different arguments. */
export const graph: Graph = {
  billing: subgraph(
    `type Query { tenants: [Tenant!]! }
     type Tenant @key(fields: "id") @context(name: "tenant") { id: ID! budget(currency: Currency! = USD): Int! projects: [Project!]! }
     type Project @key(fields: "id") {
       id: ID!
       dollars(budget: Int @fromContext(field: "$tenant { budget(currency: USD) }")): String!
       euros(budget: Int @fromContext(field: "$tenant { budget(currency: EUR) }")): String!
     }
     enum Currency { USD EUR }`,
    {
      Query: { tenants: () => tenants },
      Tenant: { __resolveReference: byKey(tenants, 'id') },
      Project: {
        __resolveReference: byKey(projects, 'id'),
        dollars: ({ id }: { id: string }, { budget }: { budget: number }) => `${id} of ${budget} USD`,
        euros: ({ id }: { id: string }, { budget }: { budget: number }) => `${id} of ${budget} EUR`,
      },
    },
  ),
  pings: subgraph('type Query { ping: Int }'),
};

export const stock = 'it does not support `@fromContext`';

export const cases: Cases = {
  'passes each argument its own value': {
    query: '{ tenants { budget projects { dollars euros } } }',
    data: {
      tenants: [
        {
          budget: 10,
          projects: [
            { dollars: 'p1 of 10 USD', euros: 'p1 of 20 EUR' },
            { dollars: 'p2 of 10 USD', euros: 'p2 of 20 EUR' },
          ],
        },
        { budget: 20, projects: [{ dollars: 'p1 of 20 USD', euros: 'p1 of 40 EUR' }] },
      ],
    },
  },
};
