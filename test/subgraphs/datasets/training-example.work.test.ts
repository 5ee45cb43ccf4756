import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection, UserError } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { executeConcurrently, PAGE_INFO, tenTimes, readAllPages } from './arrange.js';
import { addExample, mutate, CODE, CONVERSATION, createCorpus, KINDS, SIMULATION, type Kind } from './corpora.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const SHARED = 'id corpus { id } qualityScore personalData reviewedBy { id } reviewedAt revision createdAt updatedAt';
const SAID = {
  CONVERSATION: 'userQuery aiResponse context suggestions useCase { id }',
  SIMULATION: 'solutionId scenarioId inputData expectedOutput pipelineSteps businessImpact',
  CODE: 'code language codeType explanation testCode refactoredCode securityIssues',
};
const fieldsOf = ({ kind, entity }: Kind) => `${entity} { ${SHARED} ${SAID[kind]} }`;

type ExamplePayload = Record<Kind['entity'], { id: string }> & { userErrors: UserError[] };
const changeExample = async (viewer: Viewer, kind: Kind, action: 'Create' | 'Update', input: object) =>
  (await mutate(subgraph, viewer, `${kind.entity}${action}`, input, fieldsOf(kind))) as unknown as ExamplePayload;
const create = (viewer: Viewer, kind: Kind, input: object) => changeExample(viewer, kind, 'Create', input);
const update = (viewer: Viewer, kind: Kind, input: object) => changeExample(viewer, kind, 'Update', input);
const remove = async (viewer: Viewer, kind: Kind, id: string) => mutate(subgraph, viewer, `${kind.entity}Delete`, { id }, 'deletedId');
const read = async (viewer: Viewer, kind: Kind, id: string) =>
  (
    await subgraph.execute<Record<string, object | null>>(
      viewer,
      `query ($id: ID!) { ${kind.entity}(id: $id) { ${SHARED} ${SAID[kind.kind]} } }`,
      { id },
    )
  ).data[kind.entity];
const idsOf = async (viewer: Viewer, { entity }: Kind, args = '') => {
  const { data } = await subgraph.execute<Record<string, Connection<{ id: string }>>>(viewer, `{ ${entity}s${args} { nodes { id } } }`);
  return data[`${entity}s`]!.nodes.map(({ id }) => id);
};
const countOf = async (viewer: Viewer, { entity }: Kind) =>
  (await subgraph.execute<Record<string, Connection<{ id: string }>>>(viewer, `{ ${entity}s { totalCount } }`)).data[`${entity}s`]!
    .totalCount;

const WHOLE = {
  CONVERSATION: { userQuery: '=HYPERLINK("x") ☃', aiResponse: 'a\n"b"', context: { a: [1, null] }, suggestions: ['more?'] },
  SIMULATION: {
    ...SIMULATION.required,
    pipelineSteps: ['read', 'price'],
    businessImpact: 'more revenue',
  },
  CODE: { ...CODE.required, explanation: 'prints', testCode: 'test', refactoredCode: 'print(2)', securityIssues: ['none'] },
};

