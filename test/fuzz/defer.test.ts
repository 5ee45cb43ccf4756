import { getOperationAST, OperationTypeNode, print, validate } from 'graphql';
import { createFederationGateway, serveSubgraphs } from '../kit/federation.js';
import { differences } from './compare.js';
import { differencesOfParts } from './compare-parts.js';
import { drawComposable } from './composable.js';
import { fuzzConfig } from './config.js';
import { DATA_ERROR } from './data.js';
import { drawDefers } from './draw-defers.js';
import { drawOperation } from './draw-operation.js';
import type { Graph } from './graph.js';
import { monolith } from './monolith.js';
import { subgraph } from './subgraph-resolvers.js';

const { seed, graphs: most, operationsPerGraph } = fuzzConfig();
/** Half as many graphs as without `@defer`, whose answers are the same work. */
const graphs = Math.ceil(most / 2);

/** Asks random operations with `@defer` on a graph; what is wrong is by the operation's seed. */
async function tryGraph(graph: Graph, graphSeed: string) {
  const whole = monolith(graph);
  const mutations: string[] = [];
  const served = await serveSubgraphs(Object.fromEntries(graph.subgraphs.map((name) => [name, subgraph(graph, name, whole, mutations)])));
  const gateway = await createFederationGateway(served.supergraph);
  const tried = { inParts: 0, withErrors: 0, whole: 0, wrong: [] as string[] };
  try {
    for (let number = 0; number < operationsPerGraph; number++) {
      const operationSeed = `${graphSeed} ${number}`;
      const drawn = drawOperation(whole.schema, operationSeed);
      if (!whole.schema.getRootType(getOperationAST(drawn.document)!.operation) || validate(whole.schema, drawn.document).length > 0)
        continue;
      if (getOperationAST(drawn.document)!.operation === OperationTypeNode.SUBSCRIPTION) continue;
      const expected = whole.answer(drawn.document, drawn.variables);
      if (expected.result.data === undefined || expected.ledger.errors?.some(({ extensions }) => extensions.code !== DATA_ERROR)) continue;
      const { document, variables } = drawDefers(drawn, operationSeed);
      const request = { query: print(document), variables };
      // What is wrong without parts, other tests say.
      if (differences(await gateway.execute(request), expected).length > 0) continue;
      mutations.length = 0;
      const { first, later } = await gateway.executeIncrementally(request);
      const wrong = differencesOfParts(first, later, expected);
      if (expected.mutations.join() !== mutations.join()) wrong.push(`mutations ran: ${mutations.join()}`);
      if (wrong.length > 0) tried.wrong.push([operationSeed, ...wrong, request.query, JSON.stringify(variables)].join('\n'));
      if (later.length === 0) tried.whole++;
      else if (expected.ledger.errors) tried.withErrors++;
      else tried.inParts++;
    }
  } finally {
    await gateway.close();
    await served.close();
  }
  return tried;
}

describe(`random operations with @defer on ${graphs} random graphs`, () => {
  it('return parts that merge into the response of a single schema', async () => {
    const wrong: string[] = [];
    const count = { inParts: 0, withErrors: 0, whole: 0 };
    for (let number = 0; number < graphs; number++) {
      const tried = await tryGraph(drawComposable(`${seed}-${number}`), `${seed}-${number}`);
      wrong.push(...tried.wrong);
      for (const name of ['inParts', 'withErrors', 'whole'] as const) count[name] += tried[name];
    }
    if (wrong.length > 0) throw new Error([`${wrong.length} failed`, ...wrong.slice(0, 10)].join('\n\n'));
    expect(count.inParts).toBeGreaterThan(graphs);
    expect(count.withErrors).toBeGreaterThan(0);
    expect(count.whole).toBeGreaterThan(0);
  }, 3_600_000);
});
