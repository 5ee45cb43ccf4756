import { readFileSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { requestLine, sign } from '../../../subgraphs/shared/viewer/signature.js';
import { graphql as servingGraphql } from '../../kit/documents/serving.js';
import { graphql } from '../../kit/documents/datasets.js';
import { askRuntime } from '../../kit/onnx-runtime.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createDataset, profileDataset, startRun } from './arrange.js';
import { numbers, texts } from './learning/arrange.js';
import { startExecutedRun, hasEnded, waitForRun, readRun, trainingProcesses } from './training-runs.js';

let peers: RunningPeers;
let subgraph: RunningSubgraph;
beforeAll(async () => {
  peers = await runPeers();
  subgraph = peers.datasets as never;
});
afterAll(() => peers.close());

type Viewer = ReturnType<typeof aMember>;

const penguins = readFileSync('samples/data/penguins.csv', 'utf8');
const SPECIES = {
  problemType: 'CLASSIFICATION',
  target: 'species',
  features: ['island', 'beak_length_mm', 'beak_depth_mm', 'flipper_length_mm', 'body_mass_g', 'sex'],
  algorithm: 'GRADIENT_BOOSTED_TREES',
};
const QUICK = { iterations: 20, folds: 3 };
/** So much work that a test is always in time to stop it. */
const LONG = { iterations: 2000, folds: 20 };

const dataset = (viewer: Viewer, text = penguins, name = 'penguins') => profileDataset(subgraph, viewer, { name, text });
const versions = async (viewer: Viewer, name: string) =>
  (
    await peers.serving.execute(
      viewer,
      servingGraphql(/* GraphQL */ `
        query ($name: String!) {
          models(filter: { name: $name }) {
            nodes {
              versions(orderBy: { field: NUMBER, direction: ASC }) {
                nodes {
                  number
                  status
                  inputSchema
                  outputSchema
                  dataset {
                    id
                  }
                  metrics {
                    name
                    datasetType
                    value
                  }
                }
              }
            }
          }
        }
      `),
      { name },
    )
  ).data.models.nodes.map((model) => model.versions.nodes);

/** Returns the properties of a JSON schema. */
const propertiesOf = (schema: unknown) => (schema as { properties: object }).properties;

describe('a run that the platform executes', () => {
  it('is queued, trained, evaluated, and registered as a version when it has SUCCEEDED', async () => {
    const viewer = aMember();
    const datasetId = await dataset(viewer);
    const { trainingRun, userErrors } = await startExecutedRun(subgraph, viewer, { ...SPECIES, datasetId, hyperparameters: QUICK });
    expect(userErrors).toEqual([]);
    expect(trainingRun).toMatchObject({ isExecuted: true, progress: 0 });
    // Whoever is idle takes it at once, maybe before the answer was read.
    expect(['QUEUED', 'RUNNING']).toContain(trainingRun.status);
    expect(trainingRun.hyperparameters).toMatchObject({ ...QUICK, learningRate: 0.1, seed: 0, holdout: 0.2 });

    const statuses: string[] = [];
    const follow = graphql('subscription ($id: ID!) { trainingRunUpdated(id: $id) { status progress } }');
    const progress: number[] = [];
    for await (const { data } of subgraph.subscribe(viewer, follow, { id: trainingRun.id })) {
      statuses.push(data.trainingRunUpdated.status);
      progress.push(data.trainingRunUpdated.progress);
    }
    expect(statuses.at(-1)).toBe('SUCCEEDED');
    expect(progress).toEqual([...progress].sort((a, b) => a - b));

    const run = await readRun(subgraph, viewer, trainingRun.id);
    const figure = (name: string) => run.metrics.find((metric) => metric.name === name)!.value;
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      progress: 1,
      error: null,
      durationMs: expect.any(Number),
      finishedAt: expect.any(String),
    });
    expect(figure('accuracy')).toBeGreaterThan(0.9);
    expect(figure('cv_accuracy_mean')).toBeGreaterThan(0.9);
    expect(run.loss.points.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const folds = run.folds.points.map(({ value }) => value);
    expect(figure('cv_accuracy_mean')).toBeCloseTo((folds[0]! + folds[1]! + folds[2]!) / 3, 10);

    const version = (await versions(viewer, 'PENGUINS: species'))[0]![0]!;
    expect(version).toMatchObject({ number: 1, status: 'ACTIVE', dataset: { id: datasetId } });
    expect(propertiesOf(version.inputSchema)).toMatchObject({
      island: { type: ['string', 'null'] },
      body_mass_g: { type: ['number', 'null'] },
    });
    expect(propertiesOf(version.outputSchema)).toHaveProperty('label.enum', ['Adelie', 'Chinstrap', 'Gentoo']);
    const metric = { name: 'accuracy', datasetType: 'TEST', value: figure('accuracy') };
    expect(version.metrics).toContainEqual(metric);

    const path = new URL(run.artifact.downloadUrl, subgraph.url).pathname;
    const headers = sign('datasets', subgraph.key, { requestId: 'test', viewer: null }, requestLine('GET', path));
    const bytes = new Uint8Array(await (await fetch(new URL(path, subgraph.url), { headers })).arrayBuffer());
    const gentoo = [numbers('beak_length_mm', [50]), numbers('beak_depth_mm', [15]), numbers('flipper_length_mm', [225])];
    const answers = await askRuntime(bytes, [
      ...gentoo,
      numbers('body_mass_g', [5500]),
      texts('island', ['Biscoe']),
      texts('sex', ['MALE']),
    ]);
    expect(answers.label).toEqual(['Gentoo']);
  });

  it('returns the same metrics again, and registers the next version of the same model', async () => {
    const viewer = aMember();
    const datasetId = await dataset(viewer);
    const input = { ...SPECIES, datasetId, algorithm: 'LOGISTIC_REGRESSION', hyperparameters: { folds: 2 } };
    const ids = [
      (await startExecutedRun(subgraph, viewer, input)).trainingRun.id,
      (await startExecutedRun(subgraph, viewer, input)).trainingRun.id,
    ];
    const [first, second] = await Promise.all(ids.map((id) => waitForRun(subgraph, viewer, id, hasEnded)));
    expect(first!.status).toBe('SUCCEEDED');
    expect(second!.metrics).toEqual(first!.metrics);
    const [numbersOf] = await versions(viewer, 'penguins: species');
    expect(numbersOf).toMatchObject([{ number: 1 }, { number: 2 }]);
  });

  it('trains a regression, skips rows without a target, and adds a version to the given model', async () => {
    const viewer = aMember();
    const datasetId = await dataset(viewer);
    const create = servingGraphql('mutation { modelCreate(input: { name: "mass", framework: "onnx" }) { model { id } } }');
    const modelId = (await peers.serving.execute(viewer, create)).data.modelCreate.model.id;
    const { trainingRun } = await startExecutedRun(subgraph, viewer, {
      datasetId,
      problemType: 'REGRESSION',
      target: 'body_mass_g',
      features: ['species', 'flipper_length_mm', 'sex'],
      algorithm: 'LINEAR_REGRESSION',
      modelId,
    });
    const run = await waitForRun(subgraph, viewer, trainingRun.id, hasEnded);
    expect(run).toMatchObject({ status: 'SUCCEEDED', error: null });
    const figure = (name: string) => run.metrics.find((metric) => metric.name === name)!.value;
    // The literature's fit of mass on species, sex and flipper length explains 0.87 of the variance.
    expect(figure('cv_r2_mean')).toBeGreaterThan(0.8);
    expect(figure('rmse')).toBeLessThan(400);
    const version = (await versions(viewer, 'mass'))[0]![0]!;
    expect(propertiesOf(version.outputSchema)).toEqual({ prediction: { type: 'number' } });
  });

  it('is created once for a repeated idempotency key', async () => {
    const viewer = aMember();
    const input = { ...SPECIES, datasetId: await dataset(viewer), hyperparameters: QUICK, idempotencyKey: 'once' };
    const [first, again] = [await startExecutedRun(subgraph, viewer, input), await startExecutedRun(subgraph, viewer, input)];
    expect(again.trainingRun.id).toBe(first.trainingRun.id);
    await waitForRun(subgraph, viewer, first.trainingRun.id, hasEnded);
    expect((await versions(viewer, 'penguins: species')).flat()).toHaveLength(1);
  });

  it('cannot be finished or logged to by a client', async () => {
    const viewer = aMember();
    const { trainingRun } = await startExecutedRun(subgraph, viewer, {
      ...SPECIES,
      datasetId: await dataset(viewer),
      hyperparameters: QUICK,
    });
    const finish = graphql(`
      mutation ($id: ID!) {
        trainingRunFinish(input: { id: $id, outcome: SUCCEEDED }) {
          userErrors {
            code
            field
          }
        }
        trainingRunLogMetrics(input: { id: $id, metrics: [{ name: "loss", step: 1, value: 1 }] }) {
          userErrors {
            code
            field
          }
        }
      }
    `);
    const { data } = await subgraph.execute(viewer, finish, { id: trainingRun.id });
    const refused = { userErrors: [{ code: 'INVALID', field: ['input', 'id'] }] };
    expect(data).toEqual({ trainingRunFinish: refused, trainingRunLogMetrics: refused });
    expect(await waitForRun(subgraph, viewer, trainingRun.id, hasEnded)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('an untrainable run is refused at its start', () => {
  const viewer = aMember();
  let datasetId: string;
  const rows = Array.from(
    { length: 30 },
    (_, row) => `${row},${row % 2},${row},same,2020-01-${(row % 28) + 1 < 10 ? '0' : ''}${(row % 28) + 1},,x${row},${row / 2}`,
  );
  const text = `${['number', 'flag', 'label', 'constant', 'day', 'nothing', 'name', 'half'].join()}\n${rows.join('\n')}\n`;
  beforeAll(async () => void (datasetId = await dataset(viewer, text)));

  const valid = { problemType: 'REGRESSION', target: 'number', features: ['flag', 'name'], algorithm: 'LINEAR_REGRESSION' };
  it.each<[string, object, string[]]>([
    ['an algorithm that the platform does not have', { algorithm: 'XGBoost' }, ['algorithm']],
    ['an algorithm for another problem', { algorithm: 'LOGISTIC_REGRESSION' }, ['problemType']],
    ['a setting that there is not', { hyperparameters: { depth: 3 } }, ['hyperparameters', 'depth']],
    ['a setting out of its range', { hyperparameters: { folds: 1 } }, ['hyperparameters', 'folds']],
    ['settings that are no object', { hyperparameters: [1] }, ['hyperparameters']],
    ['a date among the features', { features: ['flag', 'day'] }, ['features', '1']],
    ['a feature that is called like an output', { features: ['label'] }, ['features', '0']],
    ['features without a value', { features: ['nothing'] }, ['features']],
    ['a regression of texts', { target: 'name', features: ['flag'] }, ['target']],
    ['classes of fractions', { problemType: 'CLASSIFICATION', algorithm: 'GRADIENT_BOOSTED_TREES', target: 'half' }, ['target']],
    ['one class', { problemType: 'CLASSIFICATION', algorithm: 'LOGISTIC_REGRESSION', target: 'constant' }, ['target']],
    ['a target without values', { problemType: 'CLASSIFICATION', algorithm: 'LOGISTIC_REGRESSION', target: 'nothing' }, ['target']],
    ['a moment at which it began', { startedAt: '2020-01-01T00:00:00Z' }, ['startedAt']],
    ['a model that there is not', { modelId: uuidv7() }, ['modelId']],
    ['a model of a trainer elsewhere', { execute: false, modelId: uuidv7() }, ['modelId']],
  ])('%s', async (_, change, field) => {
    const { trainingRun, userErrors } = await startExecutedRun(subgraph, viewer, { ...valid, datasetId, ...change });
    expect(trainingRun).toBeNull();
    expect(userErrors).toEqual([expect.objectContaining({ field: ['input', ...field] })]);
    expect(await peers.datasets.client.trainingRun.count({ where: { datasetId } })).toBe(0);
  });

  it('a dataset of another organization is NOT_FOUND', async () => {
    const stranger = aMember();
    const { userErrors } = await startExecutedRun(subgraph, stranger, { ...valid, datasetId });
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'datasetId'] }]);
    const create = servingGraphql('mutation { modelCreate(input: { name: "theirs", framework: "onnx" }) { model { id } } }');
    const modelId = (await peers.serving.execute(stranger, create)).data.modelCreate.model.id;
    expect((await startExecutedRun(subgraph, viewer, { ...valid, datasetId, modelId })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', field: ['input', 'modelId'] },
    ]);
  });

  it('a problem in the rows makes the run FAILED with its reason', async () => {
    const huge = `x,y\n${Array.from({ length: 30 }, (_, row) => `${row},${row}e300`).join('\n')}\n`;
    const { trainingRun } = await startExecutedRun(subgraph, viewer, {
      ...valid,
      target: 'y',
      features: ['x'],
      datasetId: await dataset(viewer, huge),
    });
    const run = await waitForRun(subgraph, viewer, trainingRun.id, hasEnded);
    const error = expect.stringContaining('beyond the range of float32');
    expect(run).toMatchObject({ status: 'FAILED', error, artifact: null, metrics: [] });
  });
});

describe('trainingAlgorithms', () => {
  it('lists the settings, and a run has defaults for omitted ones', async () => {
    const viewer = aMember();
    const query = graphql(`
      {
        trainingAlgorithms {
          name
          problemTypes
          hyperparameters {
            name
            description
            initial
            min
            max
            isWhole
          }
        }
      }
    `);
    const { data } = await subgraph.execute(viewer, query);
    expect(data.trainingAlgorithms.map(({ name, problemTypes }) => [name, ...problemTypes])).toEqual([
      ['LINEAR_REGRESSION', 'REGRESSION'],
      ['LOGISTIC_REGRESSION', 'CLASSIFICATION'],
      ['GRADIENT_BOOSTED_TREES', 'REGRESSION', 'CLASSIFICATION'],
    ]);
    for (const { hyperparameters } of data.trainingAlgorithms)
      for (const { initial, min, max, isWhole } of hyperparameters) {
        expect(initial >= min && initial <= max).toBe(true);
        expect(!isWhole || Number.isInteger(initial)).toBe(true);
      }
  });
});

describe('trainingRunCancel', () => {
  const cancel = async (viewer: Viewer, id: string) => {
    const mutation = graphql(`
      mutation ($id: ID!) {
        trainingRunCancel(input: { id: $id }) {
          trainingRun {
            status
          }
          userErrors {
            code
            field
          }
        }
      }
    `);
    return (await subgraph.execute(viewer, mutation, { id })).data.trainingRunCancel;
  };

  it('cancels running and queued runs at once', async () => {
    const viewer = aMember();
    const datasetId = await dataset(viewer);
    const input = { ...SPECIES, datasetId, hyperparameters: LONG };
    const running = (await startExecutedRun(subgraph, viewer, input)).trainingRun.id;
    const waiting = (await startExecutedRun(subgraph, viewer, input)).trainingRun.id;
    await waitForRun(subgraph, viewer, running, ({ progress }) => progress > 0);
    const [pid] = trainingProcesses();
    expect(await cancel(aMember(), running)).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    for (const id of [waiting, running]) expect(await cancel(viewer, id)).toEqual({ trainingRun: { status: 'CANCELED' }, userErrors: [] });
    expect(await cancel(viewer, running)).toMatchObject({ userErrors: [{ code: 'CONFLICT', field: ['input', 'id'] }] });
    while (trainingProcesses().includes(pid!)) await new Promise((resolve) => setTimeout(resolve, 20));
    // The worker is free again, and nobody works on what was stopped.
    const { trainingRun } = await startExecutedRun(subgraph, viewer, { ...input, hyperparameters: QUICK });
    expect(await waitForRun(subgraph, viewer, trainingRun.id, hasEnded)).toMatchObject({ status: 'SUCCEEDED' });
    for (const id of [waiting, running]) expect(await readRun(subgraph, viewer, id)).toMatchObject({ status: 'CANCELED', artifact: null });
    expect((await versions(viewer, 'penguins: species')).flat()).toHaveLength(1);
  });

  it('is refused for a run that a client executes', async () => {
    const viewer = aMember();
    const id = await startRun(subgraph, viewer, await createDataset(subgraph, viewer, { name: 'd' }));
    expect(await cancel(viewer, id)).toEqual({ trainingRun: null, userErrors: [{ code: 'INVALID', field: ['input', 'id'] }] });
  });
});

describe('a run whose process is killed', () => {
  it.each([
    [1, 'SUCCEEDED'],
    [2, 'FAILED'],
  ])('%i times ends as %s', async (kills, status) => {
    const viewer = aMember();
    const hyperparameters = { iterations: 300, folds: 10 };
    const { trainingRun } = await startExecutedRun(subgraph, viewer, { ...SPECIES, datasetId: await dataset(viewer), hyperparameters });
    for (let killed = 0; killed < kills; killed += 1) {
      await peers.datasets.client.trainingRun.updateMany({ where: { id: trainingRun.id }, data: { progress: 0 } });
      await waitForRun(subgraph, viewer, trainingRun.id, ({ progress }) => progress > 0);
      for (const pid of trainingProcesses()) process.kill(pid, 'SIGKILL');
    }
    const run = await waitForRun(subgraph, viewer, trainingRun.id, hasEnded);
    expect(run).toMatchObject({ status, error: status === 'FAILED' ? expect.any(String) : null });
    const row = await peers.datasets.client.trainingRun.findFirstOrThrow({ where: { id: trainingRun.id } });
    expect(row).toMatchObject({ attempts: 2, leaseToken: null, leasedUntil: null, askedBy: null });
    expect((await versions(viewer, 'penguins: species')).flat()).toHaveLength(status === 'SUCCEEDED' ? 1 : 0);
  });
});