describe.each(KINDS.map((kind) => [kind.entity, kind] as const))('%s', (entity, kind) => {
  it('is added with all or only required fields, and returned unchanged', async () => {
    const viewer = aMember();
    const corpusId = await createCorpus(subgraph, viewer, { kind: kind.kind });
    const useCaseId = kind === CONVERSATION ? uuidv7() : undefined;
    const { [entity]: example, userErrors } = await create(viewer, kind, { corpusId, ...WHOLE[kind.kind], useCaseId, qualityScore: 0.25 });
    expect(userErrors).toEqual([]);
    expect(example).toMatchObject({
      ...WHOLE[kind.kind],
      ...(useCaseId && { useCase: { id: useCaseId } }),
      corpus: { id: corpusId },
      qualityScore: 0.25,
      personalData: 'UNREVIEWED',
      reviewedBy: null,
      reviewedAt: null,
      revision: 1,
    });
    expect(await read(viewer, kind, example.id)).toEqual(example);
    expect((await create(viewer, kind, { corpusId, ...kind.required }))[entity]).toMatchObject({ ...kind.required, qualityScore: null });
  });

  it('changes the given fields, and becomes UNREVIEWED if its content changed', async () => {
    const viewer = aMember();
    const reviewer = aMember(viewer.organizationId);
    const id = await addExample(subgraph, viewer, await createCorpus(subgraph, viewer), WHOLE[kind.kind], kind);
    const cleared = await update(reviewer, kind, { id, expectedRevision: 1, personalData: 'CLEARED' });
    const review = { personalData: 'CLEARED', reviewedBy: { id: reviewer.userId }, reviewedAt: expect.any(String) };
    expect(cleared[entity]).toMatchObject({ ...WHOLE[kind.kind], ...review, revision: 2 });
    const scored = await update(viewer, kind, { id, expectedRevision: 2, qualityScore: 1, ...WHOLE[kind.kind] });
    expect(scored[entity]).toMatchObject({ ...WHOLE[kind.kind], ...review, qualityScore: 1, revision: 3 });
    const changed = await update(viewer, kind, { id, expectedRevision: 3, [kind.long]: 'Jane Doe' });
    expect(changed[entity]).toMatchObject({
      ...WHOLE[kind.kind],
      [kind.long]: 'Jane Doe',
      ...{ personalData: 'UNREVIEWED', reviewedBy: null, reviewedAt: null, qualityScore: 1, revision: 4 },
    });
    const both = await update(viewer, kind, { id, expectedRevision: 4, [kind.long]: 'J. D.', personalData: 'FOUND' });
    expect(both[entity]).toMatchObject({ [kind.long]: 'J. D.', personalData: 'FOUND', reviewedBy: { id: viewer.userId } });
    expect(await read(viewer, kind, id)).toEqual(both[entity]);
  });

  it('is not changed with a stale revision', async () => {
    const viewer = aMember();
    const id = await addExample(subgraph, viewer, await createCorpus(subgraph, viewer), {}, kind);
    await update(viewer, kind, { id, expectedRevision: 1, [kind.long]: 'Jane Doe' });
    const before = await read(viewer, kind, id);
    const stale = await update(viewer, kind, { id, expectedRevision: 1, personalData: 'CLEARED' });
    expect(stale).toMatchObject({ [entity]: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'expectedRevision'] }] });
    expect(await read(viewer, kind, id)).toEqual(before);
    const type = entity[0]!.toUpperCase() + entity.slice(1);
    const query = `mutation ($input: ${type}UpdateInput!) { ${entity}Update(input: $input) { userErrors { code } } }`;
    const answers = await executeConcurrently<Record<string, { userErrors: UserError[] }>>(
      subgraph,
      viewer,
      query as never,
      tenTimes({ id, expectedRevision: 2, qualityScore: 0.5 }),
    );
    expect(answers.filter(({ data }) => data[`${entity}Update`]!.userErrors.length === 0)).toHaveLength(1);
  });

  it('is added once for a repeated idempotency key', async () => {
    const viewer = aMember();
    const input = { corpusId: await createCorpus(subgraph, viewer), ...kind.required, idempotencyKey: 'k' };
    expect((await create(viewer, kind, input))[entity].id).toBe((await create(viewer, kind, input))[entity].id);
    expect((await create(viewer, kind, { ...input, qualityScore: 1 })).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(await countOf(viewer, kind)).toBe(1);
  });

  it.each([
    ['a long text', { [kind.long]: 'x'.repeat(100_001) }, 'TOO_LONG', ['input', kind.long]],
    ['a score below 0', { qualityScore: -0.1 }, 'INVALID', ['input', 'qualityScore']],
    ['a score above 1', { qualityScore: 1.1 }, 'INVALID', ['input', 'qualityScore']],
    ['a malformed corpus', { corpusId: 'x' }, 'INVALID', ['input', 'corpusId']],
    ['an unknown corpus', { corpusId: uuidv7() }, 'NOT_FOUND', ['input', 'corpusId']],
    ['a blank idempotency key', { idempotencyKey: ' ' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('is not added with %s', async (_, wrong, code, field) => {
    const viewer = aMember();
    const input = { corpusId: await createCorpus(subgraph, viewer), ...kind.required, ...wrong };
    expect(await create(viewer, kind, input)).toMatchObject({ [entity]: null, userErrors: [{ code, field }] });
    expect(await countOf(viewer, kind)).toBe(0);
  });

  it('cannot be added to a corpus of another kind', async () => {
    const viewer = aMember();
    for (const other of KINDS.filter((one) => one !== kind)) {
      const corpusId = await createCorpus(subgraph, viewer, { kind: other.kind });
      expect((await create(viewer, kind, { corpusId, ...kind.required })).userErrors).toMatchObject([
        { code: 'INVALID', field: ['input', 'corpusId'] },
      ]);
    }
  });

  it('is visible to its organization only, and as its kind only', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const corpusId = await createCorpus(subgraph, viewer);
    const id = await addExample(subgraph, viewer, corpusId, {}, kind);
    const before = await read(viewer, kind, id);
    const other = KINDS.find((one) => one !== kind)!;
    for (const [who, as] of [
      [stranger, kind],
      [viewer, other],
    ] as const) {
      expect(await read(who, as, id)).toBeNull();
      expect((await update(who, as, { id, expectedRevision: 1, qualityScore: 0 })).userErrors).toMatchObject([
        { code: 'NOT_FOUND', field: ['input', 'id'] },
      ]);
      expect((await remove(who, as, id)).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
      expect(await idsOf(who, as)).toEqual([]);
    }
    expect((await create(stranger, kind, { corpusId, ...kind.required })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', field: ['input', 'corpusId'] },
    ]);
    expect(await read(viewer, kind, id)).toEqual(before);
    expect(await remove(viewer, kind, id)).toEqual({ deletedId: id, userErrors: [] });
    expect(await read(viewer, kind, id)).toBeNull();
  });

  it('is paged by corpus, quality, and review', async () => {
    const viewer = aMember();
    const [corpusId, other] = [await createCorpus(subgraph, viewer), await createCorpus(subgraph, viewer)];
    const best = await addExample(subgraph, viewer, corpusId, { qualityScore: 0.9, personalData: 'CLEARED' }, kind);
    const unrated = await addExample(subgraph, viewer, corpusId, {}, kind);
    const worst = await addExample(subgraph, viewer, corpusId, { qualityScore: 0.1, personalData: 'FOUND' }, kind);
    const elsewhere = await addExample(subgraph, viewer, other, { qualityScore: 0.5 }, kind);
    expect(await idsOf(viewer, kind)).toEqual([elsewhere, worst, unrated, best]);
    expect(await idsOf(viewer, kind, '(filter: { minQualityScore: 0.5 })')).toEqual([elsewhere, best]);
    expect(await idsOf(viewer, kind, '(filter: { maxQualityScore: 0.5, personalData: FOUND })')).toEqual([worst]);
    expect(await idsOf(viewer, kind, '(orderBy: { field: QUALITY_SCORE, direction: DESC })')).toEqual([best, elsewhere, worst, unrated]);
    for (const backward of [false, true]) {
      const nodes = await readAllPages<{ id: string }>(backward, async (args) => {
        const page = `${entity}s(${args}, orderBy: { field: QUALITY_SCORE, direction: ASC }) { nodes { id } ${PAGE_INFO} totalCount }`;
        const { data } = await subgraph.execute<{ trainingCorpus: Record<string, Connection<{ id: string }>> }>(
          viewer,
          `query ($id: ID!) { trainingCorpus(id: $id) { ${page} } }`,
          { id: corpusId },
        );
        return data.trainingCorpus[`${entity}s`]!;
      });
      expect(nodes.map(({ id }) => id)).toEqual(backward ? [unrated, best, worst] : [worst, best, unrated]);
    }
  });

  it('is read without its content if that is not selected', async () => {
    const viewer = aMember();
    const corpusId = await createCorpus(subgraph, viewer);
    for (let index = 0; index < 5; index += 1) await addExample(subgraph, viewer, corpusId, {}, kind);
    subgraph.statements.take();
    await subgraph.execute(viewer, `{ ${entity}s { nodes { id qualityScore corpus { name } } } }`);
    const without = subgraph.statements.take();
    expect(without).toHaveLength(2);
    expect(without.join()).not.toContain('content');
    await subgraph.execute(viewer, `{ ${entity}s { nodes { ${SHARED} ${SAID[kind.kind]} } } }`);
    expect(subgraph.statements.take()).toHaveLength(3);
  });
});

describe('examples of one kind', () => {
  it('can be filtered by their content', async () => {
    const viewer = aMember();
    const [corpusId, useCaseId] = [await createCorpus(subgraph, viewer), uuidv7()];
    const about = await addExample(subgraph, viewer, corpusId, { useCaseId });
    await addExample(subgraph, viewer, corpusId, { useCaseId: uuidv7() });
    const python = await addExample(subgraph, viewer, corpusId, { language: 'Python' }, CODE);
    const sql = await addExample(subgraph, viewer, corpusId, { language: 'sql', codeType: 'query' }, CODE);
    const peak = await addExample(subgraph, viewer, corpusId, {}, SIMULATION);
    const quiet = await addExample(subgraph, viewer, corpusId, { scenarioId: 'quiet' }, SIMULATION);
    expect(await idsOf(viewer, CONVERSATION, `(filter: { useCaseId: "${useCaseId}" })`)).toEqual([about]);
    expect(await idsOf(viewer, CODE, '(filter: { language: "python" })')).toEqual([python]);
    expect(await idsOf(viewer, CODE, '(filter: { codeType: "query" })')).toEqual([sql]);
    expect(await idsOf(viewer, SIMULATION, '(filter: { solutionId: "pricing" })')).toEqual([quiet, peak]);
    expect(await idsOf(viewer, SIMULATION, '(filter: { solutionId: "pricing", scenarioId: "quiet" })')).toEqual([quiet]);
  });

  it('of a use case are those of the organization, in one statement for many', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const [one, two] = [uuidv7(), uuidv7()];
    const corpusId = await createCorpus(subgraph, viewer);
    const first = await addExample(subgraph, viewer, corpusId, { useCaseId: one });
    const second = await addExample(subgraph, viewer, corpusId, { useCaseId: two });
    const entities = async (who: Viewer) => {
      const of = [two, one, uuidv7()].map((id) => ({ __typename: 'UseCase', id }));
      const query = graphql(`
        query ($of: [_Any!]!) {
          _entities(representations: $of) {
            ... on UseCase {
              conversationExamples {
                nodes {
                  id
                }
              }
            }
          }
        }
      `);
      const { data } = await subgraph.execute(who, query, { of });
      return (data._entities as { conversationExamples: { nodes: { id: string }[] } }[]).map(
        (useCase) => useCase.conversationExamples.nodes,
      );
    };
    subgraph.statements.take();
    expect(await entities(viewer)).toEqual([[{ id: second }], [{ id: first }], []]);
    expect(subgraph.statements.take()).toHaveLength(1);
    expect(await entities(stranger)).toEqual([[], [], []]);
  });
});
