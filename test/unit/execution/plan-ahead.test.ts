import { getOperationAST, parse } from 'graphql';
import type { Generation } from '../../../gateway/execution/generation.js';
import { createLocalPlanner } from '../../../gateway/planning/local-planner.js';
import type { Planner } from '../../../gateway/planning/planner.js';
import { sha256Hex } from '../../../subgraphs/shared/digest/sha256.js';
import { createFederationGateway, serveSubgraphs, type IncrementalGateway, type ServedSubgraphs } from '../../kit/federation.js';

const QUERY = `query ($a: Boolean!, $b: Boolean! = true) {
  tree { name @include(if: $a) ... @defer { height @skip(if: $b) leaves { color } } }
}`;

let served: ServedSubgraphs;
let gateway: IncrementalGateway;
let planned = 0;
beforeAll(async () => {
  served = await serveSubgraphs({
    trees: {
      typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        type Query { tree: Tree } type Tree @key(fields: "name") { name: String! height: Int }`,
      resolvers: { Query: { tree: () => ({ name: 'fir', height: 9 }) } },
    },
    leaves: {
      typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        type Tree @key(fields: "name") { name: String! leaves: Leaf } type Leaf { color: String }`,
      resolvers: { Tree: { leaves: () => ({ color: 'green' }) } },
    },
  });
  gateway = await createFederationGateway(served.supergraph, { planner: countingPlanner, prepare });
});
afterAll(async () => {
  await gateway.close();
  await served.close();
});

async function countingPlanner(supergraph: string): Promise<Planner> {
  const planner = await createLocalPlanner(supergraph, { defer: true });
  return { ...planner, plan: (...request) => (planned++, planner.plan(...request)) };
}

async function prepare(generation: Generation): Promise<void> {
  const document = parse(QUERY);
  const client = { document, operation: getOperationAST(document)!, operationName: null, queryHash: sha256Hex(QUERY) };
  await generation.operation(client).planAhead();
}

it('an operation that is planned ahead is not planned again, for any values of two conditions, with and without @defer', async () => {
  const plannedAhead = planned;
  expect(plannedAhead).toBeGreaterThanOrEqual(4);
  for (const a of [true, false]) {
    for (const b of [true, false]) {
      const data = { tree: { ...(a && { name: 'fir' }), ...(!b && { height: 9 }), leaves: { color: 'green' } } };
      expect(await gateway.execute({ query: QUERY, variables: { a, b } })).toEqual({ data });
      const { later } = await gateway.executeIncrementally({ query: QUERY, variables: { a, b } });
      expect(later[0]!.incremental[0]!.data).toMatchObject({ leaves: { color: 'green' } });
    }
  }
  expect(planned).toBe(plannedAhead);
  await gateway.execute({ query: '{ tree { height } }' });
  expect(planned).toBe(plannedAhead + 1);
});
