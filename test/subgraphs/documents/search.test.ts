import { documents } from '../../../subgraphs/documents/subgraph.js';
import { graphql } from '../../kit/documents/documents.js';
import { eventually } from '../../kit/eventually.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createCollection, ingestDocument, type Chunk } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

const SEARCH = graphql(/* GraphQL */ `
  query Search($input: SearchInput!) {
    search(input: $input) {
      pendingChunkCount
      hits {
        chunk {
          content
        }
        score
        similarity
        vectorRank
        keywordScore
        keywordRank
        highlights
      }
    }
  }
`);
const STATUS = graphql(/* GraphQL */ `
  query Status($id: ID!) {
    document(id: $id) {
      status
      progress
      failure {
        code
      }
      chunks(first: 1) {
        nodes {
          relatedChunks(first: 2) {
            chunk {
              content
            }
            similarity
          }
        }
      }
    }
  }
`);

const COOKING = 'Knead the dough for ten minutes, then let it rest until it has doubled in size.';
const TIMEOUT = 'The error ERR_AVVIO_PLUGIN_TIMEOUT means that a plugin did not call done in time.';
const SHUTDOWN = 'Call server.close() to end the server: it stops listening and waits for requests in progress.';

async function anIndexedDocument(viewer = aMember(), chunks: Chunk[] = [COOKING, TIMEOUT, SHUTDOWN]) {
  const document = await ingestDocument(subgraph, viewer, { chunks });
  await eventually(async () => expect((await subgraph.execute(viewer, STATUS, { id: document.id })).data?.document?.status).toBe('READY'));
  return { viewer, document };
}

const search = async (viewer: ReturnType<typeof aMember>, input: object) =>
  (await subgraph.execute(viewer, SEARCH, { input: input as never })).data!.search!;

describe('a search', () => {
  it('finds a chunk by its meaning without a common word', async () => {
    const { viewer } = await anIndexedDocument();
    const { hits, pendingChunkCount } = await search(viewer, { query: 'How do I bake bread?', mode: 'VECTOR' });
    expect(hits.map(({ chunk }) => chunk.content)[0]).toBe(COOKING);
    expect(hits[0]).toMatchObject({ vectorRank: 1, keywordScore: null, keywordRank: null });
    expect(hits[0]!.score).toBe(hits[0]!.similarity);
    expect(pendingChunkCount).toBe(0);
  });

  it('finds an identifier by its words, with the passage that contains it', async () => {
    const { viewer } = await anIndexedDocument();
    const { hits } = await search(viewer, { query: 'ERR_AVVIO_PLUGIN_TIMEOUT', mode: 'KEYWORD' });
    expect(hits).toHaveLength(1);
    expect(hits[0]).toMatchObject({ chunk: { content: TIMEOUT }, keywordRank: 1, similarity: null, vectorRank: null });
    expect(hits[0]!.keywordScore).toBeGreaterThan(0.6);
    expect(hits[0]!.highlights.join()).toContain('ERR_AVVIO_PLUGIN_TIMEOUT');
  });

  it('shows both signals of a hit', async () => {
    const { viewer } = await anIndexedDocument();
    const { hits } = await search(viewer, { query: 'close the server' });
    expect(hits[0]).toMatchObject({ chunk: { content: SHUTDOWN }, vectorRank: 1, keywordRank: 1 });
    const { score, similarity, keywordScore } = hits[0]!;
    expect(score).toBeCloseTo(similarity! + 0.6 * keywordScore! ** 3, 6);
  });

  it('reads only chunks of the organization', async () => {
    await anIndexedDocument();
    expect((await search(aMember(), { query: 'close the server' })).hits).toEqual([]);
  });

  it('applies filters before the ranking', async () => {
    const viewer = aMember();
    const { document } = await anIndexedDocument(viewer, [SHUTDOWN]);
    const other = await anIndexedDocument(viewer, [COOKING, { content: 'Close the oven.', contentType: 'TIP' }]);
    const contents = async (filter: object, mode = 'HYBRID') =>
      (await search(viewer, { query: 'close the server', mode, filter })).hits.map(({ chunk }) => chunk.content).sort();
    expect(await contents({ documentId: document.id })).toEqual([SHUTDOWN]);
    expect(await contents({ collectionIds: [other.document.collectionId] })).toEqual(['Close the oven.', COOKING].sort());
    expect(await contents({ contentType: 'TIP' })).toEqual(['Close the oven.']);
    expect(await contents({ metadata: { none: true } })).toEqual([]);
    expect(await contents({ collectionIds: [await createCollection(subgraph, viewer)] }, 'KEYWORD')).toEqual([]);
  });

  it('finds a changed chunk by its new meaning', async () => {
    const viewer = aMember();
    const { document } = await anIndexedDocument(viewer, [SHUTDOWN]);
    await ingestDocument(subgraph, viewer, { collectionId: document.collectionId, sourceUrl: document.sourceUrl, chunks: [COOKING] });
    await eventually(async () => {
      const { hits, pendingChunkCount } = await search(viewer, { query: 'bread', mode: 'VECTOR' });
      expect(pendingChunkCount).toBe(0);
      expect(hits.map(({ chunk }) => chunk.content)).toEqual([COOKING]);
    });
  });

  it('lists related chunks, the closest first', async () => {
    const { viewer, document } = await anIndexedDocument(aMember(), [COOKING, SHUTDOWN, 'Let the yeast dough rise in a warm place.']);
    const { data } = await subgraph.execute(viewer, STATUS, { id: document.id });
    const [first, second] = data!.document!.chunks.nodes[0]!.relatedChunks;
    expect([first!.chunk.content, second!.chunk.content]).toEqual(['Let the yeast dough rise in a warm place.', SHUTDOWN]);
    expect(first!.similarity).toBeGreaterThan(second!.similarity!);
  });

  it.each([
    [{ query: ' ' }, 'query must not be blank'],
    [{ query: 'x'.repeat(1001) }, 'query must have at most 1000 characters; got 1001'],
    [{ query: 'x', topK: 51 }, 'topK must be between 1 and 50; got 51'],
    [{ query: 'x', filter: { collectionIds: ['x'] } }, 'filter.collectionIds must be a UUID; got "x"'],
    [{ query: 'x', filter: { metadata: [1] } }, 'filter.metadata must be a JSON object; got "[1]"'],
  ])('refuses %j', async (input, message) => {
    const { errors } = await subgraph.execute(aMember(), SEARCH, { input: input as never });
    expect(errors).toMatchObject([{ message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
