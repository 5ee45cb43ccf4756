import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { datasets, files } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { addExample, mutate, CODE, createCorpus, SIMULATION } from './corpora.js';
import { download } from './upload.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const EXPORT = 'export { recordCount trainingCorpus { id snapshot { id } } file { id filename mimeType byteSize metadata downloadUrl } }';
const exported = (viewer: Viewer, input: object) => mutate(subgraph, viewer, 'trainingCorpusExport', input, EXPORT);
const linesOf = async (file: { downloadUrl: string }): Promise<unknown[]> => {
  const response = await download(subgraph, file.downloadUrl);
  expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
  const text = await response.text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
};
const fileCount = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ storedFiles { totalCount } }'))).data.storedFiles.totalCount;
const CLEARED = { personalData: 'CLEARED' };

describe('the export of a training corpus', () => {
  it('is a file with one example in each line, oldest first, and a snapshot of the corpus', async () => {
    const viewer = aMember();
    const id = await createCorpus(subgraph, viewer, { name: 'support / "chat"' });
    const useCaseId = uuidv7();
    const first = await addExample(subgraph, viewer, id, { ...CLEARED, useCaseId, qualityScore: 0.5, context: { plan: 'pro' } });
    const second = await addExample(subgraph, viewer, id, CLEARED, CODE);
    const third = await addExample(subgraph, viewer, id, CLEARED, SIMULATION);
    const { export: done, userErrors } = await exported(viewer, { id });
    expect(userErrors).toEqual([]);
    expect(done).toMatchObject({
      recordCount: 3,
      trainingCorpus: { id, snapshot: { id: done.file.id } },
      file: {
        filename: 'support _ "chat"-v1.jsonl',
        mimeType: 'application/jsonl',
        metadata: { corpusId: id, version: 1, recordCount: 3 },
      },
    });
    const nothing = { useCaseId: null, qualityScore: null };
    expect(await linesOf(done.file)).toEqual([
      {
        id: first,
        kind: 'CONVERSATION',
        userQuery: 'How?',
        aiResponse: 'So.',
        context: { plan: 'pro' },
        suggestions: [],
        useCaseId,
        qualityScore: 0.5,
      },
      {
        id: second,
        kind: 'CODE',
        ...CODE.required,
        explanation: null,
        testCode: null,
        refactoredCode: null,
        securityIssues: [],
        ...nothing,
      },
      { id: third, kind: 'SIMULATION', ...SIMULATION.required, pipelineSteps: [], businessImpact: null, ...nothing },
    ]);
  });

  it('contains any input unchanged', async () => {
    const viewer = aMember();
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((one) => one.trim() !== '' && !one.includes('\0'));
    const example = fc.record({
      userQuery: fc.oneof(text, fc.constantFrom('=HYPERLINK("x")', 'a\nb', 'a\u2028b')),
      aiResponse: text,
      suggestions: fc.array(text),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(example, { minLength: 1, maxLength: 4 }), async (examples) => {
        const id = await createCorpus(subgraph, viewer);
        for (const one of examples) await addExample(subgraph, viewer, id, { ...one, ...CLEARED });
        expect(await linesOf((await exported(viewer, { id })).export.file)).toMatchObject(examples);
      }),
      { numRuns: 20 },
    );
  });

  it.each(['UNREVIEWED', 'FOUND'])('is refused if an example is %s, and writes nothing', async (personalData) => {
    const viewer = aMember();
    const id = await createCorpus(subgraph, viewer);
    await addExample(subgraph, viewer, id, { ...CLEARED, qualityScore: 0.9 });
    await addExample(subgraph, viewer, id, { personalData, qualityScore: 0.1 });
    expect(await exported(viewer, { id })).toEqual({
      export: null,
      userErrors: [
        { code: 'INVALID', field: ['input', 'id'], message: '1 of 2 examples are not CLEARED of personal data. Review them first.' },
      ],
    });
    expect(await fileCount(viewer)).toBe(0);
    expect((await exported(viewer, { id, minQualityScore: 0.5 })).export).toMatchObject({ recordCount: 1 });
  });

  it('is refused after a cleared example was changed', async () => {
    const viewer = aMember();
    const id = await createCorpus(subgraph, viewer);
    const example = await addExample(subgraph, viewer, id, CLEARED);
    expect((await exported(viewer, { id })).userErrors).toEqual([]);
    await mutate(
      subgraph,
      viewer,
      'conversationExampleUpdate',
      { id: example, expectedRevision: 1, aiResponse: 'Ask Jane Doe.' },
      'conversationExample { id }',
    );
    expect((await exported(viewer, { id })).userErrors).toMatchObject([{ code: 'INVALID' }]);
    expect(await fileCount(viewer)).toBe(1);
  });

  it('is stored in a file if it is large, once for the same bytes', async () => {
    const viewer = aMember();
    const id = await createCorpus(subgraph, viewer);
    const aiResponse = 'x'.repeat(60_000);
    for (let index = 0; index < 25; index += 1)
      await addExample(subgraph, viewer, id, { userQuery: String(index), aiResponse, ...CLEARED });
    const [one, two] = [(await exported(viewer, { id })).export, (await exported(viewer, { id })).export];
    expect(one.file.byteSize).toBeGreaterThan(1_500_000);
    const lines = (await linesOf(one.file)) as { userQuery: string }[];
    expect(lines.map(({ userQuery }) => userQuery)).toEqual(Array.from({ length: 25 }, (_, index) => String(index)));
    expect(await linesOf(two.file)).toEqual(lines);
    expect(two.file.id).not.toBe(one.file.id);
    const blobs: string[] = [];
    for await (const { orgId, blobId } of files.blobs.writtenBefore(new Date(Date.now() + 60_000)))
      if (orgId === viewer.organizationId) blobs.push(blobId);
    expect(blobs).toHaveLength(1);
  });

  it('keeps its file after the corpus is deleted, and the corpus after its file is deleted', async () => {
    const viewer = aMember();
    const [id, other] = [await createCorpus(subgraph, viewer), await createCorpus(subgraph, viewer)];
    for (const corpusId of [id, other]) await addExample(subgraph, viewer, corpusId, CLEARED);
    const { file } = (await exported(viewer, { id })).export;
    const { file: gone } = (await exported(viewer, { id: other })).export;
    await mutate(subgraph, viewer, 'trainingCorpusDelete', { id }, 'deletedId');
    expect(await linesOf(file)).toHaveLength(1);
    await mutate(subgraph, viewer, 'storedFileDelete', { id: gone.id }, 'deletedId');
    const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { trainingCorpus(id: $id) { snapshot { id } } }'), {
      id: other,
    });
    expect(data.trainingCorpus.snapshot).toBeNull();
  });

  it('is refused for an empty, unknown, or foreign corpus', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const [empty, foreign] = [await createCorpus(subgraph, viewer), await createCorpus(subgraph, stranger)];
    await addExample(subgraph, stranger, foreign, CLEARED);
    expect((await exported(viewer, { id: empty })).userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'id'] }]);
    for (const id of [foreign, uuidv7()])
      expect((await exported(viewer, { id })).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
    expect((await exported(viewer, { id: 'x', minQualityScore: 2 })).userErrors).toMatchObject([
      { code: 'INVALID', field: ['input', 'id'] },
      { code: 'INVALID', field: ['input', 'minQualityScore'] },
    ]);
    expect(await fileCount(viewer)).toBe(0);
  });
});
