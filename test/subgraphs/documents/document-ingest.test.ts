import { v7 as uuidv7 } from 'uuid';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import { graphql } from '../../kit/documents/documents.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { chunkInput, createCollection, ingestDocument } from './arrange.js';
import { again, contents, counts, GUIDE, ingest, INGEST, totals } from './arrange-ingest.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

describe('ingesting a new document', () => {
  it('creates it with its chunks in order', async () => {
    const viewer = aMember();
    const collectionId = await createCollection(subgraph, viewer);
    const [useCaseId, discoveryToolId] = [uuidv7(), uuidv7()];
    const chunks = ['first', { content: 'second', title: 'Two', contentType: 'CODE', useCaseId, discoveryToolId }];
    const answer = await ingest(subgraph, viewer, { collectionId, version: '3.11', metadata: { language: 'en' }, chunks });
    expect(answer).toMatchObject({
      document: { title: 'Guide', version: '3.11', metadata: { language: 'en' }, revision: 1, chunkCount: 2 },
      ingest: counts(2, 0, 0, 0),
      userErrors: [],
    });
    expect(answer.document.chunks.nodes).toMatchObject([
      { chunkIndex: 0, title: null, content: 'first', contentType: 'TEXT', useCase: null, discoveryTool: null },
      {
        chunkIndex: 1,
        title: 'Two',
        content: 'second',
        contentType: 'CODE',
        useCase: { id: useCaseId },
        discoveryTool: { id: discoveryToolId },
      },
    ]);
  });

  it('keeps the exact text, except for Unicode NFC and line feeds', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { chunks: ['  Cafe\u0301\r\n\tIF x THEN\ry ', 'if x then'] });
    const spelled = await ingest(subgraph, viewer, again(first, ['  Caf\u00e9\n\tIF x THEN\ny ', 'IF x THEN']));
    expect(spelled.ingest).toEqual(counts(0, 1, 1, 0));
    expect(contents(spelled.document)).toEqual(['  Caf\u00e9\n\tIF x THEN\ny ', 'IF x THEN']);
  });

  it('stores repeated text: in one document, in two, and in two organizations', async () => {
    const viewer = aMember();
    const { collectionId } = await ingestDocument(subgraph, viewer, { chunks: ['same', 'same'] });
    await ingestDocument(subgraph, viewer, { collectionId, chunks: ['same'] });
    await ingestDocument(subgraph, aMember(), { chunks: ['same'] });
    expect(await totals(subgraph, viewer)).toEqual({ documentCount: 2, chunkCount: 3 });
  });

  it('identifies a document by collection, URL, and version, including no version', async () => {
    const viewer = aMember();
    const collectionId = await createCollection(subgraph, viewer);
    const other = await createCollection(subgraph, viewer);
    const ids = [];
    for (const identity of [
      {},
      { version: null },
      { version: '1' },
      { version: '1' },
      { sourceUrl: `${GUIDE}/2` },
      { collectionId: other },
    ]) {
      ids.push((await ingest(subgraph, viewer, { collectionId, chunks: ['a'], ...identity })).document.id);
    }
    expect([ids[0] === ids[1], ids[2] === ids[3], new Set(ids).size]).toEqual([true, true, 4]);
  });

  it.each([
    ['a malformed collection id', { collectionId: '1' }, 'INVALID', ['input', 'collectionId']],
    ['an unknown collection', { collectionId: uuidv7() }, 'NOT_FOUND', ['input', 'collectionId']],
    ['a blank URL', { sourceUrl: '' }, 'BLANK', ['input', 'sourceUrl']],
    ['a relative URL', { sourceUrl: '/guide' }, 'INVALID', ['input', 'sourceUrl']],
    ['a URL of another scheme', { sourceUrl: 'file:///etc/passwd' }, 'INVALID', ['input', 'sourceUrl']],
    ['a URL without a host', { sourceUrl: 'https://?x' }, 'INVALID', ['input', 'sourceUrl']],
    ['a URL with a space', { sourceUrl: 'https://example.com/a b' }, 'INVALID', ['input', 'sourceUrl']],
    ['a long URL', { sourceUrl: `${GUIDE}/${'x'.repeat(500)}` }, 'TOO_LONG', ['input', 'sourceUrl']],
    ['a blank title', { title: ' ' }, 'BLANK', ['input', 'title']],
    ['a long title', { title: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'title']],
    ['a blank version', { version: '' }, 'BLANK', ['input', 'version']],
    ['a long version', { version: 'x'.repeat(51) }, 'TOO_LONG', ['input', 'version']],
    ['metadata that is no object', { metadata: [1] }, 'INVALID', ['input', 'metadata']],
    ['no chunks', { chunks: [] }, 'BLANK', ['input', 'chunks']],
    ['too many chunks', { chunks: Array<string>(1001).fill('x') }, 'TOO_LONG', ['input', 'chunks']],
    ['a blank chunk', { chunks: ['a', ' '] }, 'BLANK', ['input', 'chunks', '1', 'content']],
    ['a long chunk', { chunks: ['x'.repeat(100_001)] }, 'TOO_LONG', ['input', 'chunks', '0', 'content']],
    ['a blank chunk title', { chunks: [{ content: 'a', title: '' }] }, 'BLANK', ['input', 'chunks', '0', 'title']],
    ['a malformed use case id', { chunks: [{ content: 'a', useCaseId: 'u' }] }, 'INVALID', ['input', 'chunks', '0', 'useCaseId']],
    [
      'a malformed discovery tool id',
      { chunks: ['a', { content: 'a', discoveryToolId: 't' }] },
      'INVALID',
      ['input', 'chunks', '1', 'discoveryToolId'],
    ],
  ])('refuses %s and writes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const collectionId = await createCollection(subgraph, viewer);
    const answer = await ingest(subgraph, viewer, { collectionId, chunks: ['a'], ...wrong });
    expect(answer).toMatchObject({ document: null, ingest: null, userErrors: [{ code, field }] });
    expect(await totals(subgraph, viewer)).toEqual({ documentCount: 0, chunkCount: 0 });
  });

  it.each([
    ['the longest chunk', ['x'.repeat(100_000)]],
    ['the most chunks', Array.from({ length: 1_000 }, (_, index) => `${index} ${'x'.repeat(200)}`)],
  ])('accepts the documented limit of %s, within the request limit of the gateway', async (_, texts) => {
    const viewer = aMember();
    const input = {
      collectionId: await createCollection(subgraph, viewer),
      sourceUrl: GUIDE,
      title: 'Guide',
      chunks: texts.map(chunkInput),
    };
    expect(JSON.stringify({ query: INGEST, variables: { input } }).length).toBeLessThan(256 * 1024);
    const { data } = await subgraph.execute(viewer, INGEST, { input });
    expect(data.documentIngest).toMatchObject({ document: { chunkCount: texts.length }, userErrors: [] });
  });

  it('reports all user errors at once', async () => {
    const viewer = aMember();
    const answer = await ingest(subgraph, viewer, { collectionId: '1', title: '', sourceUrl: 'x', chunks: ['', 'a', ''] });
    expect(answer.userErrors.map((error) => error.field.join('.'))).toEqual([
      'input.collectionId',
      'input.sourceUrl',
      'input.title',
      'input.chunks.0.content',
      'input.chunks.2.content',
    ]);
  });
});

