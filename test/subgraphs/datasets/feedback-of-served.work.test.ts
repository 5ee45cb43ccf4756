import { v7 as uuidv7 } from 'uuid';
import { coverage } from '../../../subgraphs/datasets/prediction-feedback/coverage.js';
import { outcomeOf } from '../../../subgraphs/datasets/prediction-feedback/logged-prediction.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasetsWithoutServing } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { runSubgraph } from '../../kit/subgraph.js';
import { aUser, createVersion, recordPrediction } from '../serving/arrange.js';
import { correctFeedback, createDataset, createFeedback, startRun } from './arrange.js';

let peers: RunningPeers;
beforeAll(async () => void (peers = await runPeers()));
afterAll(() => peers.close());

const CREATE = graphql(`
  mutation ($input: PredictionFeedbackCreateInput!) {
    predictionFeedbackCreate(input: $input) {
      predictionFeedback {
        dataset {
          id
        }
        modelVersion {
          id
        }
        isCorrect
        predictedOutcome
        actualOutcome
        confidence
        absoluteError
      }
      userErrors {
        code
        field
      }
    }
  }
`);

const attempt = (viewer: Viewer, input: object) => peers.datasets.execute(viewer, CREATE, { input });
const payloadOf = async (viewer: Viewer, input: object) => (await attempt(viewer, input)).data.predictionFeedbackCreate;
const count = async (viewer: Viewer) =>
  (await peers.datasets.execute(viewer, graphql('{ predictionFeedbacks { totalCount } }'))).data.predictionFeedbacks.totalCount;
const aDataset = (viewer: Viewer) => createDataset(peers.datasets, viewer, { name: 'd' });

describe('feedback without its own outcome', () => {
  it('takes version, dataset, outcome, and confidence from the prediction', async () => {
    const viewer = await aUser(peers.serving);
    const datasetId = await aDataset(viewer);
    const modelVersionId = await createVersion(peers.serving, viewer, { datasetId });
    const output = { label: 'Adelie', confidence: 0.75, probabilities: { Adelie: 0.75, Gentoo: 0.25 } };
    const predictionId = await recordPrediction(peers.serving, viewer, { modelVersionId, output, confidence: 0.75 });
    expect(await payloadOf(viewer, { predictionId, actualOutcome: 'Gentoo' })).toEqual({
      predictionFeedback: {
        dataset: { id: datasetId },
        modelVersion: { id: modelVersionId },
        isCorrect: false,
        predictedOutcome: 'Adelie',
        actualOutcome: 'Gentoo',
        confidence: 0.75,
        absoluteError: null,
      },
      userErrors: [],
    });
  });

  it('finds the dataset by the training run, and compares numbers with a tolerance', async () => {
    const viewer = await aUser(peers.serving);
    const datasetId = await aDataset(viewer);
    const trainingRunId = await startRun(peers.datasets, viewer, datasetId);
    const modelVersionId = await createVersion(peers.serving, viewer, { trainingRunId });
    const predictionId = await recordPrediction(peers.serving, viewer, { modelVersionId, output: { prediction: 12.5 } });
    expect((await payloadOf(viewer, { predictionId, actualOutcome: '12', tolerance: 1 })).predictionFeedback).toMatchObject({
      dataset: { id: datasetId },
      isCorrect: true,
      predictedOutcome: '12.5',
      absoluteError: 0.5,
    });
  });

  it('can override the predicted outcome and the confidence', async () => {
    const viewer = await aUser(peers.serving);
    const modelVersionId = await createVersion(peers.serving, viewer, { datasetId: await aDataset(viewer) });
    const predictionId = await recordPrediction(peers.serving, viewer, { modelVersionId, output: { label: 'a' }, confidence: 0.5 });
    const { predictionFeedback } = await payloadOf(viewer, { predictionId, predictedOutcome: 'b', actualOutcome: 'b', confidence: 1 });
    expect(predictionFeedback).toMatchObject({ isCorrect: true, predictedOutcome: 'b', confidence: 1 });
  });

  it('is refused if the prediction has no outcome, and stores nothing', async () => {
    const viewer = await aUser(peers.serving);
    const modelVersionId = await createVersion(peers.serving, viewer);
    const predictionId = await recordPrediction(peers.serving, viewer, { modelVersionId });
    const failed = await recordPrediction(peers.serving, viewer, { modelVersionId, outcome: 'FAILED', errorMessage: 'e' });
    const stranger = await aUser(peers.serving);
    const foreign = await recordPrediction(peers.serving, stranger, {
      modelVersionId: await createVersion(peers.serving, stranger, { datasetId: await aDataset(stranger) }),
    });
    const refused = async (input: object) => {
      const { predictionFeedback, userErrors } = await payloadOf(viewer, { isCorrect: true, ...input });
      return [predictionFeedback, ...userErrors.map(({ code, field }) => `${code} ${field[1]}`)];
    };
    expect(await refused({ predictionId })).toEqual([null, 'BLANK datasetId']);
    expect(await refused({ predictionId, datasetId: uuidv7() })).toEqual([null, 'NOT_FOUND datasetId']);
    expect(await refused({ predictionId, modelVersionId: uuidv7() })).toEqual([null, 'INVALID modelVersionId']);
    expect(await refused({ predictionId: failed })).toEqual([null, 'INVALID predictionId']);
    expect(await refused({ predictionId: foreign })).toEqual([null, 'NOT_FOUND predictionId']);
    expect(await refused({ predictionId: uuidv7() })).toEqual([null, 'NOT_FOUND predictionId']);
    expect(await count(viewer)).toBe(0);
  });

  it('is UNAVAILABLE while serving is down, and stores nothing', async () => {
    const alone = await runSubgraph(datasetsWithoutServing);
    const viewer = await aUser(peers.serving);
    const { data, errors } = await alone.execute(viewer, CREATE, { input: { predictionId: uuidv7(), isCorrect: true } });
    expect([data.predictionFeedbackCreate, errors?.[0]?.extensions.code]).toEqual([null, 'UNAVAILABLE']);
    expect((await alone.execute(viewer, graphql('{ predictionFeedbacks { totalCount } }'))).data.predictionFeedbacks.totalCount).toBe(0);
    await alone.close();
  });
});

