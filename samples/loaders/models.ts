import type { Experiment, Trial } from '../experiments.js';
import type { GraphClient } from '../graph-client.js';
import { create } from './create.js';
import type { ProgramResult, Tested } from './programs.js';

/** How many of the tested rows are kept as predictions, right or wrong. */
const PREDICTIONS = 24;
/** A regression's answer counts as right where it is at most so far off, in the target's unit: here degrees Celsius. */
const TOLERANCE = 3;

interface Trained {
  experiment: Experiment;
  trial: Trial;
  modelId: string;
  datasetId: string;
  trainingRunId: string;
  result: ProgramResult;
}

/** Makes a version of what was trained, with its metrics and a deployment, and keeps what it predicted and whether it was right. */
export async function recordVersion(
  graph: GraphClient,
  { experiment, trial, modelId, datasetId, trainingRunId, result }: Trained,
): Promise<void> {
  const { dataset, target, features, problemType } = experiment;
  const idempotencyKey = `sample-${dataset}-${trial.algorithm}`;
  const modelVersionId = await create(graph, 'modelVersion', {
    modelId,
    label: trial.algorithm,
    trainingStrategy: 'CUSTOM',
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(features.map((feature) => [feature, { type: 'number' }])),
      required: features,
    },
    outputSchema: { type: 'object', properties: { [target]: { type: problemType === 'REGRESSION' ? 'number' : 'string' } } },
    trainingRunId,
    datasetId,
    idempotencyKey,
  });
  await recordMetrics(graph, modelVersionId, result);
  const deploymentId = await create(graph, 'deployment', {
    modelVersionId,
    environment: trial.environment,
    status: 'ACTIVE',
    idempotencyKey,
  });
  for (const index of spread(result.tested.length)) {
    const predicted = { modelVersionId, deploymentId, datasetId, target, tested: result.tested[index]! };
    await recordPrediction(graph, predicted, `${idempotencyKey}-${index}`);
  }
}

/** Places of PREDICTIONS rows, evenly over all: the tested rows come in the order of the file, which is by species. */
const spread = (count: number): number[] => Array.from({ length: PREDICTIONS }, (_, index) => Math.floor((index * count) / PREDICTIONS));

/** The version's metrics, all at once or not at all, unless they are there: recording replaces them. */
async function recordMetrics(graph: GraphClient, modelVersionId: string, result: ProgramResult): Promise<void> {
  const { modelVersion } = await graph.run('query ($id: ID!) { modelVersion(id: $id) { metrics { id } } }', { id: modelVersionId });
  if (modelVersion.metrics.length > 0) return;
  const metrics = Object.entries(result.metrics).map(([name, value]) => ({ name, value, datasetType: 'TEST' }));
  await graph.run('mutation ($input: ModelMetricsRecordInput!) { modelMetricsRecord(input: $input) { userErrors { field message } } }', {
    input: { modelVersionId, metrics },
  });
}

interface Predicted {
  modelVersionId: string;
  deploymentId: string;
  datasetId: string;
  target: string;
  tested: Tested;
}

async function recordPrediction(
  graph: GraphClient,
  { modelVersionId, deploymentId, datasetId, target, tested }: Predicted,
  idempotencyKey: string,
): Promise<void> {
  const { input, predicted, actual, confidence, latencyMs } = tested;
  const output = { [target]: predicted };
  const { predictionRecord } = await graph.run(
    'mutation ($input: PredictionRecordInput!) { predictionRecord(input: $input) { prediction { id } userErrors { field message } } }',
    { input: { modelVersionId, deploymentId, input, output, outcome: 'SUCCEEDED', confidence, latencyMs, idempotencyKey } },
  );
  const isCorrect = typeof predicted === 'number' ? Math.abs(predicted - Number(actual)) <= TOLERANCE : predicted === actual;
  await create(graph, 'predictionFeedback', {
    predictionId: predictionRecord.prediction.id,
    modelVersionId,
    datasetId,
    isCorrect,
    predictedOutcome: String(predicted),
    actualOutcome: String(actual),
    idempotencyKey,
  });
}
