import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createRun, finishRun, createDataset, startRun } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const FIELDS = `trainingRuns { id } incomparableReason
  parameters { kind name differs values { isSet value } }
  metrics { name differs direction values { value nonFinite } bestTrainingRun { id } }`;
type Comparison = { ids: unknown; diffOnly?: unknown; directions?: unknown };

const compare = (viewer: Viewer, variables: Comparison) =>
  subgraph.execute(
    viewer,
    graphql(`query ($ids: [ID!]!, $diffOnly: Boolean = false, $directions: [MetricDirectionInput!]) {
      compareTrainingRuns(ids: $ids, diffOnly: $diffOnly, directions: $directions) { ${FIELDS} } }`),
    variables,
  );
const compared = async (viewer: Viewer, variables: Comparison) => (await compare(viewer, variables)).data.compareTrainingRuns;

const aDataset = (viewer: Viewer) => createDataset(subgraph, viewer, { name: 'd', columns: ['a', 'b', 'c'] });
const set = (...values: unknown[]) => values.map((value) => ({ isSet: true, value }));
const unset = { isSet: false, value: null };
const HIGH = [{ metric: 'r2', direction: 'HIGHEST' }];

describe('training runs side by side', () => {
  it('have their parameters, their metrics, and the best run', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const first = await createRun(
      subgraph,
      viewer,
      datasetId,
      { value: 0.5 },
      {
        algorithm: 'XGBoost',
        features: ['a', 'c'],
        hyperparameters: { eta: 0.1, tree: { depth: 3 }, seed: null, layers: [1, 2] },
      },
    );
    const second = await startRun(subgraph, viewer, datasetId, {
      algorithm: 'Forest',
      features: ['c', 'a'],
      hyperparameters: { layers: [1, 2], tree: { depth: 4 }, eta: 0.1 },
    });
    await finishRun(subgraph, viewer, second, {
      metrics: [
        { name: 'r2', value: 0.75 },
        { name: 'rmse', nonFinite: 'NAN' },
      ],
    });
    const whole = await compared(viewer, { ids: [second, first], directions: [...HIGH, { metric: 'rmse', direction: 'LOWEST' }] });
    expect(whole).toEqual({
      trainingRuns: [{ id: second }, { id: first }],
      incomparableReason: null,
      parameters: [
        { kind: 'ALGORITHM', name: 'algorithm', differs: true, values: set('Forest', 'XGBoost') },
        { kind: 'FEATURES', name: 'features', differs: false, values: set(['c', 'a'], ['a', 'c']) },
        { kind: 'HYPERPARAMETER', name: 'eta', differs: false, values: set(0.1, 0.1) },
        { kind: 'HYPERPARAMETER', name: 'layers', differs: false, values: set([1, 2], [1, 2]) },
        { kind: 'HYPERPARAMETER', name: 'seed', differs: true, values: [unset, { isSet: true, value: null }] },
        { kind: 'HYPERPARAMETER', name: 'tree.depth', differs: true, values: set(4, 3) },
      ],
      metrics: [
        {
          name: 'r2',
          differs: true,
          direction: 'HIGHEST',
          values: [
            { value: 0.75, nonFinite: null },
            { value: 0.5, nonFinite: null },
          ],
          bestTrainingRun: { id: second },
        },
        { name: 'rmse', differs: true, direction: 'LOWEST', values: [{ value: null, nonFinite: 'NAN' }, null], bestTrainingRun: null },
      ],
    });
    const differences = await compared(viewer, { ids: [second, first], diffOnly: true });
    expect(differences.parameters.map(({ name }) => name)).toEqual(['algorithm', 'seed', 'tree.depth']);
    expect(differences.metrics).toMatchObject([{ name: 'r2', direction: null, bestTrainingRun: null }, { name: 'rmse' }]);
  });

  it('do not differ in equal values, including NaN', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const nan = [
      await createRun(subgraph, viewer, datasetId, { nonFinite: 'NAN' }),
      await createRun(subgraph, viewer, datasetId, { nonFinite: 'NAN' }),
    ];
    expect(await compared(viewer, { ids: nan, diffOnly: true })).toMatchObject({ parameters: [], metrics: [] });
    const infinite = await createRun(subgraph, viewer, datasetId, { nonFinite: 'POSITIVE_INFINITY' });
    expect(await compared(viewer, { ids: [...nan, infinite], directions: HIGH })).toMatchObject({
      metrics: [{ differs: true, bestTrainingRun: null }],
    });
  });

  it('have the best run that succeeded, the newest of equal ones, by the requested direction', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const low = await createRun(subgraph, viewer, datasetId, { value: 0.1 });
    const failed = await createRun(subgraph, viewer, datasetId, { value: 0.99 }, {}, { outcome: 'FAILED', error: 'late' });
    const high = await createRun(subgraph, viewer, datasetId, { value: 0.9 });
    const newest = await createRun(subgraph, viewer, datasetId, { value: 0.9 });
    const ids = [newest, high, failed, low];
    expect((await compared(viewer, { ids, directions: HIGH })).metrics[0]!.bestTrainingRun).toEqual({ id: newest });
    expect((await compared(viewer, { ids: [...ids].reverse(), directions: HIGH })).metrics[0]!.bestTrainingRun).toEqual({ id: newest });
    const lowest = await compared(viewer, { ids, directions: [{ metric: 'r2', direction: 'LOWEST' }] });
    expect(lowest.metrics[0]!.bestTrainingRun).toEqual({ id: low });
  });

  it('have no best run if they are incomparable, and say why', async () => {
    const viewer = aMember();
    const [datasetId, other] = [await aDataset(viewer), await aDataset(viewer)];
    const run = await createRun(subgraph, viewer, datasetId, { value: 0.5 });
    const target = await createRun(subgraph, viewer, datasetId, { value: 0.5 }, { target: 'c' });
    const data = await createRun(subgraph, viewer, other, { value: 0.5 }, { target: 'c' });
    const problem = await createRun(subgraph, viewer, other, { value: 0.5 }, { problemType: 'CLASSIFICATION' });
    for (const [ids, incomparableReason] of [
      [[run, target], 'TARGET'],
      [[run, target, data], 'DATASET'],
      [[run, data, problem], 'PROBLEM_TYPE'],
    ] as const)
      expect(await compared(viewer, { ids, directions: HIGH })).toMatchObject({ incomparableReason, metrics: [{ bestTrainingRun: null }] });
  });

  it('are read in two statements for any number', async () => {
    const viewer = aMember();
    const datasetId = await aDataset(viewer);
    const ids: string[] = [];
    for (let index = 0; index < 20; index += 1) ids.push(await createRun(subgraph, viewer, datasetId, { value: index }));
    subgraph.statements.take();
    const answer = await compared(viewer, { ids, directions: HIGH });
    expect(answer.metrics[0]!.bestTrainingRun).toEqual({ id: ids.at(-1) });
    expect(subgraph.statements.take()).toHaveLength(2);
  });

  it.each([
    ['one run', 1],
    ['more than twenty', 21],
  ])('cannot be %s', async (_, count) => {
    const { errors } = await compare(aMember(), { ids: Array.from({ length: count }, () => uuidv7()) });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('cannot be repeated runs, other ids, or metrics with both directions', async () => {
    const [viewer, id] = [aMember(), uuidv7()];
    const both = [...HIGH, { metric: 'r2', direction: 'LOWEST' }];
    for (const variables of [{ ids: [id, id.toUpperCase()] }, { ids: [id, 'x'] }, { ids: [id, uuidv7()], directions: both }])
      expect((await compare(viewer, variables)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('of another organization are NOT_FOUND, like unknown ones', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const own = await startRun(subgraph, viewer, await aDataset(viewer));
    const foreign = await startRun(subgraph, stranger, await aDataset(stranger));
    for (const id of [foreign, uuidv7()]) {
      const { data, errors } = await compare(viewer, { ids: [own, id] });
      expect(data.compareTrainingRuns).toBeNull();
      expect(errors).toMatchObject([
        { message: `No training run with the id ${id} exists in your organization.`, extensions: { code: 'NOT_FOUND' } },
      ]);
    }
  });
});

describe('the best training run of a dataset that is named', () => {
  it('equals bestTrainingRun of the dataset', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const datasetId = await aDataset(viewer);
    await createRun(subgraph, viewer, datasetId, { value: 0.1 });
    const best = await createRun(subgraph, viewer, datasetId, { value: 0.9 });
    const query = graphql(`
      query ($datasetId: ID!) {
        bestTrainingRun(datasetId: $datasetId, problemType: REGRESSION, metric: "r2", direction: HIGHEST) {
          id
        }
      }
    `);
    expect((await subgraph.execute(viewer, query, { datasetId })).data.bestTrainingRun).toEqual({ id: best });
    expect((await subgraph.execute(stranger, query, { datasetId })).data.bestTrainingRun).toBeNull();
    expect((await subgraph.execute(viewer, query, { datasetId: 'x' })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
