import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { executeConcurrently, PAGE_INFO, tenTimes, readAllPages } from './arrange.js';
import { addExample, mutate, CODE, createCorpus, SIMULATION } from './corpora.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const FIELDS =
  'id name version kind dataSource useCases { id } recordCount clearedCount averageQualityScore snapshot { id } createdAt updatedAt';
const CREATE = graphql(`
  mutation ($input: TrainingCorpusCreateInput!) {
    trainingCorpusCreate(input: $input) {
      trainingCorpus {
        ${FIELDS}
      }
      userErrors {
        code
        field
      }
    }
  }
`);

const create = (viewer: Viewer, input: object) => mutate(subgraph, viewer, 'trainingCorpusCreate', input, `trainingCorpus { ${FIELDS} }`);
const update = (viewer: Viewer, input: object) => mutate(subgraph, viewer, 'trainingCorpusUpdate', input, `trainingCorpus { ${FIELDS} }`);
const remove = (viewer: Viewer, id: string) => mutate(subgraph, viewer, 'trainingCorpusDelete', { id }, 'deletedId');
const read = async (viewer: Viewer, id: string) =>
  (await subgraph.execute(viewer, graphql(`query ($id: ID!) { trainingCorpus(id: $id) { ${FIELDS} } }`), { id })).data.trainingCorpus;
const idsOf = async (viewer: Viewer, args = '') => {
  const { data } = await subgraph.execute<{ trainingCorpora: Connection<{ id: string }> }>(
    viewer,
    `{ trainingCorpora${args} { nodes { id } } }`,
  );
  return data.trainingCorpora.nodes.map(({ id }) => id);
};

