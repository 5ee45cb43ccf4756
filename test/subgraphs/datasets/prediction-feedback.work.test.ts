import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { executeConcurrently, correctFeedback, createDataset, createFeedback, tenTimes } from './arrange.js';
import { CORRECT, CREATE, FIELDS } from './prediction-feedback.documents.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const read = async (viewer: Viewer, id: string) =>
  (await subgraph.execute(viewer, graphql(`query ($id: ID!) { predictionFeedback(id: $id) { ${FIELDS} } }`), { id })).data
    .predictionFeedback;
const count = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ predictionFeedbacks { totalCount } }'))).data.predictionFeedbacks.totalCount;
const aDataset = (viewer: Viewer) => createDataset(subgraph, viewer, { name: 'd' });

describe('giving feedback on a prediction', () => {
  it('stores the feedback with its author', async () => {
    const viewer = aMember();
    const [predictionId, modelVersionId, datasetId] = [uuidv7(), uuidv7(), await aDataset(viewer)];
    const words = { isCorrect: true, predictedOutcome: '250000', actualOutcome: '248000', comment: 'Only 2K off.' };
    const { data } = await subgraph.execute(viewer, CREATE, { input: { predictionId, modelVersionId, datasetId, ...words } });
    const { predictionFeedback, userErrors } = data.predictionFeedbackCreate;
    expect(userErrors).toEqual([]);
    expect(predictionFeedback).toEqual({
      ...words,
      id: expect.any(String),
      dataset: { id: datasetId },
      prediction: { id: predictionId },
      modelVersion: { id: modelVersionId },
      author: { id: viewer.userId },
      supersedes: null,
      supersededBy: null,
      createdAt: expect.any(String),
    });
    expect(await read(viewer, predictionFeedback.id)).toEqual(predictionFeedback);
  });

  it.each([
    ['a malformed prediction id', { predictionId: 'p' }, 'INVALID', ['input', 'predictionId']],
    ['a malformed model version id', { modelVersionId: 'm' }, 'INVALID', ['input', 'modelVersionId']],
    ['a malformed dataset id', { datasetId: 'd' }, 'INVALID', ['input', 'datasetId']],
    ['an unknown dataset', { datasetId: uuidv7() }, 'NOT_FOUND', ['input', 'datasetId']],
    ['a blank prediction', { predictedOutcome: ' ' }, 'BLANK', ['input', 'predictedOutcome']],
    ['a long prediction', { predictedOutcome: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'predictedOutcome']],
    ['a long outcome', { actualOutcome: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'actualOutcome']],
    ['a long comment', { comment: 'x'.repeat(10_001) }, 'TOO_LONG', ['input', 'comment']],
    ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const input = { predictionId: uuidv7(), modelVersionId: uuidv7(), datasetId: await aDataset(viewer), isCorrect: true, ...wrong };
    const { data } = await subgraph.execute(viewer, CREATE, { input });
    expect(data.predictionFeedbackCreate).toMatchObject({ predictionFeedback: null, userErrors: [{ code, field }] });
    expect(await count(viewer)).toBe(0);
  });

  it('reports all user errors at once', async () => {
    const input = { predictionId: 'p', modelVersionId: 'm', datasetId: 'd', isCorrect: true, actualOutcome: '' };
    const { data } = await subgraph.execute(aMember(), CREATE, { input });
    const fields = data.predictionFeedbackCreate.userErrors.map((error) => error.field[1]);
    expect(fields).toEqual(['predictionId', 'modelVersionId', 'datasetId', 'actualOutcome']);
  });

  it('refuses a second feedback and advises a correction', async () => {
    const viewer = aMember();
    const [predictionId, datasetId] = [uuidv7(), await aDataset(viewer)];
    const first = await createFeedback(subgraph, viewer, datasetId, { predictionId });
    const again = { input: { predictionId, modelVersionId: uuidv7(), datasetId, isCorrect: false } };
    const refused = {
      predictionFeedback: null,
      userErrors: [{ code: 'TAKEN', field: ['input', 'predictionId'], message: expect.stringContaining('predictionFeedbackCorrect') }],
    };
    expect((await subgraph.execute(viewer, CREATE, again)).data.predictionFeedbackCreate).toEqual(refused);
    await correctFeedback(subgraph, viewer, first);
    expect((await subgraph.execute(viewer, CREATE, again)).data.predictionFeedbackCreate).toEqual(refused);
    expect(await count(viewer)).toBe(2);
  });

  it('accepts one of ten concurrent first judgements of the same prediction', async () => {
    const viewer = aMember();
    const input = { predictionId: uuidv7(), modelVersionId: uuidv7(), datasetId: await aDataset(viewer), isCorrect: true };
    const answers = await executeConcurrently(subgraph, viewer, CREATE, tenTimes(input));
    expect(answers.filter(({ data }) => data.predictionFeedbackCreate.predictionFeedback)).toHaveLength(1);
    expect(answers.filter(({ data }) => data.predictionFeedbackCreate.userErrors[0]?.code === 'TAKEN')).toHaveLength(9);
    expect(await count(viewer)).toBe(1);
  });

  it('happens once for a repeated idempotency key', async () => {
    const viewer = aMember();
    const input = {
      predictionId: uuidv7(),
      modelVersionId: uuidv7(),
      datasetId: await aDataset(viewer),
      isCorrect: true,
      idempotencyKey: 'k',
    };
    const answers = await executeConcurrently(subgraph, viewer, CREATE, tenTimes(input));
    expect(new Set(answers.map(({ data }) => data.predictionFeedbackCreate.predictionFeedback.id)).size).toBe(1);
    const other = await subgraph.execute(viewer, CREATE, { input: { ...input, predictionId: uuidv7() } });
    expect(other.data.predictionFeedbackCreate).toMatchObject({
      predictionFeedback: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
    expect(await count(viewer)).toBe(1);
  });

  it('is possible for two organizations with one prediction id', async () => {
    const predictionId = uuidv7();
    for (const viewer of [aMember(), aMember()])
      expect(await createFeedback(subgraph, viewer, await aDataset(viewer), { predictionId })).toEqual(expect.any(String));
  });
});

describe('correcting feedback', () => {
  it('adds feedback that supersedes it and copies omitted fields', async () => {
    const author = aMember();
    const datasetId = await aDataset(author);
    const id = await createFeedback(subgraph, author, datasetId, { predictedOutcome: '250', actualOutcome: '248', comment: 'close' });
    const before = await read(author, id);
    const colleague = aMember(author.organizationId);
    const { data } = await subgraph.execute(colleague, CORRECT, { input: { id, isCorrect: false, actualOutcome: '260', comment: null } });
    const { predictionFeedback, userErrors } = data.predictionFeedbackCorrect;
    expect(userErrors).toEqual([]);
    expect(predictionFeedback).toMatchObject({
      dataset: { id: datasetId },
      prediction: before.prediction,
      modelVersion: before.modelVersion,
      isCorrect: false,
      predictedOutcome: '250',
      actualOutcome: '260',
      comment: null,
      author: { id: colleague.userId },
      supersedes: { id },
      supersededBy: null,
    });
    expect(await read(author, id)).toEqual({ ...before, supersededBy: { id: predictionFeedback.id } });
    const third = await correctFeedback(subgraph, author, predictionFeedback.id, { isCorrect: true });
    expect(await read(author, third)).toMatchObject({ isCorrect: true, actualOutcome: '260', supersedes: { id: predictionFeedback.id } });
  });

  it('can change the outcome, and the dataset of the whole chain', async () => {
    const viewer = aMember();
    const [wrong, right, modelVersionId] = [await aDataset(viewer), await aDataset(viewer), uuidv7()];
    const first = await createFeedback(subgraph, viewer, wrong, { predictedOutcome: '1' });
    const second = await correctFeedback(subgraph, viewer, first);
    const before = await read(viewer, second);
    const input = { id: second, isCorrect: true, modelVersionId, datasetId: right.toUpperCase(), predictedOutcome: '2' };
    const { predictionFeedback } = (await subgraph.execute(viewer, CORRECT, { input })).data.predictionFeedbackCorrect;
    const mended = { dataset: { id: right }, prediction: before.prediction, modelVersion: { id: modelVersionId }, predictedOutcome: '2' };
    expect(predictionFeedback).toMatchObject({ ...mended, supersedes: { id: second } });
    expect(await read(viewer, second)).toEqual({ ...before, dataset: { id: right }, supersededBy: { id: predictionFeedback.id } });
    expect(await read(viewer, first)).toMatchObject({ dataset: { id: right }, predictedOutcome: '1', modelVersion: before.modelVersion });
    const last = await correctFeedback(subgraph, viewer, predictionFeedback.id, {
      modelVersionId: null,
      datasetId: null,
      predictedOutcome: null,
    });
    expect(await read(viewer, last)).toMatchObject({ ...mended, predictedOutcome: null });
    const drop = async (id: string) =>
      (
        await subgraph.execute(viewer, graphql('mutation ($id: ID!) { datasetDelete(input: { id: $id }) { deleted { feedbackCount } } }'), {
          id,
        })
      ).data.datasetDelete.deleted.feedbackCount;
    expect([await drop(wrong), await count(viewer), await drop(right), await count(viewer)]).toEqual([0, 4, 4, 0]);
  });

  it('refuses a dataset of another organization and changes nothing', async () => {
    const viewer = aMember();
    const id = await createFeedback(subgraph, viewer, await aDataset(viewer));
    const [before, foreign] = [await read(viewer, id), await aDataset(aMember())];
    const { data } = await subgraph.execute(viewer, CORRECT, { input: { id, isCorrect: false, datasetId: foreign } });
    expect(data.predictionFeedbackCorrect).toMatchObject({
      predictionFeedback: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'datasetId'] }],
    });
    expect(await read(viewer, id)).toEqual(before);
  });

  it('refuses to correct superseded feedback', async () => {
    const viewer = aMember();
    const id = await createFeedback(subgraph, viewer, await aDataset(viewer));
    await correctFeedback(subgraph, viewer, id);
    const { data } = await subgraph.execute(viewer, CORRECT, { input: { id, isCorrect: true } });
    expect(data.predictionFeedbackCorrect).toMatchObject({
      predictionFeedback: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'id'] }],
    });
    expect(await count(viewer)).toBe(2);
  });

  it('accepts one of ten concurrent corrections of the same judgement', async () => {
    const viewer = aMember();
    const id = await createFeedback(subgraph, viewer, await aDataset(viewer));
    const answers = await executeConcurrently(subgraph, viewer, CORRECT, tenTimes({ id, isCorrect: false }));
    expect(answers.filter(({ data }) => data.predictionFeedbackCorrect.predictionFeedback)).toHaveLength(1);
    expect(answers.filter(({ data }) => data.predictionFeedbackCorrect.userErrors[0]?.code === 'CONFLICT')).toHaveLength(9);
    expect(await count(viewer)).toBe(2);
  });

  it.each([
    ['a malformed id', { id: 'f' }, 'INVALID', ['input', 'id']],
    ['an unknown judgement', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a malformed model version id', { modelVersionId: 'm' }, 'INVALID', ['input', 'modelVersionId']],
    ['a malformed dataset id', { datasetId: 'd' }, 'INVALID', ['input', 'datasetId']],
    ['an unknown dataset', { datasetId: uuidv7() }, 'NOT_FOUND', ['input', 'datasetId']],
    ['a long prediction', { predictedOutcome: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'predictedOutcome']],
    ['a blank outcome', { actualOutcome: '' }, 'BLANK', ['input', 'actualOutcome']],
    ['a long comment', { comment: 'x'.repeat(10_001) }, 'TOO_LONG', ['input', 'comment']],
  ])('refuses %s and adds nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createFeedback(subgraph, viewer, await aDataset(viewer));
    const { data } = await subgraph.execute(viewer, CORRECT, { input: { id, isCorrect: false, ...wrong } });
    expect(data.predictionFeedbackCorrect).toMatchObject({ predictionFeedback: null, userErrors: [{ code, field }] });
    expect(await count(viewer)).toBe(1);
  });

  it('allows the deletion of a whole chain with its dataset', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    await correctFeedback(subgraph, viewer, await correctFeedback(subgraph, viewer, await createFeedback(subgraph, viewer, datasetId)));
    const { data } = await subgraph.execute(
      viewer,
      graphql('mutation ($id: ID!) { datasetDelete(input: { id: $id }) { deleted { feedbackCount } } }'),
      {
        id: datasetId,
      },
    );
    expect(data.datasetDelete.deleted).toEqual({ feedbackCount: 3 });
    expect(await count(viewer)).toBe(0);
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to correct', async () => {
    const owner = aMember();
    const id = await createFeedback(subgraph, owner, await aDataset(owner), { comment: 'canary' });
    const stranger = aMember();
    const own = await createFeedback(subgraph, stranger, await aDataset(stranger), { comment: 'own' });
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          predictionFeedback(id: $id) {
            comment
          }
          predictionFeedbacks {
            totalCount
          }
          _entities(representations: $of) {
            ... on PredictionFeedback {
              comment
            }
          }
        }
      `),
      { id, of: [id, own, uuidv7()].map((one) => ({ __typename: 'PredictionFeedback', id: one })) },
    );
    expect(data).toEqual({ predictionFeedback: null, predictionFeedbacks: { totalCount: 1 }, _entities: [null, { comment: 'own' }, null] });
    const correction = await subgraph.execute(stranger, CORRECT, { input: { id, isCorrect: false } });
    expect(correction.data.predictionFeedbackCorrect).toMatchObject({
      predictionFeedback: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }],
    });
    expect(await read(owner, id)).toMatchObject({ comment: 'canary', supersededBy: null });
  });

  it('refuses a dataset of another organization', async () => {
    const datasetId = await aDataset(aMember());
    const stranger = aMember();
    const { data } = await subgraph.execute(stranger, CREATE, {
      input: { predictionId: uuidv7(), modelVersionId: uuidv7(), datasetId, isCorrect: true },
    });
    expect(data.predictionFeedbackCreate).toMatchObject({
      predictionFeedback: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'datasetId'] }],
    });
    expect(await count(stranger)).toBe(0);
  });

  it('returns UNAUTHENTICATED to an anonymous viewer and BAD_USER_INPUT for a malformed id', async () => {
    const input = { predictionId: uuidv7(), modelVersionId: uuidv7(), datasetId: uuidv7(), isCorrect: true };
    expect((await subgraph.execute(null, CREATE, { input })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await subgraph.execute(aMember(), graphql('{ predictionFeedback(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });
});
