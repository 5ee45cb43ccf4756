import { documents } from '../../../subgraphs/documents/subgraph.js';
import { graphql } from '../../kit/documents/documents.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createCollection, ingestDocument, rateAnswer, recordAnswer } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

const ALL = graphql(`
  {
    documentStatistics {
      collectionCount
      documentCount
      chunkCount
      answerCount
      ratedAnswerCount
    }
  }
`);

describe('the statistics of documents', () => {
  it('count those of the organization, and each rated answer once', async () => {
    const viewer = aMember();
    await createCollection(subgraph, viewer);
    await ingestDocument(subgraph, viewer, { chunks: ['a', 'b', 'c'] });
    const [rated] = [await recordAnswer(subgraph, viewer), await recordAnswer(subgraph, viewer)];
    for (const author of [viewer, aMember(viewer.organizationId)]) await rateAnswer(subgraph, author, rated);
    const { data } = await subgraph.execute(viewer, ALL);
    expect(data.documentStatistics).toEqual({ collectionCount: 2, documentCount: 1, chunkCount: 3, answerCount: 2, ratedAnswerCount: 1 });
    expect((await subgraph.execute(aMember(), ALL)).data.documentStatistics).toEqual({
      collectionCount: 0,
      documentCount: 0,
      chunkCount: 0,
      answerCount: 0,
      ratedAnswerCount: 0,
    });
  });

  it('read only the selected figures', async () => {
    subgraph.statements.take();
    await subgraph.execute(aMember(), graphql('{ documentStatistics { chunkCount } }'));
    expect(subgraph.statements.take()).toHaveLength(1);
  });

  it('return UNAUTHENTICATED to an anonymous viewer', async () => {
    expect((await subgraph.execute(null, ALL)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});
