import { byKey, type Cases, type Graph, subgraph } from '../feature.js';

const jobs = [
  { id: '1', state: 'RUNNING', last: 'DONE' },
  { id: '2', state: 'DONE', last: 'LOST' },
];

/**
 * `State` is only an output type: the supergraph has the values of both subgraphs. `Order` and `Filter` are only input types: the
 * supergraph has what both subgraphs have, so every subgraph accepts every value of a client.
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
  'returns enum values that only one subgraph defines': {
    query: '{ jobs { state last } }',
    data: {
      jobs: [
        { state: 'RUNNING', last: 'DONE' },
        { state: 'DONE', last: 'LOST' },
      ],
    },
  },
  'passes an enum argument to both subgraphs': {
    query: 'query ($order: Order!) { jobs(order: $order) { id } past(order: $order) first: past(order: ASC) }',
    variables: { order: 'DESC' },
    data: { jobs: [{ id: '2' }, { id: '1' }], past: ['b', 'a'], first: ['a', 'b'] },
  },
  'refuses an enum value that only one subgraph accepts': {
    query: '{ jobs(order: RANDOM) { id } }',
    data: undefined,
    errors: [{ message: 'Value "RANDOM" does not exist in "Order" enum.', path: [] }],
    requests: [],
  },
  'refuses an input field that only one subgraph accepts': {
    query: '{ jobs(filter: { onlyHere: false }) { id } }',
    data: undefined,
    errors: [{ message: 'Field "onlyHere" is not defined by type "Filter".', path: [] }],
    requests: [],
  },
  'applies the default of an input field that clients cannot set': {
    query: '{ echo(filter: { text: "x" }) }',
    data: { echo: '{"text":"x","onlyHere":true}' },
  },
  'accepts a nested input with defaults as a literal': {
    query: '{ echo(filter: { nested: { deeper: { terms: null } } }) }',
    data: { echo: '{"text":"any","onlyHere":true,"nested":{"terms":["t"],"deeper":{"terms":null}}}' },
  },
  'accepts a nested input with defaults as a variable': {
    query: 'query ($filter: Filter!) { echo(filter: $filter) }',
    variables: { filter: { text: null, nested: { deeper: { terms: 'one' } } } },
    data: { echo: '{"text":null,"onlyHere":true,"nested":{"terms":["t"],"deeper":{"terms":["one"]}}}' },
  },
  'accepts a nested input with variables inside': {
    query: `query ($text: String, $term: String!, $absent: Int) {
        echo(filter: { text: $text, limit: $absent, nested: { terms: [$term, "z"] } }) }`,
    variables: { text: 't', term: 'a' },
    data: { echo: '{"text":"t","onlyHere":true,"nested":{"terms":["a","z"]}}' },
  },
  'applies the default of the argument': { query: '{ echo }', data: { echo: '{"text":"d","limit":3,"onlyHere":true}' } },
  'passes one variable to both subgraphs': {
    query: 'query ($filter: Filter) { jobs(filter: $filter) { id log(filter: $filter) } }',
    variables: { filter: { limit: 1 } },
    data: { jobs: [{ id: '1', log: '{"text":"any","limit":1}' }] },
  },
  'omits a variable without a value': {
    query: 'query ($filter: Filter) { jobs { log(filter: $filter) } }',
    data: { jobs: [{ log: 'none' }, { log: 'none' }] },
  },
};
