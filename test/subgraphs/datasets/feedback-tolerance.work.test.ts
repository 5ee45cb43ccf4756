import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection, UserError } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { correctFeedback, createDataset, createFeedback, PAGE_INFO, readAllPages } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const FIELDS = 'id isCorrect predictedOutcome actualOutcome tolerance absoluteError confidence';
const aDataset = (viewer: Viewer) => createDataset(subgraph, viewer, { name: 'd' });
const read = async (viewer: Viewer, id: string) =>
  (await subgraph.execute(viewer, graphql(`query ($id: ID!) { predictionFeedback(id: $id) { ${FIELDS} } }`), { id })).data
    .predictionFeedback;
const attempt = async (viewer: Viewer, mutation: 'Create' | 'Correct', input: object) =>
  (
    await subgraph.execute<{ payload: { predictionFeedback: { id: string }; userErrors: UserError[] } }>(
      viewer,
      `mutation ($input: PredictionFeedback${mutation}Input!) {
        payload: predictionFeedback${mutation}(input: $input) { predictionFeedback { ${FIELDS} } userErrors { code field } } }`,
      { input },
    )
  ).data.payload;
const subject = async (viewer: Viewer) => ({ predictionId: uuidv7(), modelVersionId: uuidv7(), datasetId: await aDataset(viewer) });
const count = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ predictionFeedbacks { totalCount } }'))).data.predictionFeedbacks.totalCount;

const NUMBERS = { predictedOutcome: '250000', actualOutcome: '248000', tolerance: 2500, confidence: 0.75 };

describe('feedback on a number', () => {
  it('computes the error and whether it is within the stored tolerance', async () => {
    const viewer = aMember();
    const { predictionFeedback, userErrors } = await attempt(viewer, 'Create', { ...(await subject(viewer)), ...NUMBERS });
    expect(userErrors).toEqual([]);
    expect(predictionFeedback).toEqual({ ...NUMBERS, id: expect.any(String), isCorrect: true, absoluteError: 2000 });
    expect(await read(viewer, predictionFeedback.id)).toEqual(predictionFeedback);
  });

  it('computes the error again after a correction', async () => {
    const viewer = aMember();
    const first = await createFeedback(subgraph, viewer, await aDataset(viewer), NUMBERS);
    const second = await attempt(viewer, 'Correct', { id: first, actualOutcome: '240000' });
    expect(second.predictionFeedback).toMatchObject({ isCorrect: false, absoluteError: 10000, tolerance: 2500, confidence: 0.75 });
    const third = await attempt(viewer, 'Correct', { id: second.predictionFeedback.id, tolerance: 10000 });
    expect(third.predictionFeedback).toMatchObject({ isCorrect: true, absoluteError: 10000, actualOutcome: '240000' });
    const fourth = await attempt(viewer, 'Correct', { id: third.predictionFeedback.id, tolerance: null, confidence: null });
    expect(fourth.predictionFeedback).toMatchObject({ isCorrect: false, absoluteError: null, tolerance: null, confidence: null });
    const fifth = await attempt(viewer, 'Correct', { id: fourth.predictionFeedback.id });
    expect(fifth.predictionFeedback).toMatchObject({ isCorrect: false, actualOutcome: '240000' });
    expect(await read(viewer, first)).toMatchObject({ isCorrect: true, absoluteError: 2000 });
  });

  it('keeps isCorrect of classes until an outcome is corrected', async () => {
    const viewer = aMember();
    const first = await createFeedback(subgraph, viewer, await aDataset(viewer), {
      predictedOutcome: 'a',
      actualOutcome: 'b',
      isCorrect: true,
    });
    const second = await attempt(viewer, 'Correct', { id: first, confidence: 0.5 });
    expect(second.predictionFeedback).toMatchObject({ isCorrect: true, confidence: 0.5 });
    const third = await attempt(viewer, 'Correct', { id: second.predictionFeedback.id, actualOutcome: 'c' });
    expect(third.predictionFeedback).toMatchObject({ isCorrect: false, predictedOutcome: 'a', confidence: 0.5 });
  });

  it.each([
    ['a negative tolerance', { tolerance: -1 }, 'INVALID', 'tolerance'],
    ['a tolerance that no double holds', { tolerance: 1.7975e308 }, 'INVALID', 'tolerance'],
    ['a confidence above 1', { confidence: 1.01 }, 'INVALID', 'confidence'],
    ['a confidence below 0', { confidence: -0.01 }, 'INVALID', 'confidence'],
    ['words with a tolerance', { actualOutcome: 'much' }, 'INVALID', 'actualOutcome'],
    ['a verdict that the numbers contradict', { isCorrect: false }, 'INVALID', 'isCorrect'],
  ])('refuses %s, for first feedback and for a correction', async (_, wrong, code, field) => {
    const viewer = aMember();
    const refused = { predictionFeedback: null, userErrors: [{ code, field: ['input', field] }] };
    expect(await attempt(viewer, 'Create', { ...(await subject(viewer)), ...NUMBERS, ...wrong })).toEqual(refused);
    const id = await createFeedback(subgraph, viewer, await aDataset(viewer), NUMBERS);
    expect(await attempt(viewer, 'Correct', { id, ...wrong })).toEqual(refused);
    expect(await count(viewer)).toBe(1);
  });

  it('refuses feedback without a value', async () => {
    const viewer = aMember();
    expect(await attempt(viewer, 'Create', { ...(await subject(viewer)), actualOutcome: 'b' })).toEqual({
      predictionFeedback: null,
      userErrors: [{ code: 'BLANK', field: ['input', 'isCorrect'] }],
    });
    expect(await count(viewer)).toBe(0);
  });
});

