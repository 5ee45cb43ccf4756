import { v7 as uuidv7 } from 'uuid';
import type { Query } from '../../kit/documents/datasets.js';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createRun, finishRun, createDataset, startRun } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const aDataset = (viewer: Viewer, name = 'd') => createDataset(subgraph, viewer, { name, columns: ['a', 'b', 'c'] });

describe('the best training run', () => {
  const best = async (viewer: Viewer, id: string, args: string) =>
    (
      await subgraph.execute<{ dataset: { bestTrainingRun: { id: string; metrics: object[] } } }>(
        viewer,
        `query ($id: ID!) { dataset(id: $id) { bestTrainingRun(${args}) { id metrics { name value nonFinite } } } }`,
        { id },
      )
    ).data.dataset.bestTrainingRun;

  it('has the highest or the lowest value of the metric', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const low = await createRun(subgraph, viewer, datasetId, { value: -0.5 });
    const high = await createRun(subgraph, viewer, datasetId, { value: 0.9 });
    await createRun(subgraph, viewer, datasetId, { value: 0.3 });
    expect(await best(viewer, datasetId, 'problemType: REGRESSION, metric: "r2", direction: HIGHEST')).toEqual({
      id: high,
      metrics: [{ name: 'r2', value: 0.9, nonFinite: null }],
    });
    expect(await best(viewer, datasetId, 'problemType: REGRESSION, metric: "r2", direction: LOWEST')).toMatchObject({ id: low });
    expect(await best(viewer, datasetId, 'problemType: REGRESSION, metric: "rmse", direction: LOWEST')).toBeNull();
    expect(await best(viewer, datasetId, 'problemType: CLASSIFICATION, metric: "r2", direction: HIGHEST')).toBeNull();
  });

  it('is never one with a non-finite value, nor one that did not succeed', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const finite = await createRun(subgraph, viewer, datasetId, { value: 0.1 });
    for (const nonFinite of ['NAN', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY']) await createRun(subgraph, viewer, datasetId, { nonFinite });
    await createRun(subgraph, viewer, datasetId, { value: 0.9 }, {}, { outcome: 'FAILED', error: 'out of memory' });
    await createRun(subgraph, viewer, datasetId, { value: -0.9 }, {}, { outcome: 'CANCELED' });
    await startRun(subgraph, viewer, datasetId);
    for (const direction of ['HIGHEST', 'LOWEST'])
      expect(await best(viewer, datasetId, `problemType: REGRESSION, metric: "r2", direction: ${direction}`)).toMatchObject({ id: finite });
    const onlyNan = await aDataset(viewer);
    await createRun(subgraph, viewer, onlyNan, { nonFinite: 'NAN' });
    expect(await best(viewer, onlyNan, 'problemType: REGRESSION, metric: "r2", direction: HIGHEST')).toBeNull();
  });

  it('is one of the runs with the given target', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const b = await createRun(subgraph, viewer, datasetId, { value: 0.5 });
    const c = await createRun(subgraph, viewer, datasetId, { value: 0.9 }, { target: 'c' });
    const { data } = await subgraph.execute<{ dataset: object }>(
      viewer,
      `query ($id: ID!) { dataset(id: $id) { ${['b: "b"', 'c: "c"', 'all: null', 'none: "C"']
        .map((one) => one.split(': '))
        .map(
          ([name, target]) =>
            `${name}: bestTrainingRun(problemType: REGRESSION, metric: "r2", direction: HIGHEST, target: ${target}) { id }`,
        )
        .join(' ')} } }`,
      { id: datasetId },
    );
    expect(data.dataset).toEqual({ b: { id: b }, c: { id: c }, all: { id: c }, none: null });
  });

  it('is the newest of equal runs', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    await createRun(subgraph, viewer, datasetId, { value: 0.5 });
    const newest = await createRun(subgraph, viewer, datasetId, { value: 0.5 });
    for (const direction of ['HIGHEST', 'LOWEST'])
      expect(await best(viewer, datasetId, `problemType: REGRESSION, metric: "r2", direction: ${direction}`)).toMatchObject({ id: newest });
  });

  it('takes one statement for each field, for any number of datasets', async () => {
    const viewer = aMember();
    const runs: string[] = [];
    for (let index = 0; index < 30; index += 1) runs.push(await createRun(subgraph, viewer, await aDataset(viewer), { value: index }));
    subgraph.statements.take();
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        {
          datasets(first: 50, orderBy: { field: CREATED_AT, direction: ASC }) {
            nodes {
              high: bestTrainingRun(problemType: REGRESSION, metric: "r2", direction: HIGHEST) {
                id
              }
              low: bestTrainingRun(problemType: REGRESSION, metric: "r2", direction: LOWEST) {
                id
              }
            }
          }
        }
      `),
    );
    expect(data.datasets.nodes).toEqual(runs.map((id) => ({ high: { id }, low: { id } })));
    expect(subgraph.statements.take()).toHaveLength(3);
  });
});

describe('the comparison of algorithms', () => {
  const FIELDS = 'dataset { name } target algorithm runCount averageValue bestValue averageDurationMs';
  const compare = async (viewer: Viewer, args = 'problemType: REGRESSION, metric: "r2"') =>
    (await subgraph.execute<Query>(viewer, `{ algorithmComparison(${args}) { ${FIELDS} } }`)).data.algorithmComparison;

  it('averages the runs of each dataset and target separately', async () => {
    const viewer = aMember();
    const [one, two] = [await aDataset(viewer, 'one'), await aDataset(viewer, 'two')];
    await createRun(subgraph, viewer, one, { value: 0.5 }, {}, { durationMs: 100 });
    await createRun(subgraph, viewer, one, { value: 0.7 }, {}, { durationMs: 201 });
    await createRun(subgraph, viewer, one, { value: 0.9 }, {}, { durationMs: 300 });
    await createRun(subgraph, viewer, one, { value: 0.1 }, { target: 'c' }, { durationMs: 10 });
    await createRun(subgraph, viewer, one, { value: 0.4 }, { algorithm: 'Random Forest' }, { durationMs: 20 });
    await createRun(subgraph, viewer, two, { value: -3 }, {}, { durationMs: 40 });
    await createRun(subgraph, viewer, two, { value: -5 }, {}, { durationMs: 41 });
    expect(await compare(viewer)).toEqual([
      {
        dataset: { name: 'one' },
        target: 'b',
        algorithm: 'XGBoost',
        runCount: 3,
        averageValue: 0.7,
        bestValue: 0.9,
        averageDurationMs: 200,
      },
      { dataset: { name: 'two' }, target: 'b', algorithm: 'XGBoost', runCount: 2, averageValue: -4, bestValue: -3, averageDurationMs: 41 },
      {
        dataset: { name: 'one' },
        target: 'b',
        algorithm: 'Random Forest',
        runCount: 1,
        averageValue: 0.4,
        bestValue: 0.4,
        averageDurationMs: 20,
      },
      {
        dataset: { name: 'one' },
        target: 'c',
        algorithm: 'XGBoost',
        runCount: 1,
        averageValue: 0.1,
        bestValue: 0.1,
        averageDurationMs: 10,
      },
    ]);
    const lowest = await compare(viewer, 'problemType: REGRESSION, metric: "r2", direction: LOWEST');
    expect(lowest.map(({ bestValue }) => bestValue)).toEqual([0.5, -5, 0.4, 0.1]);
    expect(await compare(viewer, 'problemType: CLASSIFICATION, metric: "r2"')).toEqual([]);
    expect(await compare(aMember())).toEqual([]);
  });

  it('can be limited to one dataset', async () => {
    const viewer = aMember();
    const [one, two] = [await aDataset(viewer, 'one'), await aDataset(viewer, 'two')];
    await createRun(subgraph, viewer, one, { value: 1 });
    await createRun(subgraph, viewer, two, { value: 2 });
    const names = async (id: string | null, by = viewer) =>
      (await compare(by, `problemType: REGRESSION, metric: "r2", datasetId: ${JSON.stringify(id)}`)).map(({ dataset }) => dataset.name);
    expect(await names(two)).toEqual(['two']);
    expect((await names(null)).sort()).toEqual(['one', 'two']);
    expect([await names(uuidv7()), await names(two, aMember())]).toEqual([[], []]);
    const malformed = graphql('{ algorithmComparison(problemType: REGRESSION, metric: "r2", datasetId: "") { target } }');
    expect((await subgraph.execute(viewer, malformed)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('counts only finite values of runs that succeeded', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    await createRun(subgraph, viewer, datasetId, { value: 0.5 });
    await createRun(subgraph, viewer, datasetId, { nonFinite: 'NAN' });
    await createRun(subgraph, viewer, datasetId, { nonFinite: 'POSITIVE_INFINITY' });
    await createRun(subgraph, viewer, datasetId, { value: 9 }, {}, { outcome: 'FAILED', error: 'x' });
    expect(await compare(viewer)).toMatchObject([{ runCount: 1, averageValue: 0.5, bestValue: 0.5 }]);
  });

  it('averages the largest possible values', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    for (const value of [1.797e308, 1.797e308, 1.797e308]) await createRun(subgraph, viewer, datasetId, { value });
    for (const value of [-1e200, 3e200]) await createRun(subgraph, viewer, datasetId, { value }, { algorithm: 'Linear' });
    expect(await compare(viewer)).toMatchObject([
      { averageValue: 1.797e308, bestValue: 1.797e308 },
      { averageValue: 1e200, bestValue: 3e200 },
    ]);
  });

  it('returns the 100 with the most runs, in two statements', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const start = async (algorithm: string) =>
      finishRun(subgraph, viewer, await startRun(subgraph, viewer, datasetId, { algorithm }), { metrics: [{ name: 'r2', value: 1 }] });
    for (let index = 0; index < 101; index += 1) await start(`algorithm ${String(index).padStart(3, '0')}`);
    await start('algorithm 100');
    subgraph.statements.take();
    const rows = await compare(viewer);
    expect(subgraph.statements.take()).toHaveLength(2);
    expect(rows).toHaveLength(100);
    expect(rows[0]).toMatchObject({ algorithm: 'algorithm 100', runCount: 2 });
    expect(rows[1]!.algorithm).toBe('algorithm 000');
    expect(rows[99]!.algorithm).toBe('algorithm 098');
  });
});

it('returns nothing of another organization', async () => {
  const owner = aMember();
  const datasetId = await aDataset(owner);
  await createRun(subgraph, owner, datasetId, { value: 1 });
  const of = [datasetId, uuidv7()].map((id) => ({ __typename: 'Dataset', id }));
  const { data } = await subgraph.execute(
    aMember(),
    graphql(`
      query ($of: [_Any!]!) {
        _entities(representations: $of) {
          ... on Dataset {
            bestTrainingRun(problemType: REGRESSION, metric: "r2", direction: HIGHEST) {
              id
            }
          }
        }
        algorithmComparison(problemType: REGRESSION, metric: "r2") {
          runCount
        }
      }
    `),
    { of },
  );
  expect(data).toEqual({ _entities: [null, null], algorithmComparison: [] });
  expect(
    (await subgraph.execute(null, graphql('{ algorithmComparison(problemType: REGRESSION, metric: "r2") { runCount } }'))).errors?.[0]
      ?.extensions.code,
  ).toBe('UNAUTHENTICATED');
});
