import { v7 as uuidv7 } from 'uuid';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import { graphql } from '../../kit/documents/documents.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createCollection, ingestDocument, recordAnswer } from './arrange.js';
import { again, contents, counts, ingest, totals } from './arrange-ingest.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

describe('ingesting a document again', () => {
  it('skips unchanged chunks, and does not change the document', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a', 'b', 'c'], metadata: { b: 1, a: 2 } });
    const before = await ingest(subgraph, viewer, again(first, ['a', 'b', 'c']));
    const after = await ingest(subgraph, viewer, again(first, ['a', 'b', 'c'], { metadata: { a: 2, b: 1 } }));
    expect(after).toEqual({ ...before, ingest: counts(0, 0, 3, 0) });
    expect(after.document).toMatchObject({ id: first.id, metadata: { b: 1, a: 2 } });
    expect(after.document.updatedAt).toBe(after.document.createdAt);
  });

  it('adds, updates, and deletes chunks, which keep their ids and creation times', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a', 'b', 'c', 'd'] });
    const shorter = await ingest(subgraph, viewer, again(first, ['a', 'B', 'c']));
    expect(shorter.ingest).toEqual(counts(0, 1, 2, 1));
    expect(contents(shorter.document)).toEqual(['a', 'B', 'c']);
    expect(shorter.document.chunks.nodes.map((chunk) => chunk.id)).toEqual(first.chunkIds.slice(0, 3));
    const [same, changed] = shorter.document.chunks.nodes;
    expect(same!.updatedAt).toBe(same!.createdAt);
    expect(changed!.updatedAt > changed!.createdAt).toBe(true);
    expect(shorter.document.updatedAt).not.toBe(shorter.document.createdAt);
    const longer = await ingest(subgraph, viewer, again(first, ['A', 'B', 'c', 'd', 'e']));
    expect(longer.ingest).toEqual(counts(2, 1, 2, 0));
    expect(contents(longer.document)).toEqual(['A', 'B', 'c', 'd', 'e']);
    expect(longer.document.chunkCount).toBe(5);
  });

  it('updates only a chunk whose title, type, use case, or tool changed', async () => {
    const viewer = aMember();
    const id = uuidv7();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a', 'b', 'c', 'd', { content: 'e', useCaseId: id }] });
    const chunks = [
      { content: 'a', title: 'T' },
      { content: 'b', contentType: 'TIP' },
      { content: 'c', useCaseId: id },
      { content: 'd', discoveryToolId: id },
      { content: 'e', useCaseId: id.toUpperCase() },
    ];
    const answer = await ingest(subgraph, viewer, again(first, chunks));
    expect(answer.ingest).toEqual(counts(0, 4, 1, 0));
    expect(answer.document.chunks.nodes).toMatchObject([
      { content: 'a', title: 'T' },
      { content: 'b', contentType: 'TIP' },
      { content: 'c', useCase: { id } },
      { content: 'd', discoveryTool: { id } },
      { content: 'e', useCase: { id } },
    ]);
    expect((await ingest(subgraph, viewer, again(first, chunks))).ingest).toEqual(counts(0, 0, 5, 0));
  });

  it('replaces the title and the metadata, and keeps omitted metadata', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a'], metadata: { pages: 3 } });
    const renamed = await ingest(subgraph, viewer, again(first, ['a'], { title: 'New' }));
    expect(renamed).toMatchObject({ document: { title: 'New', metadata: { pages: 3 } }, ingest: counts(0, 0, 1, 0) });
    expect(renamed.document.updatedAt > renamed.document.createdAt).toBe(true);
    const noted = await ingest(subgraph, viewer, again(first, ['a'], { title: 'New', metadata: {} }));
    expect(noted.document).toMatchObject({ title: 'New', metadata: {} });
  });

  it('treats metadata in a literal like metadata in a variable', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a'], metadata: { a: { b: [1, { c: null }] } } });
    const run = async (metadata: string) => {
      const { data } = await subgraph.execute<{
        documentIngest: { document: { metadata: unknown; revision: number; createdAt: string; updatedAt: string } };
      }>(
        viewer,
        `mutation { documentIngest(input: { collectionId: "${first.collectionId}", sourceUrl: "${first.sourceUrl}", title: "Guide",
          metadata: ${metadata}, chunks: [{ content: "a" }] }) { document { metadata revision createdAt updatedAt } } }`,
      );
      return data.documentIngest.document;
    };
    const same = await run('{ a: { b: [1, { c: null }] } }');
    expect([same.revision, same.updatedAt]).toEqual([1, same.createdAt]);
    const other = await run('{ a: { b: [1, { c: 2 }] } }');
    expect(other).toMatchObject({ metadata: { a: { b: [1, { c: 2 }] } }, revision: 2 });
    expect(other.updatedAt > other.createdAt).toBe(true);
  });

  it('increments the revision for the title and the metadata, and not for chunks', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a'], metadata: { pages: 3 } });
    const revision = async (chunks: string[], more: object) =>
      (await ingest(subgraph, viewer, again(first, chunks, more))).document.revision;
    expect(await revision(['b', 'c'], {})).toBe(1);
    expect(await revision(['b', 'c'], { title: 'New' })).toBe(2);
    expect(await revision(['b', 'c'], { title: 'New', metadata: { pages: 4 } })).toBe(3);
    expect(await revision(['b', 'c'], { title: 'New', metadata: { pages: 4 } })).toBe(3);
    const stale = await subgraph.execute(
      viewer,
      graphql(`
        mutation ($id: ID!) {
          documentUpdate(input: { id: $id, expectedRevision: 2, metadata: {} }) {
            document {
              id
            }
            userErrors {
              code
              field
            }
          }
        }
      `),
      { id: first.id },
    );
    expect(stale.data.documentUpdate).toEqual({ document: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'expectedRevision'] }] });
  });

  it('refuses to delete a cited chunk, with its index, and changes nothing', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a', 'b', 'c', 'd'] });
    await recordAnswer(subgraph, viewer, { citations: [{ chunkId: first.chunkIds[1]! }, { chunkId: first.chunkIds[3]! }] });
    for (const dryRun of [true, false]) {
      const answer = await ingest(subgraph, viewer, again(first, ['A', 'b'], { dryRun }));
      expect(answer).toMatchObject({
        document: null,
        ingest: null,
        userErrors: [{ code: 'IN_USE', field: ['input', 'chunks'], message: expect.stringMatching(/indexes: 3\.$/) }],
      });
    }
    const updated = await ingest(subgraph, viewer, again(first, ['a', 'B', 'c', 'd']));
    expect(updated.ingest).toEqual(counts(0, 1, 3, 0));
  });

  it('refuses an empty list of chunks', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer);
    expect((await ingest(subgraph, viewer, again(first, []))).userErrors).toMatchObject([{ code: 'BLANK' }]);
    expect(await totals(subgraph, viewer)).toEqual({ documentCount: 1, chunkCount: 2 });
  });

  it('returns the new counts in the same request', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a'] });
    const part = (chunks: string) =>
      `documentIngest(input: { collectionId: "${first.collectionId}", sourceUrl: "${first.sourceUrl}", title: "Guide",
        chunks: [${chunks}] }) { document { chunkCount collection { chunkCount documentCount } } }`;
    const { data } = await subgraph.execute<Record<'one' | 'two', { document: object }>>(
      viewer,
      `mutation { one: ${part('{ content: "a" }')} two: ${part('{ content: "a" }, { content: "b" }')} }`,
    );
    expect(data.one.document).toEqual({ chunkCount: 1, collection: { chunkCount: 1, documentCount: 1 } });
    expect(data.two.document).toEqual({ chunkCount: 2, collection: { chunkCount: 2, documentCount: 1 } });
  });
});

describe('a dry run', () => {
  it('returns the counts of an ingest and changes nothing', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['a', 'b', 'c'] });
    const input = again(first, ['a', 'B'], { title: 'New', metadata: { x: 1 } });
    const foreseen = await ingest(subgraph, viewer, { ...input, dryRun: true });
    expect(foreseen).toMatchObject({
      document: { id: first.id, title: 'Guide', metadata: {}, chunkCount: 3 },
      ingest: counts(0, 1, 1, 1),
      userErrors: [],
    });
    expect(contents(foreseen.document)).toEqual(['a', 'b', 'c']);
    expect((await ingest(subgraph, viewer, input)).ingest).toEqual(foreseen.ingest);
  });

  it('returns the counts of a new document and creates none', async () => {
    const viewer = aMember();
    const collectionId = await createCollection(subgraph, viewer);
    const foreseen = await ingest(subgraph, viewer, { collectionId, chunks: ['a', 'b'], dryRun: true });
    expect(foreseen).toEqual({ document: null, ingest: counts(2, 0, 0, 0), userErrors: [] });
    expect(await totals(subgraph, viewer)).toEqual({ documentCount: 0, chunkCount: 0 });
  });
});
