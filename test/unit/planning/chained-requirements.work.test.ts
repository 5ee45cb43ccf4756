import fc from 'fast-check';
import { createFederationGateway, serveSubgraphs } from '../../kit/federation.js';
import { asked, chainCases, chainGraph, type ChainCase } from './chained-requirements.js';

/** Two requests with the same representations, of which one waits for the other. */
const waiting: ChainCase = {
  chain: {
    subgraphs: ['a', 'b', 'c'],
    fields: [
      { name: 'x0', subgraph: 'c', requires: [] },
      { name: 'x1', subgraph: 'a', requires: [] },
      { name: 'r0', subgraph: 'b', requires: ['x0', 'next.x0'] },
      { name: 'r1', subgraph: 'c', requires: ['r0'] },
      { name: 'r2', subgraph: 'a', requires: ['r0', 'r1'] },
    ],
    next: { name: 'next', subgraph: 'c', requires: ['x1'] },
  },
  questions: [{ way: 'one', from: 'a', over: 'a', fields: ['r2'], nextFields: [] }],
};

it('a field is fetched after all of its required fields, for any chain of requirements', async () => {
  await fc.assert(
    fc.asyncProperty(chainCases, async ({ chain, questions }) => {
      const subgraphs = await serveSubgraphs(chainGraph(chain));
      const gateway = await createFederationGateway(subgraphs.supergraph);
      try {
        for (const question of questions) {
          const { query, data } = asked(chain, question);
          expect({ query, ...(await gateway.execute({ query })) }).toEqual({ query, data });
        }
      } finally {
        await gateway.close();
        await subgraphs.close();
      }
    }),
    { seed: 1, numRuns: 25, examples: [[waiting]], interruptAfterTimeLimit: 50_000 },
  );
});
