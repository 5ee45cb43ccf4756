import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphClient } from '../graph-client.js';
import { experiments, type Experiment, type Trial } from '../experiments.js';
import { create } from './create.js';
import { recordVersion } from './models.js';
import { runProgram, type ProgramResult } from './programs.js';

/**
 * Creates the datasets and, for each trial, runs a program that trains on one in a child process, and records its output as
 * a training run, model version, predictions and feedback. Returns a map from the names to the ids of the datasets.
 * Idempotency keys name dataset, algorithm and row, and measurements are read back from recorded executions, so that a
 * repeated load creates nothing twice.
 */
export async function loadExperiments(graph: GraphClient): Promise<Record<string, string>> {
  const projectId = await loadProject(graph);
  const datasets: Record<string, string> = {};
  for (const experiment of experiments) {
    const { dataset, model, description } = experiment;
    const datasetId = await loadDataset(graph, experiment);
    datasets[dataset] = datasetId;
    const modelId = await create(graph, 'model', {
      name: model,
      description,
      framework: 'plain JavaScript',
      idempotencyKey: `sample-${model}`,
    });
    for (const trial of experiment.trials) {
      const result = await runProgram(graph, projectId, experiment, trial);
      const trainingRunId = await recordRun(graph, experiment, trial, datasetId, result);
      await recordVersion(graph, { experiment, trial, modelId, datasetId, trainingRunId, result });
    }
  }
  return datasets;
}

async function loadProject(graph: GraphClient): Promise<string> {
  const projectId = await create(graph, 'project', {
    name: 'Sample learning programs',
    description: 'Small programs that learn, without dependencies, and what they print.',
    language: 'JAVASCRIPT',
    idempotencyKey: 'sample-project',
  });
  for (const path of ['csv.js', 'classify.js', 'regress.js']) {
    const content = readFileSync(new URL(`../programs/${path}`, import.meta.url), 'utf8');
    await create(graph, 'projectFile', { projectId, path, content, idempotencyKey: `sample-file-${path}` });
  }
  return projectId;
}

async function loadDataset(graph: GraphClient, { dataset, file }: Experiment): Promise<string> {
  const text = readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');
  const fileId = await create(graph, 'storedFile', { filename: file, mimeType: 'text/csv', text, idempotencyKey: `sample-${file}` });
  const id = await create(graph, 'dataset', { name: dataset, source: 'SAMPLE', fileId, idempotencyKey: `sample-${dataset}` });
  await waitUntilReady(graph, id);
  return id;
}

/** Waits until the dataset is READY, because training runs refer to its columns. Throws if it FAILED. */
async function waitUntilReady(graph: GraphClient, id: string): Promise<void> {
  for (;;) {
    const { dataset } = await graph.run('query ($id: ID!) { dataset(id: $id) { status failure { message } } }', { id });
    if (dataset.status === 'READY') return;
    if (dataset.status === 'FAILED') throw new Error(`The sample dataset ${id} FAILED: ${dataset.failure.message}`);
    await sleep(50);
  }
}

async function recordRun(
  graph: GraphClient,
  experiment: Experiment,
  trial: Trial,
  datasetId: string,
  result: ProgramResult,
): Promise<string> {
  const { dataset, problemType, target, features } = experiment;
  const { algorithm, hyperparameters } = trial;
  const { executionId: sourceExecutionId, startedAt, durationMs } = result;
  const settings = { datasetId, problemType, target, features, algorithm, hyperparameters };
  const start = { ...settings, sourceExecutionId, startedAt, idempotencyKey: `sample-${dataset}-${algorithm}` };
  const { trainingRunStart } = await graph.run(
    `mutation ($input: TrainingRunStartInput!) {
      trainingRunStart(input: $input) { trainingRun { id status } userErrors { field message } }
    }`,
    { input: start },
  );
  const { id, status } = trainingRunStart.trainingRun;
  if (status !== 'RUNNING') return id;
  const metrics = Object.entries(result.metrics).map(([name, value]) => ({ name, value }));
  await graph.run('mutation ($input: TrainingRunFinishInput!) { trainingRunFinish(input: $input) { userErrors { field message } } }', {
    input: { id, outcome: 'SUCCEEDED', durationMs, metrics },
  });
  return id;
}
