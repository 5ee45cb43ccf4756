import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const jobs = [
  { id: '1', state: 'RUNNING', last: 'DONE' },
  { id: '2', state: 'DONE', last: 'LOST' },
];

/**
 * `State` is only answered: the supergraph has the values of both. `Order` is only given, and `Filter` too: it has what
 * both have. What a client can say, every subgraph understands.
 */
export const graph: Graph = {
  jobs: subgraph(
    `type Query { jobs(filter: Filter, order: Order = ASC): [Job!]! echo(filter: Filter! = { text: "d", limit: 3 }): String! }
     type Job @key(fields: "id") { id: ID! state: State! }
     enum State { RUNNING DONE }
     enum Order { ASC DESC RANDOM }
     input Filter { text: String = "any" limit: Int onlyHere: Boolean = true nested: Nested }
     input Nested { terms: [String!] = ["t"] deeper: Nested }`,
    {
      Query: {
        jobs: (_: unknown, { order, filter }: { order: string; filter?: { limit?: number } }) =>
          (order === 'DESC' ? [...jobs].reverse() : jobs).slice(0, filter?.limit),
        echo: (_: unknown, { filter }: { filter: object }) => JSON.stringify(filter),
      },
      Job: { __resolveReference: byKey(jobs, 'id') },
    },
  ),
  history: subgraph(
    `type Query { past(order: Order! = DESC): [String!]! }
     type Job @key(fields: "id") { id: ID! last: State! log(filter: Filter): String! }
     enum State { DONE LOST }
     enum Order { ASC DESC SHUFFLED }
     input Filter { text: String = "any" limit: Int elsewhere: Int nested: Nested }
     input Nested { terms: [String!] = ["t"] deeper: Nested }`,
    {
      Query: { past: (_: unknown, { order }: { order: string }) => (order === 'ASC' ? ['a', 'b'] : ['b', 'a']) },
      Job: {
        __resolveReference: byKey(jobs, 'id'),
        log: (_: unknown, { filter }: { filter?: object }) => JSON.stringify(filter) ?? 'none',
      },
    },
  ),
};

export const cases: Cases = {
  'values of an enum that one subgraph alone knows': {
    query: '{ jobs { state last } }',
    data: {
      jobs: [
        { state: 'RUNNING', last: 'DONE' },
        { state: 'DONE', last: 'LOST' },
      ],
    },
  },
  'an enum as argument of both': {
    query: 'query ($order: Order!) { jobs(order: $order) { id } past(order: $order) first: past(order: ASC) }',
    variables: { order: 'DESC' },
    data: { jobs: [{ id: '2' }, { id: '1' }], past: ['b', 'a'], first: ['a', 'b'] },
  },
  'a value that one subgraph alone takes cannot be given': {
    query: '{ jobs(order: RANDOM) { id } }',
    data: undefined,
    errors: [{ message: 'Value "RANDOM" does not exist in "Order" enum.', path: [] }],
    asks: [],
  },
  'nor a field of an input': {
    query: '{ jobs(filter: { onlyHere: false }) { id } }',
    data: undefined,
    errors: [{ message: 'Field "onlyHere" is not defined by type "Filter".', path: [] }],
    asks: [],
  },
  'its subgraph has its default': {
    query: '{ echo(filter: { text: "x" }) }',
    data: { echo: '{"text":"x","onlyHere":true}' },
  },
  'an input with defaults inside of an input, as literal': {
    query: '{ echo(filter: { nested: { deeper: { terms: null } } }) }',
    data: { echo: '{"text":"any","onlyHere":true,"nested":{"terms":["t"],"deeper":{"terms":null}}}' },
  },
  'as variable': {
    query: 'query ($filter: Filter!) { echo(filter: $filter) }',
    variables: { filter: { text: null, nested: { deeper: { terms: 'one' } } } },
    data: { echo: '{"text":null,"onlyHere":true,"nested":{"terms":["t"],"deeper":{"terms":["one"]}}}' },
  },
  'with variables inside': {
    query: `query ($text: String, $term: String!, $absent: Int) {
        echo(filter: { text: $text, limit: $absent, nested: { terms: [$term, "z"] } }) }`,
    variables: { text: 't', term: 'a' },
    data: { echo: '{"text":"t","onlyHere":true,"nested":{"terms":["a","z"]}}' },
  },
  'the default of the argument': { query: '{ echo }', data: { echo: '{"text":"d","limit":3,"onlyHere":true}' } },
  'one variable for both subgraphs': {
    query: 'query ($filter: Filter) { jobs(filter: $filter) { id log(filter: $filter) } }',
    variables: { filter: { limit: 1 } },
    data: { jobs: [{ id: '1', log: '{"text":"any","limit":1}' }] },
  },
  'a variable that is not given': {
    query: 'query ($filter: Filter) { jobs { log(filter: $filter) } }',
    data: { jobs: [{ log: 'none' }, { log: 'none' }] },
  },
};
