import { readFileSync } from 'node:fs';
import { parse, print, separateOperations } from 'graphql';
import { graphql } from '../kit/documents/api.js';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { subscribeByEventStream } from '../kit/gateway.js';
import { runGraph, type NewOrganization, type RunningGraph } from '../kit/graph.js';

const SAMPLE = 'samples/operations/9-from-a-file-to-a-model';
const query = readFileSync(`${SAMPLE}.graphql`, 'utf8');
const operations = separateOperations(parse(query));
const sampleVariables = JSON.parse(readFileSync(`${SAMPLE}.json`, 'utf8')) as { file: object };
const csv = readFileSync('samples/data/penguins.csv', 'utf8');
const [header, ...rows] = csv
  .trim()
  .split('\n')
  .map((line) => line.split(','));

const FEATURES = ['beak_length_mm', 'beak_depth_mm', 'flipper_length_mm', 'body_mass_g'];
const species = (row: readonly string[]): string => row[header!.indexOf('species')]!;
/** The inputs of a prediction for the penguin of a row. */
const measures = (row: readonly string[]) =>
  Object.fromEntries(
    FEATURES.map((name) => [name, row[header!.indexOf(name)]]).map(([name, cell]) => [name, cell ? Number(cell) : null] as const),
  );
const ofSpecies = (name: string, count: number) => rows.filter((row) => species(row) === name && !row.includes('')).slice(0, count);

let graph: RunningGraph;
let organization: NewOrganization;
beforeAll(async () => {
  graph = await runGraph();
  organization = await graph.createOrganization();
});
afterAll(() => graph.close());

