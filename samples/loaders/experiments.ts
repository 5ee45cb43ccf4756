import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphClient } from '../graph-client.js';
import { experiments, type Experiment, type Trial } from '../experiments.js';
import { create } from './create.js';
import { recordVersion } from './models.js';
import { runProgram, type ProgramResult } from './programs.js';

/**
 * The loop with real figures: each dataset is stored, programs of the demo project train on it in a process of their
 * own, and what they printed becomes runs, versions, predictions and feedback. Answers the datasets' ids by name.
 * The keys name dataset, algorithm and row, and what is measured is read back from what was recorded: whatever an
 * earlier loading got done is met again and not made twice.
 */
export async function loadExperiments(graph: GraphClient): Promise<Record<string, string>> {
  const projectId = await loadProject(graph);
  const datasets: Record<string, string> = {};
  for (const experiment of experiments) {
    const { dataset, model, about } = experiment;
    const datasetId = await loadDataset(graph, experiment);
    datasets[dataset] = datasetId;
    const modelId = await create(graph, 'model', {
      name: model,
      description: about,
      framework: 'plain JavaScript',
      idempotencyKey: `sample-${model}`,
    });
    for (const trial of experiment.trials) {
      const result = await runProgram(graph, projectId, experiment, trial);
      const trainingRunId = await loadRun(graph, experiment, trial, datasetId, result);
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
  await ready(graph, id);
  return id;
}

/** Waits until the dataset's file was read: a run needs to know its columns. */
async function ready(graph: GraphClient, id: string): Promise<void> {
  for (;;) {
    const { dataset } = await graph.run('query ($id: ID!) { dataset(id: $id) { status failure { message } } }', { id });
    if (dataset.status === 'READY') return;
    if (dataset.status === 'FAILED') throw new Error(`The sample dataset ${id} FAILED: ${dataset.failure.message}`);
    await sleep(50);
  }
}

async function loadRun(
  graph: GraphClient,
  experiment: Experiment,
  trial: Trial,
  datasetId: string,
  result: ProgramResult,
): Promise<string> {
  const { dataset, problemType, target, features } = experiment;
  const { algorithm, hyperparameters } = trial;
  const { executionId: sourceExecutionId, startedAt, durationMs } = result;
  const learned = { datasetId, problemType, target, features, algorithm, hyperparameters };
  const start = { ...learned, sourceExecutionId, startedAt, idempotencyKey: `sample-${dataset}-${algorithm}` };
  const { trainingRunStart } = await graph.run(
    'mutation ($input: TrainingRunStartInput!) { trainingRunStart(input: $input) { trainingRun { id status } userErrors { field message } } }',
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
