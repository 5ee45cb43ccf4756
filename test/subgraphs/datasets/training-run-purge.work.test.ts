import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { datasets as createDatasetsSubgraph } from '../../../subgraphs/datasets/subgraph.js';
import { filesConfig } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, anAdmin } from '../../kit/viewers.js';
import { aUser, createVersion } from '../serving/arrange.js';
import { createDataset, createRun, startRun } from './arrange.js';

let peers: RunningPeers;
beforeAll(async () => void (peers = await runPeers()));
afterAll(() => peers.close());

type Viewer = ReturnType<typeof aMember>;
type Datasets = RunningSubgraph<PrismaClient>;

const PURGE = graphql(`
  mutation ($input: TrainingRunsPurgeInput!) {
    trainingRunsPurge(input: $input) {
      purge {
        isDryRun
        endedBefore
        deletedCount
        metricPointCount
        byteSize
        keptCount
        hasMore
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const DAY_MS = 24 * 60 * 60 * 1000;

const purge = async (viewer: Viewer, input: object, subgraph: Datasets = peers.datasets) =>
  (await subgraph.execute(viewer, PURGE, { input })).data.trainingRunsPurge;
const idsOf = async (viewer: Viewer, subgraph: Datasets = peers.datasets): Promise<string[]> => {
  const { data } = await subgraph.execute(
    viewer,
    graphql(`
      {
        trainingRuns(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) {
          nodes {
            id
          }
        }
      }
    `),
  );
  return data.trainingRuns.nodes.map(({ id }) => id);
};
const aDataset = (viewer: Viewer, subgraph: Datasets = peers.datasets) => createDataset(subgraph, viewer, { name: 'd' });
/** A run that ended so many days ago. */
const oldRun = async (viewer: Viewer, datasetId: string, days: number, subgraph: Datasets = peers.datasets): Promise<string> => {
  const id = await createRun(subgraph, viewer, datasetId, { value: 1 });
  await subgraph.client.trainingRun.updateMany({ where: { id }, data: { finishedAt: new Date(Date.now() - days * DAY_MS) } });
  return id;
};
const anAdministrator = () => aUser(peers.serving, anAdmin());

describe('a purge of training runs', () => {
  it('deletes old runs with their logs, except those with a model version', async () => {
    const viewer = await anAdministrator();
    const datasetId = await aDataset(viewer);
    const [old, used, archived, young] = [
      await oldRun(viewer, datasetId, 100),
      await oldRun(viewer, datasetId, 200),
      await oldRun(viewer, datasetId, 91),
      await oldRun(viewer, datasetId, 89),
    ];
    const running = await startRun(peers.datasets, viewer, datasetId, { startedAt: '2020-01-01T00:00:00Z' });
    await createVersion(peers.serving, viewer, { trainingRunId: used });
    const version = await createVersion(peers.serving, viewer, { trainingRunId: archived });
    await peers.serving.client.modelVersion.updateMany({ where: { id: version }, data: { status: 'ARCHIVED' } });
    await peers.datasets.client.trainingMetricPoint.createMany({
      data: [1, 2, 3].map((step) => ({
        orgId: viewer.organizationId,
        trainingRunId: old,
        name: 'loss',
        step,
        value: 1,
        loggedAt: new Date(),
      })),
    });
    const dry = await purge(viewer, {});
    expect(dry).toEqual({
      purge: {
        isDryRun: true,
        endedBefore: expect.any(String),
        deletedCount: 1,
        metricPointCount: 3,
        byteSize: expect.any(Number),
        keptCount: 2,
        hasMore: false,
      },
      userErrors: [],
    });
    expect(dry.purge.byteSize).toBeGreaterThan(300);
    expect(Math.abs(Date.parse(dry.purge.endedBefore) - (Date.now() - 90 * DAY_MS))).toBeLessThan(60_000);
    expect(await idsOf(viewer)).toEqual([old, used, archived, young, running]);
    const done = await purge(viewer, { dryRun: false });
    expect(done.purge).toMatchObject({ isDryRun: false, deletedCount: 1, metricPointCount: 3, byteSize: dry.purge.byteSize, keptCount: 2 });
    expect(await idsOf(viewer)).toEqual([used, archived, young, running]);
    expect(await peers.datasets.client.trainingMetricPoint.count({ where: { trainingRunId: old } })).toBe(0);
    expect((await purge(viewer, { dryRun: false })).purge).toMatchObject({
      deletedCount: 0,
      metricPointCount: 0,
      byteSize: 0,
      keptCount: 2,
    });
  });

  it('deletes the oldest first, up to the limit, and can be limited to one dataset', async () => {
    const viewer = await anAdministrator();
    const [one, two] = [await aDataset(viewer), await aDataset(viewer)];
    await oldRun(viewer, one, 30);
    const [third, second] = [await oldRun(viewer, one, 10), await oldRun(viewer, one, 20)];
    const other = await oldRun(viewer, two, 40);
    const input = { olderThanDays: 5, dryRun: false, datasetId: one };
    expect((await purge(viewer, { ...input, limit: 1 })).purge).toMatchObject({ deletedCount: 1, hasMore: true });
    expect(await idsOf(viewer)).toEqual([third, second, other]);
    expect((await purge(viewer, { ...input, limit: 2 })).purge).toMatchObject({ deletedCount: 2, hasMore: false });
    expect(await idsOf(viewer)).toEqual([other]);
  });

  it('deletes nothing of another organization', async () => {
    const [viewer, stranger] = [await anAdministrator(), aMember()];
    const datasetId = await aDataset(stranger);
    const foreign = await oldRun(stranger, datasetId, 1000);
    for (const input of [{}, { datasetId }])
      expect((await purge(viewer, { ...input, dryRun: false })).purge).toMatchObject({ deletedCount: 0 });
    expect(await idsOf(stranger)).toEqual([foreign]);
  });

  it('takes one statement and one request for 500 runs', async () => {
    const viewer = await anAdministrator();
    const datasetId = await aDataset(viewer);
    const row = {
      orgId: viewer.organizationId,
      datasetId,
      status: 'CANCELED',
      problemType: 'REGRESSION',
      target: 'b',
    } as const;
    const at = new Date('2020-01-01');
    await peers.datasets.client.trainingRun.createMany({
      data: Array.from({ length: 501 }, () => ({
        ...row,
        id: uuidv7(),
        features: ['a'],
        algorithm: 'x',
        durationMs: 1,
        startedAt: at,
        finishedAt: at,
      })),
    });
    peers.datasets.statements.take();
    peers.serving.statements.take();
    expect((await purge(viewer, { dryRun: false })).purge).toMatchObject({ deletedCount: 501, keptCount: 0, hasMore: false });
    // Two full pages and the end; what goes; the delete.
    expect(peers.datasets.statements.take()).toHaveLength(5);
    expect(peers.serving.statements.take()).toHaveLength(2);
  });

  it.each([
    ['no days', { olderThanDays: 0 }, ['input', 'olderThanDays']],
    ['more days than there were', { olderThanDays: 36_501 }, ['input', 'olderThanDays']],
    ['no runs', { limit: 0 }, ['input', 'limit']],
    ['too many runs', { limit: 10_001 }, ['input', 'limit']],
    ['a malformed dataset id', { datasetId: 'x' }, ['input', 'datasetId']],
  ])('is refused for %s', async (_, input, field) => {
    expect(await purge(anAdmin(), input)).toMatchObject({ purge: null, userErrors: [{ code: 'INVALID', field }] });
  });

  it('is allowed for administrators only', async () => {
    const viewer = aMember();
    const id = await oldRun(viewer, await aDataset(viewer), 1000);
    expect(await purge(viewer, { dryRun: false })).toMatchObject({ purge: null, userErrors: [{ code: 'FORBIDDEN' }] });
    expect(await idsOf(viewer)).toEqual([id]);
  });
});

describe('a purge without an answer of serving', () => {
  let answer: object | null;
  let subgraph: Datasets;
  /** A subgraph of models that answers what a test says; down where it says nothing. */
  const server = createServer((request, response) => {
    if (answer === null) request.destroy();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    subgraph = await runSubgraph(createDatasetsSubgraph({ ...filesConfig, serving: () => ({ url, key: filesConfig.viewerKeys[0]! }) }));
  });
  afterAll(async () => {
    await subgraph.close();
    server.close().closeAllConnections();
  });

  it.each([
    ['is none', null],
    ['has too few entities', { data: { _entities: [] } }],
    ['is null', { data: { _entities: [null] } }],
    ['has no count', { data: { _entities: [{ modelVersions: { totalCount: null } }] } }],
    [
      'is an error',
      { data: { _entities: [{ modelVersions: null }] }, errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    ],
  ])('deletes nothing if the response %s', async (_, given) => {
    answer = given;
    const viewer = anAdmin();
    const id = await oldRun(viewer, await aDataset(viewer, subgraph), 1000, subgraph);
    for (const dryRun of [true, false]) {
      const { data, errors } = await subgraph.execute(viewer, PURGE, { input: { dryRun } });
      expect(data.trainingRunsPurge).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    }
    expect(await idsOf(viewer, subgraph)).toEqual([id]);
  });
});