describe('a training corpus', () => {
  it('is the next version of its name, with its source and use case', async () => {
    const viewer = aMember();
    const about = { name: 'support', kind: 'CONVERSATION', dataSource: 'tickets of 2026', useCaseIds: [uuidv7(), uuidv7()] };
    const { trainingCorpus, userErrors } = await create(viewer, about);
    expect(userErrors).toEqual([]);
    expect(trainingCorpus).toMatchObject({
      name: 'support',
      version: 1,
      kind: 'CONVERSATION',
      dataSource: 'tickets of 2026',
      useCases: about.useCaseIds.map((id) => ({ id })),
      recordCount: 0,
      clearedCount: 0,
      averageQualityScore: null,
      snapshot: null,
    });
    expect(await read(viewer, trainingCorpus.id)).toEqual(trainingCorpus);
    expect((await create(viewer, about)).trainingCorpus).toMatchObject({ version: 2 });
    expect((await create(viewer, { ...about, name: 'sales' })).trainingCorpus).toMatchObject({ version: 1 });
    expect((await create(aMember(), about)).trainingCorpus).toMatchObject({ version: 1 });
  });

  it('numbers ten concurrent versions from 1 to 10, and creates one for ten requests with one idempotency key', async () => {
    const viewer = aMember();
    const answers = await executeConcurrently(subgraph, viewer, CREATE, tenTimes({ name: 'c', kind: 'CODE' }));
    const versions = answers.map(({ data }) => data.trainingCorpusCreate.trainingCorpus.version).sort((a, b) => a - b);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const same = await executeConcurrently(subgraph, viewer, CREATE, tenTimes({ name: 'once', kind: 'CODE', idempotencyKey: 'k' }));
    expect(new Set(same.map(({ data }) => data.trainingCorpusCreate.trainingCorpus.id)).size).toBe(1);
    expect(same[0]!.data.trainingCorpusCreate.trainingCorpus.version).toBe(1);
  });

  it('counts its examples, the cleared ones, and their quality', async () => {
    const viewer = aMember();
    const [id, empty] = [await createCorpus(subgraph, viewer), await createCorpus(subgraph, viewer)];
    await addExample(subgraph, viewer, id, { qualityScore: 0.5, personalData: 'CLEARED' });
    await addExample(subgraph, viewer, id, { qualityScore: 1, personalData: 'FOUND' }, CODE);
    const last = await addExample(subgraph, viewer, id, {}, SIMULATION);
    expect(await read(viewer, id)).toMatchObject({ recordCount: 3, clearedCount: 1, averageQualityScore: 0.75 });
    await mutate(subgraph, viewer, 'simulationExampleDelete', { id: last }, 'deletedId');
    subgraph.statements.take();
    const { data } = await subgraph.execute(
      viewer,
      graphql('{ trainingCorpora { nodes { id recordCount clearedCount averageQualityScore } } }'),
    );
    expect(subgraph.statements.take()).toHaveLength(2);
    expect(data.trainingCorpora.nodes).toEqual([
      { id: empty, recordCount: 0, clearedCount: 0, averageQualityScore: null },
      { id, recordCount: 2, clearedCount: 1, averageQualityScore: 0.75 },
    ]);
  });

  it('changes the given fields and keeps the omitted ones', async () => {
    const viewer = aMember();
    const useCaseId = uuidv7();
    const id = await createCorpus(subgraph, viewer, { dataSource: 'before', useCaseIds: [useCaseId] });
    expect((await update(viewer, { id, dataSource: 'after' })).trainingCorpus).toMatchObject({
      dataSource: 'after',
      useCases: [{ id: useCaseId }],
    });
    expect((await update(viewer, { id, useCaseIds: [] })).trainingCorpus).toMatchObject({ dataSource: 'after', useCases: [] });
  });

  it('is deleted with its examples', async () => {
    const viewer = aMember();
    const id = await createCorpus(subgraph, viewer);
    const example = await addExample(subgraph, viewer, id);
    expect(await remove(viewer, id)).toEqual({ deletedId: id, userErrors: [] });
    expect(await read(viewer, id)).toBeNull();
    const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { conversationExample(id: $id) { id } }'), { id: example });
    expect(data.conversationExample).toBeNull();
    expect((await remove(viewer, id)).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  });

  it.each([
    ['a blank name', { name: ' ' }, 'BLANK', ['input', 'name']],
    ['a long name', { name: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'name']],
    ['a long source', { dataSource: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'dataSource']],
    ['a malformed use case', { useCaseIds: [uuidv7(), 'x'] }, 'INVALID', ['input', 'useCaseIds', '1']],
    ['too many use cases', { useCaseIds: Array.from({ length: 101 }, () => uuidv7()) }, 'TOO_LONG', ['input', 'useCaseIds']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('is not created with %s', async (_, wrong, code, field) => {
    const viewer = aMember();
    expect(await create(viewer, { name: 'c', kind: 'CODE', ...wrong })).toMatchObject({
      trainingCorpus: null,
      userErrors: [{ code, field }],
    });
    expect(await idsOf(viewer)).toEqual([]);
  });

  it('can be neither read nor changed nor deleted by another organization', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const id = await createCorpus(subgraph, viewer);
    const before = await read(viewer, id);
    expect(await read(stranger, id)).toBeNull();
    for (const one of [id, uuidv7()]) {
      expect((await update(stranger, { id: one, dataSource: 'x' })).userErrors).toMatchObject([
        { code: 'NOT_FOUND', field: ['input', 'id'] },
      ]);
      expect((await remove(stranger, one)).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
    }
    expect((await update(viewer, { id: 'x', useCaseIds: ['y', 'Y'] })).userErrors).toMatchObject([
      { field: ['input', 'id'] },
      { field: ['input', 'useCaseIds'] },
      { field: ['input', 'useCaseIds', '0'] },
      { field: ['input', 'useCaseIds', '1'] },
    ]);
    expect(await read(viewer, id)).toEqual(before);
  });
});

describe('the list of training corpora', () => {
  it('can be filtered by name, kind, and use case, and ordered', async () => {
    const viewer = aMember();
    const useCaseId = uuidv7();
    const b1 = await createCorpus(subgraph, viewer, { name: 'b', kind: 'CODE' });
    const b2 = await createCorpus(subgraph, viewer, { name: 'b', useCaseIds: [uuidv7(), useCaseId] });
    const a1 = await createCorpus(subgraph, viewer, { name: 'a (b)', useCaseIds: [useCaseId] });
    expect(await idsOf(viewer)).toEqual([a1, b2, b1]);
    expect(await idsOf(viewer, '(filter: { name: "b" })')).toEqual([b2, b1]);
    expect(await idsOf(viewer, '(filter: { nameContains: "B)" })')).toEqual([a1]);
    expect(await idsOf(viewer, '(filter: { kind: CODE })')).toEqual([b1]);
    expect(await idsOf(viewer, `(filter: { useCaseId: "${useCaseId.toUpperCase()}" })`)).toEqual([a1, b2]);
    expect(await idsOf(viewer, '(orderBy: { field: NAME, direction: ASC })')).toEqual([a1, b1, b2]);
    expect(await idsOf(viewer, '(orderBy: { field: VERSION, direction: DESC })')).toEqual([b2, a1, b1]);
    for (const backward of [false, true]) {
      const nodes = await readAllPages<{ id: string }>(backward, async (args) => {
        const { data } = await subgraph.execute<{ trainingCorpora: Connection<{ id: string }> }>(
          viewer,
          `{ trainingCorpora(${args}) { nodes { id } ${PAGE_INFO} } }`,
        );
        return data.trainingCorpora;
      });
      expect(nodes.map(({ id }) => id)).toEqual(backward ? [b1, b2, a1] : [a1, b2, b1]);
    }
  });
});
