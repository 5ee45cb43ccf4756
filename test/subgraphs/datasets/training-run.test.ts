import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { executeConcurrently, createRun, finishRun, PAGE_INFO, createDataset, startRun, tenTimes, readAllPages } from './arrange.js';
import { DELETE, FIELDS, FINISH, START } from './training-run.documents.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const read = async (viewer: Viewer, id: string) =>
  (await subgraph.execute(viewer, graphql(`query ($id: ID!) { trainingRun(id: $id) { ${FIELDS} } }`), { id })).data.trainingRun;
const count = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ trainingRuns { totalCount } }'))).data.trainingRuns.totalCount;
const aDataset = (viewer: Viewer) => createDataset(subgraph, viewer, { name: 'house prices', columns: ['sqft', 'bedrooms', 'price'] });
const HOUSE_PRICES = { problemType: 'REGRESSION', target: 'price', features: ['sqft', 'bedrooms'], algorithm: 'XGBoost' };

describe('starting a training run', () => {
  it('stores its input, and its dataset counts it', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const [hyperparameters, startedAt] = [
      { n_estimators: 200, learning_rate: 0.1, nested: { deep: [1, null] } },
      '2026-01-15T10:30:00.000Z',
    ];
    const { data } = await subgraph.execute(viewer, START, { input: { datasetId, ...HOUSE_PRICES, hyperparameters, startedAt } });
    const { trainingRun, userErrors } = data.trainingRunStart;
    expect(userErrors).toEqual([]);
    expect(trainingRun).toEqual({
      ...HOUSE_PRICES,
      id: expect.any(String),
      dataset: { id: datasetId, trainingCount: 1, lastTrainedAt: startedAt },
      status: 'RUNNING',
      hyperparameters,
      metrics: [],
      durationMs: null,
      error: null,
      startedAt,
      finishedAt: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect(await read(viewer, trainingRun.id)).toEqual(trainingRun);
  });

  it.each([
    ['a malformed dataset id', { datasetId: 'd' }, 'INVALID', ['input', 'datasetId']],
    ['an unknown dataset', { datasetId: uuidv7() }, 'NOT_FOUND', ['input', 'datasetId']],
    ['a target that is no column', { target: 'cost' }, 'INVALID', ['input', 'target']],
    ['a feature that is no column', { features: ['sqft', 'age'] }, 'INVALID', ['input', 'features', '1']],
    ['the target among the features', { features: ['sqft', 'price'] }, 'INVALID', ['input', 'features']],
    ['a feature twice', { features: ['sqft', 'sqft'] }, 'INVALID', ['input', 'features']],
    ['no features', { features: [] }, 'BLANK', ['input', 'features']],
    ['a blank algorithm', { algorithm: ' ' }, 'BLANK', ['input', 'algorithm']],
    ['a long target', { target: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'target']],
    ['a long feature', { features: ['sqft', 'x'.repeat(201)] }, 'TOO_LONG', ['input', 'features', '1']],
    ['a long algorithm', { algorithm: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'algorithm']],
    ['hyperparameters that are no object', { hyperparameters: [1] }, 'INVALID', ['input', 'hyperparameters']],
    ['a start in the future', { startedAt: '2999-01-01T00:00:00.000Z' }, 'INVALID', ['input', 'startedAt']],
    ['a malformed execution id', { sourceExecutionId: 'e' }, 'INVALID', ['input', 'sourceExecutionId']],
    ['a blank idempotency key', { idempotencyKey: ' ' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const { data } = await subgraph.execute(viewer, START, { input: { datasetId: await aDataset(viewer), ...HOUSE_PRICES, ...wrong } });
    expect(data.trainingRunStart).toMatchObject({ trainingRun: null, userErrors: [{ code, field }] });
    expect(await count(viewer)).toBe(0);
  });

  it('happens once for a repeated idempotency key', async () => {
    const viewer = aMember();
    const input = { datasetId: await aDataset(viewer), ...HOUSE_PRICES, idempotencyKey: 'k' };
    const answers = await executeConcurrently(subgraph, viewer, START, tenTimes(input));
    expect(new Set(answers.map(({ data }) => data.trainingRunStart.trainingRun.id)).size).toBe(1);
    const other = await subgraph.execute(viewer, START, { input: { ...input, algorithm: 'Linear' } });
    expect(other.data.trainingRunStart).toMatchObject({
      trainingRun: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
    expect(await count(viewer)).toBe(1);
  });
});

describe('finishing a training run', () => {
  const started = async (viewer: Viewer, rest: object = {}) =>
    startRun(subgraph, viewer, await aDataset(viewer), { ...HOUSE_PRICES, ...rest });

  it('stores its metrics, including non-finite ones, and its duration', async () => {
    const viewer = aMember();
    const id = await started(viewer);
    const metrics = [
      { name: 'accuracy', value: 0.1 + 0.2 },
      { name: 'loss', nonFinite: 'NAN' },
      { name: 'max', nonFinite: 'POSITIVE_INFINITY' },
      { name: 'min', nonFinite: 'NEGATIVE_INFINITY' },
      { name: 'rmse', value: 0 },
    ];
    const { data } = await subgraph.execute(viewer, FINISH, { input: { id, outcome: 'SUCCEEDED', metrics, durationMs: 2543 } });
    const { trainingRun, userErrors } = data.trainingRunFinish;
    expect(userErrors).toEqual([]);
    const figures = metrics.map((metric) => ({ value: null, nonFinite: null, ...metric }));
    expect(trainingRun).toMatchObject({
      status: 'SUCCEEDED',
      durationMs: 2543,
      error: null,
      finishedAt: expect.any(String),
      metrics: figures,
    });
    expect(await read(viewer, id)).toEqual(trainingRun);
  });

  it('computes the duration since the start by default', async () => {
    const viewer = aMember();
    const id = await started(viewer, { startedAt: new Date(Date.now() - 60_000).toISOString() });
    await finishRun(subgraph, viewer, id);
    const { durationMs, startedAt, finishedAt } = await read(viewer, id);
    expect(durationMs).toBe(Date.parse(finishedAt) - Date.parse(startedAt));
    expect(durationMs).toBeGreaterThanOrEqual(60_000);
  });

  it('stores the error of a failed run', async () => {
    const viewer = aMember();
    const id = await started(viewer);
    await finishRun(subgraph, viewer, id, { outcome: 'FAILED', error: 'out of memory' });
    expect(await read(viewer, id)).toMatchObject({ status: 'FAILED', error: 'out of memory' });
  });

  it.each([
    ['a malformed id', { id: 'r' }, 'INVALID', ['input', 'id']],
    ['an unknown run', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a failure without a reason', { outcome: 'FAILED' }, 'BLANK', ['input', 'error']],
    ['a success with an error', { error: 'x' }, 'INVALID', ['input', 'error']],
    ['a negative duration', { durationMs: -1 }, 'INVALID', ['input', 'durationMs']],
    ['a metric without a name', { metrics: [{ name: '', value: 1 }] }, 'BLANK', ['input', 'metrics', '0', 'name']],
    ['a long metric name', { metrics: [{ name: 'x'.repeat(101), value: 1 }] }, 'TOO_LONG', ['input', 'metrics', '0', 'name']],
    [
      'a metric twice',
      {
        metrics: [
          { name: 'a', value: 1 },
          { name: 'a', value: 2 },
        ],
      },
      'INVALID',
      ['input', 'metrics', '1', 'name'],
    ],
    ['a metric without a figure', { metrics: [{ name: 'a' }] }, 'INVALID', ['input', 'metrics', '0']],
    ['a metric with two figures', { metrics: [{ name: 'a', value: 1, nonFinite: 'NAN' }] }, 'INVALID', ['input', 'metrics', '0']],
    ['a figure that is too large', { metrics: [{ name: 'a', value: -Number.MAX_VALUE }] }, 'INVALID', ['input', 'metrics', '0', 'value']],
  ])('refuses %s and keeps it RUNNING', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await started(viewer);
    const { data } = await subgraph.execute(viewer, FINISH, {
      input: { id, outcome: 'SUCCEEDED', metrics: [{ name: 'ok', value: 1 }], ...wrong },
    });
    expect(data.trainingRunFinish).toMatchObject({ trainingRun: null, userErrors: [{ code, field }] });
    expect(await read(viewer, id)).toMatchObject({ status: 'RUNNING', metrics: [], durationMs: null, finishedAt: null });
  });

  it('refuses an infinite literal', async () => {
    const viewer = aMember();
    const id = await started(viewer);
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        mutation ($id: ID!) {
          trainingRunFinish(input: { id: $id, outcome: SUCCEEDED, metrics: [{ name: "a", value: 1e999 }] }) {
            userErrors {
              code
              field
            }
          }
        }
      `),
      { id },
    );
    expect(data.trainingRunFinish.userErrors).toEqual([{ code: 'INVALID', field: ['input', 'metrics', '0', 'value'] }]);
  });

  it('succeeds once for ten concurrent requests', async () => {
    const viewer = aMember();
    const id = await started(viewer);
    const ends = Array.from({ length: 10 }, (_, index) => ({ id, outcome: 'SUCCEEDED', metrics: [{ name: `by ${index}`, value: index }] }));
    const answers = await executeConcurrently(subgraph, viewer, FINISH, ends);
    const results = answers.map(({ data }) => data.trainingRunFinish);
    const winners = results.filter(({ trainingRun }) => trainingRun);
    expect(winners).toHaveLength(1);
    expect(results.filter(({ userErrors }) => userErrors[0]?.code === 'CONFLICT')).toHaveLength(9);
    expect((await read(viewer, id)).metrics).toEqual(winners[0]!.trainingRun.metrics);
  });
});

describe('deleting a training run', () => {
  it('deletes its metrics, and its dataset no longer counts it', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const id = await createRun(subgraph, viewer, datasetId, { value: 1 }, HOUSE_PRICES);
    expect((await subgraph.execute(viewer, DELETE, { id })).data.trainingRunDelete).toEqual({ deletedId: id, userErrors: [] });
    expect(await read(viewer, id)).toBeNull();
    const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { dataset(id: $id) { trainingCount lastTrainedAt } }'), {
      id: datasetId,
    });
    expect(data.dataset).toEqual({ trainingCount: 0, lastTrainedAt: null });
    expect((await subgraph.execute(viewer, DELETE, { id })).data.trainingRunDelete).toEqual({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }],
    });
    expect((await subgraph.execute(viewer, DELETE, { id: 'r' })).data.trainingRunDelete.userErrors).toEqual([
      { code: 'INVALID', field: ['input', 'id'] },
    ]);
  });
});

describe('listing training runs', () => {
  it.each([
    ['DURATION', 'ASC', ['1', '2', '2', '3', null, null]],
    ['DURATION', 'DESC', ['3', '2', '2', '1', null, null]],
  ])('pages by %s %s with running ones last, forward and backward, without repeating or skipping', async (field, direction, expected) => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    for (const durationMs of [2, null, 1, 3, null, 2]) {
      if (durationMs === null) await startRun(subgraph, viewer, datasetId, HOUSE_PRICES);
      else await createRun(subgraph, viewer, datasetId, { value: 1 }, HOUSE_PRICES, { durationMs });
    }
    const page = async (args: string) =>
      (
        await subgraph.execute<{ trainingRuns: Connection<{ id: string; durationMs: number | null }> }>(
          viewer,
          `{ trainingRuns(${args}, orderBy: { field: ${field}, direction: ${direction} }) { nodes { id durationMs } ${PAGE_INFO} } }`,
        )
      ).data.trainingRuns;
    const forward = await readAllPages<{ id: string; durationMs: number | null }>(false, page);
    expect(forward.map(({ durationMs }) => durationMs && String(durationMs))).toEqual(expected);
    expect(new Set(forward.map(({ id }) => id)).size).toBe(6);
    expect(await readAllPages(true, page)).toEqual([...forward].reverse());
  });

  it('lists the runs of a dataset, newest first', async () => {
    const viewer = aMember();
    const [one, two] = [await aDataset(viewer), await aDataset(viewer)];
    const history = [await startRun(subgraph, viewer, one, HOUSE_PRICES), await startRun(subgraph, viewer, one, HOUSE_PRICES)].reverse();
    await startRun(subgraph, viewer, two, HOUSE_PRICES);
    const { data } = await subgraph.execute(
      viewer,
      graphql('query ($id: ID!) { dataset(id: $id) { trainingRuns { totalCount nodes { id } } } }'),
      {
        id: one,
      },
    );
    expect(data.dataset.trainingRuns).toEqual({ totalCount: 2, nodes: history.map((id) => ({ id })) });
  });

  it('filters by status, problem type, algorithm, target, and time', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const running = await startRun(subgraph, viewer, datasetId, { ...HOUSE_PRICES, problemType: 'CLASSIFICATION' });
    const failed = await createRun(
      subgraph,
      viewer,
      datasetId,
      { value: 1 },
      { ...HOUSE_PRICES, algorithm: 'Linear' },
      { outcome: 'FAILED', error: 'x' },
    );
    const done = await createRun(subgraph, viewer, datasetId, { value: 1 }, { ...HOUSE_PRICES, target: 'sqft', features: ['price'] });
    const ids = async (filter: object) => {
      const { data } = await subgraph.execute(
        viewer,
        graphql(`
          query ($filter: TrainingRunFilter) {
            trainingRuns(filter: $filter) {
              totalCount
              nodes {
                id
              }
            }
          }
        `),
        { filter },
      );
      expect(data.trainingRuns.totalCount).toBe(data.trainingRuns.nodes.length);
      return data.trainingRuns.nodes.map(({ id }) => id);
    };
    expect(await ids({})).toEqual([done, failed, running]);
    expect(await ids({ statuses: ['RUNNING', 'FAILED'] })).toEqual([failed, running]);
    expect(await ids({ statuses: [] })).toEqual([]);
    expect(await ids({ problemType: 'CLASSIFICATION' })).toEqual([running]);
    expect(await ids({ algorithm: 'Linear' })).toEqual([failed]);
    expect(await ids({ target: 'sqft' })).toEqual([done]);
    expect(await ids({ createdFrom: '2020-01-01T00:00:00.000Z', target: 'sqft' })).toEqual([done]);
    expect(await ids({ createdBefore: '2020-01-01T00:00:00.000Z' })).toEqual([]);
  });

  it('takes as many statements for many runs as for one', async () => {
    const cost = async (rows: number) => {
      const viewer = aMember();
      for (let index = 0; index < rows; index += 1)
        await createRun(subgraph, viewer, await aDataset(viewer), { value: index }, HOUSE_PRICES);
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(
        viewer,
        graphql(`
          {
            trainingRuns(first: 50) {
              totalCount
              nodes {
                metrics {
                  value
                }
                dataset {
                  name
                  trainingCount
                  file {
                    filename
                  }
                  trainingRuns(first: 1) {
                    nodes {
                      id
                      metrics {
                        name
                      }
                    }
                  }
                }
              }
            }
          }
        `),
      );
      expect(errors).toBeUndefined();
      expect(data.trainingRuns.nodes).toHaveLength(rows);
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(8);
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to finish or delete', async () => {
    const owner = aMember();
    const id = await startRun(subgraph, owner, await aDataset(owner), { ...HOUSE_PRICES, algorithm: 'canary' });
    const stranger = aMember();
    const own = await startRun(subgraph, stranger, await aDataset(stranger), { ...HOUSE_PRICES, algorithm: 'own' });
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          trainingRun(id: $id) {
            algorithm
          }
          trainingRuns {
            totalCount
          }
          _entities(representations: $of) {
            ... on TrainingRun {
              algorithm
            }
          }
        }
      `),
      { id, of: [id, own, uuidv7()].map((one) => ({ __typename: 'TrainingRun', id: one })) },
    );
    expect(data).toEqual({ trainingRun: null, trainingRuns: { totalCount: 1 }, _entities: [null, { algorithm: 'own' }, null] });
    const finish = await subgraph.execute(stranger, FINISH, { input: { id, outcome: 'CANCELED' } });
    expect(finish.data.trainingRunFinish).toMatchObject({ trainingRun: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect((await subgraph.execute(stranger, DELETE, { id })).data.trainingRunDelete).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect(await read(owner, id)).toMatchObject({ algorithm: 'canary', status: 'RUNNING' });
  });

  it('refuses a dataset of another organization', async () => {
    const datasetId = await aDataset(aMember());
    const stranger = aMember();
    const { data } = await subgraph.execute(stranger, START, { input: { datasetId, ...HOUSE_PRICES } });
    expect(data.trainingRunStart).toMatchObject({ trainingRun: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'datasetId'] }] });
    expect(await count(stranger)).toBe(0);
  });

  it('returns UNAUTHENTICATED to an anonymous viewer and BAD_USER_INPUT for a malformed id', async () => {
    expect((await subgraph.execute(null, graphql('{ trainingRuns { nodes { id } } }'))).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await subgraph.execute(aMember(), graphql('{ trainingRun(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });
});