/** Runs one of the sample operations as the explorer would; a mutation's only field must have no user errors. */
async function run(operationName: string, variables: object) {
  const response = await fetch(graph.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${organization.apiKeyToken}` },
    body: JSON.stringify({ query: print(operations[operationName]!), operationName, variables }),
  });
  const { data, errors } = (await response.json()) as GraphQLResponse<Record<string, { userErrors?: object[] }>>;
  expect(errors).toBeUndefined();
  const [answer] = Object.values(data);
  expect(answer?.userErrors ?? []).toEqual([]);
  return answer as never;
}

/** Returns all states that a sample subscription sends until its end. */
async function follow(operationName: string, field: string, variables: Record<string, unknown>) {
  const states: { status: string; progress: number }[] = [];
  const only = query.slice(query.indexOf(`subscription ${operationName}`)).split('\n}\n', 1)[0] + '\n}';
  for await (const { data, errors } of subscribeByEventStream<Record<string, { status: string; progress: number }>>(
    graph.url,
    { authorization: `Bearer ${organization.apiKeyToken}` },
    only,
    variables,
  )) {
    expect(errors).toBeUndefined();
    states.push(data[field]!);
  }
  return states;
}

interface TrainedRun {
  id: string;
  modelVersions: { nodes: { id: string; number: number; model: { id: string; name: string } }[] };
}

/** Trains on a dataset until the run has succeeded, and returns the id of the run. */
async function train(datasetId: string, algorithm: string): Promise<string> {
  const { trainingRun } = (await run('Train', { datasetId, algorithm })) as { trainingRun: { id: string } };
  const states = await follow('FollowRun', 'trainingRunUpdated', { runId: trainingRun.id });
  expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: 1, error: null });
  return trainingRun.id;
}

it('trains a model from an uploaded file, predicts, records feedback, and trains the next model from the mistakes', async () => {
  const { upload } = (await run('CreateFileUpload', { file: sampleVariables.file })) as { upload: { id: string; url: string } };
  const sent = await fetch(new URL(upload.url, graph.url), { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: csv });
  expect(sent.status).toBe(200);

  const { dataset } = (await run('CreateDataset', { uploadId: upload.id })) as { dataset: { id: string } };
  const datasetId = dataset.id;
  const states = await follow('FollowDataset', 'datasetUpdated', { datasetId });
  expect(states.at(-1)).toMatchObject({ status: 'READY', progress: 1, rowCount: rows.length, failure: null });
  const seen = (await run('InspectDataset', { datasetId })) as {
    profile: { columns: { name: string; nullCount: number; distinctCount: number; topValues: object[] }[] };
    rows: { rows: string[][]; totalCount: number };
  };
  expect(seen.profile.columns[0]).toMatchObject({
    name: 'species',
    nullCount: 0,
    distinctCount: 3,
    topValues: ['Adelie', 'Gentoo', 'Chinstrap'].map((value) => ({ value, count: rows.filter((row) => species(row) === value).length })),
  });
  expect(seen.rows.totalCount).toBe(rows.filter((row) => row[1] === 'Dream').length);

  const runIds = [await train(datasetId, 'LOGISTIC_REGRESSION'), await train(datasetId, 'GRADIENT_BOOSTED_TREES')];
  const compared = (await run('CompareRuns', { runIds })) as {
    incomparableReason: string | null;
    metrics: { name: string; values: { value: number }[]; bestTrainingRun: { id: string } | null }[];
    trainingRuns: TrainedRun[];
  };
  expect(compared.incomparableReason).toBeNull();
  const accuracy = compared.metrics.find(({ name }) => name === 'accuracy')!;
  const figures = accuracy.values.map(({ value }) => value);
  expect(Math.min(...figures)).toBeGreaterThan(0.95);
  const best = accuracy.bestTrainingRun?.id ?? runIds[0]!;
  expect(figures[runIds.indexOf(best)]).toBe(Math.max(...figures));
  const [version] = compared.trainingRuns.find(({ id }) => id === best)!.modelVersions.nodes;
  expect(version!.model.name).toBe('My penguins: species');
  const ids = { modelId: version!.model.id, versionId: version!.id };
  const { alias } = (await run('Promote', ids)) as { alias: object };
  expect(alias).toEqual({ name: 'champion', modelVersion: { number: version!.number } });

  /** Predicts the species of a penguin with the champion, records feedback, and returns whether the prediction was correct. */
  const judge = async (row: readonly string[], truth: string) => {
    const { prediction } = (await run('Predict', { ...ids, penguin: measures(row) })) as { prediction: { id: string; status: string } };
    expect(prediction).toMatchObject({ status: 'SUCCEEDED', output: { label: expect.any(String) }, confidence: expect.any(Number) });
    const judged = (await run('RecordFeedback', { predictionId: prediction.id, species: truth })) as {
      predictionFeedback: { isCorrect: boolean };
    };
    return judged.predictionFeedback.isCorrect;
  };
  // Twenty of each species, and then forty with wrong labels, which the model cannot predict.
  const verdicts: boolean[] = [];
  for (const name of ['Adelie', 'Gentoo', 'Chinstrap'])
    for (const row of ofSpecies(name, 20)) verdicts.push(await judge(row, species(row)));
  for (const [actual, recorded] of [
    ['Adelie', 'Gentoo'],
    ['Gentoo', 'Adelie'],
  ] as const)
    for (const row of ofSpecies(actual, 20)) verdicts.push(await judge(row, recorded));
  const right = verdicts.filter(Boolean).length;
  expect(right).toBeGreaterThanOrEqual(57);
  expect(right).toBeLessThanOrEqual(60);

  expect(await run('AccuracyAndDrift', ids)).toEqual({
    feedbackAccuracy: { accuracy: right / 100, coverage: 1, judgedCount: 100, predictionCount: 100 },
    drift: {
      sampleSize: 100,
      features: FEATURES.map((name) => ({ name, score: expect.any(Number), status: expect.stringMatching(/^(OK|WARNING|DRIFTED)$/) })),
    },
    usage: { total: { count: 100, errorRate: 0, p50LatencyMs: expect.any(Number), p95LatencyMs: expect.any(Number) } },
  });

  const { dataset: mistakes } = (await run('CreateDatasetFromMistakes', ids)) as { dataset: { id: string } };
  const read = await follow('FollowDataset', 'datasetUpdated', { datasetId: mistakes.id });
  expect(read.at(-1)).toMatchObject({ status: 'READY', rowCount: 100 - right });
  const again = await train(mistakes.id, 'LOGISTIC_REGRESSION');
  const { data } = await graph.execute(
    organization.apiKeyToken,
    graphql(`
      query ($id: ID!) {
        trainingRun(id: $id) {
          dataset {
            source
            sourceModelVersion {
              id
            }
          }
          modelVersions {
            nodes {
              number
              model {
                name
              }
            }
          }
        }
      }
    `),
    { id: again },
  );
  expect(data.trainingRun).toEqual({
    dataset: { source: 'PREDICTIONS', sourceModelVersion: { id: ids.versionId } },
    modelVersions: { nodes: [{ number: 1, model: { name: 'What the champion got wrong: species' } }] },
  });
});
