import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient as DatasetsClient } from '../../subgraphs/datasets/generated/prisma/client.js';
import type { PrismaClient as ServingClient } from '../../subgraphs/serving/generated/prisma/client.js';
import { readyDataset } from './datasets.js';
import type { NewOrganization, RunningGraph } from './graph.js';

/** The number of runs of a dataset, and of predictions of a deployment. */
const RUNS = 2;
const PREDICTIONS = 2;

const times = <Item>(count: number, make: (index: number) => Item): Item[] => Array.from({ length: count }, (_, index) => make(index));

/**
 * Inserts the lifecycle of datasets directly into the databases: each dataset has two runs, each run a version with a
 * deployment and two predictions, the first with correct and the second with wrong feedback.
 */
export async function createLifecycle(
  graph: RunningGraph,
  { organizationId: orgId, userId }: NewOrganization,
  datasetCount: number,
): Promise<{ datasetIds: string[] }> {
  const datasets = graph.subgraphs.datasets.client as DatasetsClient;
  const serving = graph.subgraphs.serving.client as ServingClient;
  const fileId = uuidv7();
  const sha256 = new Uint8Array(32);
  await datasets.storedContent.create({ data: { orgId, sha256, bytes: new Uint8Array() } });
  await datasets.storedFile.create({ data: { orgId, id: fileId, filename: 'rows.csv', mimeType: 'text/csv', byteSize: 0, sha256 } });
  const datasetRows = times(datasetCount, (index) => ({
    ...readyDataset({ orgId, fileId }),
    name: `dataset ${index}`,
    columns: [
      { name: 'x', dtype: 'FLOAT' },
      { name: 'y', dtype: 'STRING' },
    ],
  }));
  await datasets.dataset.createMany({ data: datasetRows });

  const runs = datasetRows.flatMap(({ id: datasetId }) =>
    times(RUNS, () => ({ id: uuidv7(), datasetId, versionId: uuidv7(), deploymentId: uuidv7() })),
  );
  const run = {
    orgId,
    status: 'SUCCEEDED' as const,
    problemType: 'CLASSIFICATION' as const,
    target: 'y',
    features: ['x'],
    algorithm: 'a',
    durationMs: 1,
  };
  await datasets.trainingRun.createMany({
    data: runs.map(({ id, datasetId }) => ({ ...run, id, datasetId, startedAt: new Date(), finishedAt: new Date() })),
  });
  await datasets.trainingMetric.createMany({ data: runs.map(({ id }) => ({ orgId, trainingRunId: id, name: 'accuracy', value: 0.5 })) });

  const modelId = uuidv7();
  await serving.model.create({ data: { orgId, id: modelId, name: `model ${modelId}`, framework: 'f', ownerId: userId } });
  const schema = { inputSchema: { type: 'object' }, outputSchema: { type: 'object' } };
  await serving.modelVersion.createMany({
    data: runs.map(({ id, datasetId, versionId }, index) => ({
      ...schema,
      orgId,
      id: versionId,
      modelId,
      number: index + 1,
      trainingStrategy: 'CUSTOM' as const,
      trainingRunId: id,
      datasetId,
    })),
  });
  await serving.deployment.createMany({
    data: runs.map(({ versionId, deploymentId }) => ({
      orgId,
      id: deploymentId,
      modelVersionId: versionId,
      environment: 'PRODUCTION' as const,
      status: 'ACTIVE' as const,
    })),
  });
  const predictions = runs.flatMap(({ datasetId, versionId, deploymentId }) =>
    times(PREDICTIONS, (index) => ({ id: uuidv7(), datasetId, modelVersionId: versionId, deploymentId, isCorrect: index === 0 })),
  );
  await serving.prediction.createMany({
    data: predictions.map(({ id, modelVersionId, deploymentId }) => ({
      orgId,
      id,
      modelVersionId,
      deploymentId,
      userId,
      input: { x: 1 },
      output: { y: 'b' },
      status: 'SUCCEEDED' as const,
    })),
  });
  await datasets.predictionFeedback.createMany({
    data: predictions.map(({ id, datasetId, modelVersionId, isCorrect }) => ({
      orgId,
      datasetId,
      predictionId: id,
      modelVersionId,
      isCorrect,
      authorId: userId,
      actualOutcome: isCorrect ? 'b' : 'c',
    })),
  });
  return { datasetIds: datasetRows.map(({ id }) => id) };
}
