import type { Experiment, Trial } from '../experiments.js';
import type { GraphClient } from '../graph-client.js';
import { create } from './create.js';
import type { ProgramResult, TestedRow } from './programs.js';

/** The number of tested rows that are recorded as predictions. */
const PREDICTION_COUNT = 24;
/** The largest error of a regression that counts as correct, in the unit of the target: degrees Celsius. */
const TOLERANCE = 3;

interface TrainedModel {
  experiment: Experiment;
  trial: Trial;
  modelId: string;
  datasetId: string;
  trainingRunId: string;
  result: ProgramResult;
}

/** Creates a model version with its metrics and a deployment, and records its predictions on tested rows with feedback. */
export async function recordVersion(
  graph: GraphClient,
  { experiment, trial, modelId, datasetId, trainingRunId, result }: TrainedModel,
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
  for (const index of evenlySpacedIndexes(result.tested.length)) {
    const predicted = { modelVersionId, deploymentId, datasetId, target, tested: result.tested[index]! };
    await recordPrediction(graph, predicted, `${idempotencyKey}-${index}`);
  }
}

/** Returns PREDICTION_COUNT indexes spaced evenly over the rows, because the rows are sorted by species. */
const evenlySpacedIndexes = (count: number): number[] =>
  Array.from({ length: PREDICTION_COUNT }, (_, index) => Math.floor((index * count) / PREDICTION_COUNT));

/** Records the metrics of the version unless it has some, because recording replaces them. */
async function recordMetrics(graph: GraphClient, modelVersionId: string, result: ProgramResult): Promise<void> {
  const { modelVersion } = await graph.run('query ($id: ID!) { modelVersion(id: $id) { metrics { id } } }', { id: modelVersionId });
  if (modelVersion.metrics.length > 0) return;
  const metrics = Object.entries(result.metrics).map(([name, value]) => ({ name, value, datasetType: 'TEST' }));
  await graph.run('mutation ($input: ModelMetricsRecordInput!) { modelMetricsRecord(input: $input) { userErrors { field message } } }', {
    input: { modelVersionId, metrics },
  });
}

interface TestedPrediction {
  modelVersionId: string;
  deploymentId: string;
  datasetId: string;
  target: string;
  tested: TestedRow;
}

async function recordPrediction(
  graph: GraphClient,
  { modelVersionId, deploymentId, datasetId, target, tested }: TestedPrediction,
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
