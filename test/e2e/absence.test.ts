import { runGraph, type RunningGraph } from '../kit/graph.js';

let graph: RunningGraph;
beforeAll(async () => void (graph = await runGraph({ subgraphTimeoutMs: 2000 })));
afterAll(() => graph.close());

describe('a subgraph that is gone', () => {
  it('takes only its own fields with it, says UNAVAILABLE, and names no insides', async () => {
    const organization = await graph.organization();
    await graph.ask(organization.apiKeyToken, 'mutation { collectionCreate(input: { name: "c" }) { collection { id } } }');
    await graph.subgraphs.documents.stop();
    const answer = await graph.ask(
      organization.apiKeyToken,
      '{ datasets { totalCount } collections { totalCount } viewer { email answers { totalCount } } }',
    );
    expect(answer.data).toEqual({ datasets: { totalCount: 0 }, collections: null, viewer: { email: organization.email, answers: null } });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
    expect(JSON.stringify(answer.errors)).not.toMatch(/documents|127\.0\.0\.1|ECONN|socket/);
  });
});