describe('the predictions to review', () => {
  it.each([
    ['CONFIDENCE', 'ASC', ['b', 'a', 'c', 'd', 'e']],
    ['CONFIDENCE', 'DESC', ['c', 'a', 'b', 'e', 'd']],
    ['ABSOLUTE_ERROR', 'DESC', ['c', 'b', 'a', 'e', 'd']],
    ['ABSOLUTE_ERROR', 'ASC', ['a', 'b', 'c', 'd', 'e']],
  ])('are ordered by %s %s, with missing values last', async (field, direction, expected) => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const numbers = (comment: string, predictedOutcome: string, confidence: number) =>
      createFeedback(subgraph, viewer, datasetId, { comment, predictedOutcome, actualOutcome: '0', tolerance: 9, confidence });
    await numbers('a', '1', 0.5);
    await numbers('b', '2', 0.25);
    await numbers('c', '3', 0.75);
    for (const comment of ['d', 'e']) await createFeedback(subgraph, viewer, datasetId, { comment });
    const page = async (args: string) =>
      (
        await subgraph.execute<{ predictionFeedbacks: Connection<{ comment: string }> }>(
          viewer,
          `{ predictionFeedbacks(${args}, orderBy: { field: ${field}, direction: ${direction} }) { nodes { comment } ${PAGE_INFO} } }`,
        )
      ).data.predictionFeedbacks;
    const comments = async (backward: boolean) => (await readAllPages<{ comment: string }>(backward, page)).map(({ comment }) => comment);
    expect(await comments(false)).toEqual(expected);
    expect(await comments(true)).toEqual([...expected].reverse());
  });

  it('are the current wrong and uncertain ones', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const ids = async (filter: object) =>
      (
        await subgraph.execute(
          viewer,
          graphql(`
            query ($filter: PredictionFeedbackFilter) {
              predictionFeedbacks(filter: $filter) {
                nodes {
                  id
                }
              }
            }
          `),
          {
            filter,
          },
        )
      ).data.predictionFeedbacks.nodes.map(({ id }) => id);
    const wrong = await createFeedback(subgraph, viewer, datasetId, { isCorrect: false, confidence: 0.5 });
    await correctFeedback(subgraph, viewer, await createFeedback(subgraph, viewer, datasetId, { isCorrect: false }), { isCorrect: true });
    const far = await createFeedback(subgraph, viewer, datasetId, { ...NUMBERS, tolerance: 10, isCorrect: undefined });
    expect(await ids({ isCorrect: false, isCurrent: true })).toEqual([far, wrong]);
    expect(await ids({ maxConfidence: 0.5 })).toEqual([wrong]);
    expect(await ids({ minAbsoluteError: 2000 })).toEqual([far]);
    expect(await ids({ minAbsoluteError: 2000.5 })).toEqual([]);
  });
});

describe('the accuracy of a model version', () => {
  const accuracies = async (viewer: Viewer, ids: string[]) => {
    const query = graphql(`
      query ($of: [_Any!]!) {
        _entities(representations: $of) {
          ... on ModelVersion {
            feedbackAccuracy {
              modelVersion {
                id
              }
              judgedCount
              correctCount
              accuracy
              meanAbsoluteError
            }
          }
        }
      }
    `);
    const { data } = await subgraph.execute(viewer, query, { of: ids.map((id) => ({ __typename: 'ModelVersion', id })) });
    return (data._entities as { feedbackAccuracy: object }[]).map((version) => version.feedbackAccuracy);
  };

  it('counts each prediction once, by its current feedback, over all datasets in one statement', async () => {
    const viewer = aMember();
    const [numbers, classes, unjudged] = [uuidv7(), uuidv7(), uuidv7()];
    for (const predictedOutcome of ['10', '13'])
      await createFeedback(subgraph, viewer, await aDataset(viewer), {
        modelVersionId: numbers,
        predictedOutcome,
        actualOutcome: '9',
        tolerance: 1,
        isCorrect: undefined,
      });
    const first = await createFeedback(subgraph, viewer, await aDataset(viewer), { modelVersionId: classes });
    await correctFeedback(subgraph, viewer, await correctFeedback(subgraph, viewer, first), { isCorrect: false });
    subgraph.statements.take();
    expect(await accuracies(viewer, [numbers, classes, unjudged])).toEqual([
      { modelVersion: { id: numbers }, judgedCount: 2, correctCount: 1, accuracy: 0.5, meanAbsoluteError: 2.5 },
      { modelVersion: { id: classes }, judgedCount: 1, correctCount: 0, accuracy: 0, meanAbsoluteError: null },
      { modelVersion: { id: unjudged }, judgedCount: 0, correctCount: 0, accuracy: null, meanAbsoluteError: null },
    ]);
    expect(subgraph.statements.take()).toHaveLength(1);
  });

  it('counts no feedback of other organizations', async () => {
    const owner = aMember();
    const modelVersionId = uuidv7();
    await createFeedback(subgraph, owner, await aDataset(owner), { modelVersionId });
    expect(await accuracies(aMember(), [modelVersionId])).toMatchObject([{ judgedCount: 0, accuracy: null }]);
  });
});