/** Selects only fields that cause no further statement. */
const INGEST_FOR_ID = graphql(`
  mutation ($input: DocumentIngestInput!) {
    documentIngest(input: $input) {
      document {
        id
      }
      ingest {
        addedCount
        updatedCount
        skippedCount
        deletedCount
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

describe('the cost and the races of an ingest', () => {
  it('takes as many statements for a hundred chunks as for one, new or changed', async () => {
    const cost = async (count: number) => {
      const viewer = aMember();
      const collectionId = await createCollection(subgraph, viewer);
      const costs = [];
      const texts = (text: string, size = count) => Array.from({ length: size }, (_, index) => `${text} ${index}`);
      for (const chunks of [texts('new', count + 1), texts('changed'), texts('changed')]) {
        subgraph.statements.take();
        const { data } = await subgraph.execute(viewer, INGEST_FOR_ID, {
          input: { collectionId, sourceUrl: GUIDE, title: 'Guide', chunks: chunks.map(chunkInput) },
        });
        expect(data.documentIngest.userErrors).toEqual([]);
        costs.push(subgraph.statements.take().length);
      }
      return costs;
    };
    const [one, hundred] = [await cost(1), await cost(100)];
    expect(hundred).toEqual(one);
    expect(Math.max(...hundred)).toBeLessThanOrEqual(14);
  });

  it('creates one document for ten concurrent requests, with the content of one of them', async () => {
    const viewer = aMember();
    const collectionId = await createCollection(subgraph, viewer);
    const texts = Array.from({ length: 10 }, (_, run) => Array.from({ length: run + 1 }, () => `run ${run}`));
    const answers = await Promise.all(texts.map((chunks) => ingest(subgraph, viewer, { collectionId, chunks })));
    expect(new Set(answers.map((answer) => answer.document?.id)).size).toBe(1);
    expect(answers.flatMap((answer) => answer.userErrors)).toEqual([]);
    const { data } = await subgraph.execute(viewer, graphql('{ documents { nodes { chunks { nodes { content } } } } }'));
    expect(data.documents.nodes).toHaveLength(1);
    expect(texts).toContainEqual(contents(data.documents.nodes[0]!));
  });

  it('cannot write into another organization', async () => {
    const owner = aMember();
    const first = await ingestDocument(subgraph, owner);
    const answer = await ingest(subgraph, aMember(), again(first, ['x']));
    expect(answer).toMatchObject({ document: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'collectionId'] }] });
    const dry = await ingest(subgraph, aMember(), again(first, ['x'], { dryRun: true }));
    expect(dry.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});