describe('the coverage of feedback', () => {
  const ACCURACY = 'feedbackAccuracy { modelVersion { id } judgedCount predictionCount coverage accuracy }';

  it('is the share of the predictions with feedback', async () => {
    const viewer = await aUser(peers.serving);
    const datasetId = await aDataset(viewer);
    const modelVersionId = await createVersion(peers.serving, viewer, { datasetId });
    const ids = [];
    for (let index = 0; index < 4; index += 1) ids.push(await recordPrediction(peers.serving, viewer, { modelVersionId }));
    await recordPrediction(peers.serving, viewer, { modelVersionId, outcome: 'FAILED', errorMessage: 'e' });
    await correctFeedback(
      peers.datasets,
      viewer,
      await createFeedback(peers.datasets, viewer, datasetId, { modelVersionId, predictionId: ids[0] }),
    );
    const unknown = uuidv7();
    for (const index of [0, 1])
      await createFeedback(peers.datasets, viewer, datasetId, { modelVersionId: unknown, isCorrect: index === 0 });
    peers.serving.statements.take();
    const { data, errors } = await peers.datasets.execute(viewer, graphql(`query ($id: ID!) { dataset(id: $id) { ${ACCURACY} } }`), {
      id: datasetId,
    });
    expect(errors).toBeUndefined();
    expect(data.dataset.feedbackAccuracy).toEqual([
      { modelVersion: { id: unknown }, judgedCount: 2, predictionCount: null, coverage: null, accuracy: 0.5 },
      { modelVersion: { id: modelVersionId }, judgedCount: 1, predictionCount: 4, coverage: 0.25, accuracy: 0 },
    ]);
    expect(peers.serving.statements.take()).toHaveLength(2);
  });

  it('is null with UNAVAILABLE while serving is down, beside the accuracy', async () => {
    const alone = await runSubgraph(datasetsWithoutServing);
    const viewer = await aUser(peers.serving);
    const id = await createDataset(alone, viewer, { name: 'd' });
    await createFeedback(alone, viewer, id);
    const { data, errors } = await alone.execute(viewer, graphql(`query ($id: ID!) { dataset(id: $id) { ${ACCURACY} } }`), { id });
    expect(data.dataset.feedbackAccuracy).toMatchObject([{ judgedCount: 1, predictionCount: null, coverage: null, accuracy: 1 }]);
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
    await alone.close();
  });

  it.each([
    [0, 4, 0],
    [4, 4, 1],
    [5, 4, null],
    [0, 0, null],
    [1, null, null],
  ])('of %s judged among %s is %s', (judged, answers, expected) => {
    expect(coverage(judged, answers)).toBe(expected);
  });
});

it.each([
  [{ label: 'a', confidence: 1 }, 'a'],
  [{ prediction: -0.5 }, '-0.5'],
  [{ price: 3 }, '3'],
  [{ fits: false }, 'false'],
  [{ x: 1, y: 2 }, null],
  [{ label: ['a'] }, null],
  [{ label: ' ' }, null],
  [{ label: 'x'.repeat(501) }, null],
  [null, null],
])('the outcome of %j is %s', (output, expected) => {
  expect(outcomeOf(output)).toBe(expected);
});
