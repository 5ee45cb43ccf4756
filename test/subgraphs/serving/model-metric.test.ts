import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/serving.js';
import { aMember } from '../../kit/viewers.js';
import { mutate, createVersion, runServing, readAllPages, type RunningServing } from './arrange.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const record = (viewer: Viewer, input: object) =>
  mutate(subgraph, viewer, 'modelMetricsRecord', input, 'modelMetrics { name kind datasetType value nonFinite modelVersion { id } }');

const metricsOf = async (viewer: Viewer, id: string) =>
  (
    await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!) {
          modelVersion(id: $id) {
            metrics {
              name
              datasetType
              value
              nonFinite
            }
          }
        }
      `),
      { id },
    )
  ).data.modelVersion.metrics;

const metric = (name: string, value: number | null, datasetType = 'TEST') => ({ name, value, datasetType });

describe('recording metrics', () => {
  it('returns them in the order of the input, and the version has them by name', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const metrics = [
      { ...metric('rmse', 0.25), kind: 'performance' },
      metric('accuracy', 1, 'TRAIN'),
      { name: 'loss', datasetType: 'VALIDATION', nonFinite: 'NAN' },
    ];
    const payload = await record(viewer, { modelVersionId, metrics });
    const full = { kind: null, value: null, nonFinite: null, modelVersion: { id: modelVersionId } };
    expect(payload).toEqual({ modelMetrics: metrics.map((one) => ({ ...full, ...one })), userErrors: [] });
    expect((await metricsOf(viewer, modelVersionId)).map((one) => one.name)).toEqual(['accuracy', 'loss', 'rmse']);
  });

  it('replaces a metric with the same name and dataset type only', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    await record(viewer, { modelVersionId, metrics: [metric('f1', 0.5), metric('f1', 0.9, 'TRAIN'), metric('auc', 0.7)] });
    await record(viewer, { modelVersionId, metrics: [metric('f1', 0.75)] });
    expect(await metricsOf(viewer, modelVersionId)).toEqual([
      { ...metric('auc', 0.7), nonFinite: null },
      { ...metric('f1', 0.9, 'TRAIN'), nonFinite: null },
      { ...metric('f1', 0.75), nonFinite: null },
    ]);
  });

  it('stores one of ten concurrent values', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const payloads = await Promise.all(
      Array.from({ length: 10 }, (_, value) => record(viewer, { modelVersionId, metrics: [metric('f1', value)] })),
    );
    expect(payloads.flatMap((payload) => payload.userErrors)).toEqual([]);
    expect(await metricsOf(viewer, modelVersionId)).toHaveLength(1);
  });

  it.each([
    ['a malformed version id', { modelVersionId: 'x' }, 'INVALID', ['input', 'modelVersionId']],
    ['an unknown version', { modelVersionId: uuidv7() }, 'NOT_FOUND', ['input', 'modelVersionId']],
    ['no metric', { metrics: [] }, 'BLANK', ['input', 'metrics']],
    ['too many metrics', { metrics: Array.from({ length: 101 }, (_, index) => metric(`m${index}`, 1)) }, 'TOO_LONG', ['input', 'metrics']],
    ['a blank name', { metrics: [metric('ok', 1), metric('', 1)] }, 'BLANK', ['input', 'metrics', '1', 'name']],
    ['a long kind', { metrics: [{ ...metric('a', 1), kind: 'x'.repeat(101) }] }, 'TOO_LONG', ['input', 'metrics', '0', 'kind']],
    ['neither figure', { metrics: [metric('a', null)] }, 'INVALID', ['input', 'metrics', '0']],
    ['both figures', { metrics: [{ ...metric('a', 1), nonFinite: 'NAN' }] }, 'INVALID', ['input', 'metrics', '0']],
    [
      'a name twice for the same rows',
      { metrics: [metric('a', 1), metric('a', 2, 'TRAIN'), metric('a', 3)] },
      'INVALID',
      ['input', 'metrics', '2', 'name'],
    ],
  ])('refuses %s and records nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    expect(await record(viewer, { modelVersionId, metrics: [metric('a', 1)], ...wrong })).toMatchObject({
      modelMetrics: null,
      userErrors: [{ code, field }],
    });
    expect((await subgraph.execute(viewer, graphql('{ modelMetrics { totalCount } }'))).data.modelMetrics.totalCount).toBe(0);
  });
});

describe('a metric with an extreme value', () => {
  const answerTo = async (viewer: Viewer, modelVersionId: string, literal: string) =>
    (
      await subgraph.execute<{ modelMetricsRecord: object }>(
        viewer,
        `mutation {
        modelMetricsRecord(input: { modelVersionId: "${modelVersionId}", metrics: [{ name: "a", datasetType: TEST, value: ${literal} }] }) {
          modelMetrics { value } userErrors { code field } } }`,
      )
    ).data.modelMetricsRecord;

  it.each(['1.797e308', '-1.797e308', '5e-324', '0.1'])('is stored unchanged: %s', async (literal) => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    expect(await answerTo(viewer, modelVersionId, literal)).toEqual({ modelMetrics: [{ value: Number(literal) }], userErrors: [] });
    expect(await metricsOf(viewer, modelVersionId)).toMatchObject([{ value: Number(literal) }]);
  });

  it.each(['1.7976931348623157e308', '-1.7976931348623157e308', '1e999', '-1e999'])('is refused: %s', async (literal) => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const userErrors = [{ code: 'INVALID', field: ['input', 'metrics', '0', 'value'] }];
    expect(await answerTo(viewer, modelVersionId, literal)).toEqual({ modelMetrics: null, userErrors });
    expect(await metricsOf(viewer, modelVersionId)).toEqual([]);
  });

  it('is refused by the database if it is not a number', async () => {
    const viewer = aMember();
    const row = { orgId: viewer.organizationId, modelVersionId: await createVersion(subgraph, viewer), datasetType: 'TEST' as const };
    for (const value of [Infinity, -Infinity, NaN]) {
      const writing = subgraph.client.modelMetric.create({ data: { ...row, name: String(value), value } });
      await expect(writing).rejects.toThrow(/model_metrics_figure_check/);
    }
  });
});

describe('listing metrics', () => {
  it('pages by value with non-finite values last, forward and backward', async () => {
    const viewer = aMember();
    const metrics = [
      metric('b', 0.5),
      metric('c', -1.25),
      metric('d', 0.1),
      metric('e', 3),
      { name: 'x', datasetType: 'TEST', nonFinite: 'POSITIVE_INFINITY' },
      { name: 'y', datasetType: 'TEST', nonFinite: 'NAN' },
    ];
    await record(viewer, { modelVersionId: await createVersion(subgraph, viewer), metrics });
    const values = async (direction: string, backward = false) =>
      (await readAllPages(subgraph, viewer, 'modelMetrics', `{ field: VALUE, direction: ${direction} }`, 'value', backward)).map(
        (node) => node.value,
      );
    expect(await values('ASC')).toEqual([-1.25, 0.1, 0.5, 3, null, null]);
    expect(await values('DESC')).toEqual([3, 0.5, 0.1, -1.25, null, null]);
    expect(await values('ASC', true)).toEqual([null, null, 0.5, 3, -1.25, 0.1]);
  });

  it('filters by version, name, and dataset type', async () => {
    const viewer = aMember();
    const [one, two] = [await createVersion(subgraph, viewer), await createVersion(subgraph, viewer)];
    await record(viewer, { modelVersionId: one, metrics: [metric('f1', 1), metric('f1', 2, 'TRAIN'), metric('auc', 3)] });
    await record(viewer, { modelVersionId: two, metrics: [metric('f1', 4)] });
    const values = async (filter: object) => {
      const { data } = await subgraph.execute(
        viewer,
        graphql('query ($filter: ModelMetricFilter) { modelMetrics(filter: $filter) { nodes { value } } }'),
        { filter },
      );
      return data.modelMetrics.nodes.map((node) => node.value).sort();
    };
    expect(await values({ modelVersionId: one })).toEqual([1, 2, 3]);
    expect(await values({ name: 'f1' })).toEqual([1, 2, 4]);
    expect(await values({ name: 'F1' })).toEqual([]);
    expect(await values({ datasetType: 'TRAIN' })).toEqual([2]);
    expect(await values({ name: 'f1', modelVersionId: two, datasetType: 'TEST' })).toEqual([4]);
    const { errors } = await subgraph.execute(viewer, graphql('{ modelMetrics(filter: { modelVersionId: "x" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a metric of another organization', () => {
  it('can be neither read nor replaced', async () => {
    const owner = aMember();
    const modelVersionId = await createVersion(subgraph, owner);
    await record(owner, { modelVersionId, metrics: [metric('f1', 1)] });
    const { id } = (await subgraph.execute(owner, graphql('{ modelMetrics { nodes { id } } }'))).data.modelMetrics.nodes[0]!;
    const stranger = aMember();
    const query = `query ($of: [_Any!]!) { modelMetrics(filter: { modelVersionId: "${modelVersionId}" }) { totalCount }
      _entities(representations: $of) { ... on ModelMetric { value } } }`;
    const of = [{ __typename: 'ModelMetric', id }];
    expect((await subgraph.execute(stranger, query, { of })).data).toEqual({ modelMetrics: { totalCount: 0 }, _entities: [null] });
    expect((await subgraph.execute(owner, query, { of })).data).toEqual({ modelMetrics: { totalCount: 1 }, _entities: [{ value: 1 }] });
    expect(await record(stranger, { modelVersionId, metrics: [metric('f1', 2)] })).toMatchObject({
      modelMetrics: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect(await metricsOf(owner, modelVersionId)).toMatchObject([{ value: 1 }]);
  });
});
