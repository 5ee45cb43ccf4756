import type { Experiment, Trial } from '../experiments.js';
import type { GraphClient } from '../graph-client.js';
import { create } from './create.js';
import type { ProgramResult, Tested } from './programs.js';

/** How many of the tested rows are kept as predictions; the first ones, right or wrong. */
const PREDICTIONS = 24;
/** A regression's answer counts as right within this share of the actual spread that people expect. */
const TOLERANCE = 3;

interface Trained {
  experiment: Experiment;
  trial: Trial;
  modelId: string;
  datasetId: string;
  trainingRunId: string;
  result: ProgramResult;
}

/** True where an earlier loading got as far as this trial's feedback. */
export async function isRecorded(graph: GraphClient, modelId: string, { algorithm }: Trial): Promise<boolean> {
  const { model } = await graph.run(
    'query ($id: ID!) { model(id: $id) { versions(first: 100) { nodes { label predictions(last: 1) { nodes { feedback { id } } totalCount } } } } }',
    { id: modelId },
  );
  return model.versions.nodes.some(
    ({ label, predictions }: { label: string; predictions: { totalCount: number } }) =>
      label === algorithm && predictions.totalCount >= PREDICTIONS,
  );
}

/** Makes a version of what was trained, with its metrics and a deployment, and keeps what it predicted and whether it was right. */
export async function recordVersion(
  graph: GraphClient,
  { experiment, trial, modelId, datasetId, trainingRunId, result }: Trained,
): Promise<void> {
  const { target, features, problemType } = experiment;
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
  });
  const metrics = Object.entries(result.metrics).map(([name, value]) => ({ name, value, datasetType: 'TEST' }));
  await graph.run('mutation ($input: ModelMetricsRecordInput!) { modelMetricsRecord(input: $input) { userErrors { field message } } }', {
    input: { modelVersionId, metrics },
  });
  const deploymentId = await create(graph, 'deployment', { modelVersionId, environment: trial.environment, status: 'ACTIVE' });
  for (const tested of result.tested.slice(0, PREDICTIONS))
    await recordPrediction(graph, { modelVersionId, deploymentId, datasetId, target, tested });
}

interface Predicted {
  modelVersionId: string;
  deploymentId: string;
  datasetId: string;
  target: string;
  tested: Tested;
}

async function recordPrediction(graph: GraphClient, { modelVersionId, deploymentId, datasetId, target, tested }: Predicted): Promise<void> {
  const { input, predicted, actual, confidence, latencyMs } = tested;
  const { predictionRecord } = await graph.run(
    'mutation ($input: PredictionRecordInput!) { predictionRecord(input: $input) { prediction { id } userErrors { field message } } }',
    { input: { modelVersionId, deploymentId, input, output: { [target]: predicted }, outcome: 'SUCCEEDED', confidence, latencyMs } },
  );
  const isCorrect = typeof predicted === 'number' ? Math.abs(predicted - Number(actual)) <= TOLERANCE : predicted === actual;
  await create(graph, 'predictionFeedback', {
    predictionId: predictionRecord.prediction.id,
    modelVersionId,
    datasetId,
    isCorrect,
    predictedOutcome: String(predicted),
    actualOutcome: String(actual),
  });
}
