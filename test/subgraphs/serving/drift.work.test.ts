import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import type { Query } from '../../kit/documents/serving.js';
import { graphql } from '../../kit/documents/serving.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { profileDataset, startRun } from '../datasets/arrange.js';
import { aUser, createDeployment, createVersion, runServing } from './arrange.js';

let peers: RunningPeers;
beforeAll(async () => void (peers = await runPeers()));
afterAll(() => peers.close());

const times = <Item>(count: number, make: (index: number) => Item): Item[] => Array.from({ length: count }, (_, index) => make(index));

/** 200 rows: x is 0 to 199, island is Biscoe for three of four. */
const TRAINING = `x,island,y\n${times(200, (index) => `${index},${index % 4 === 0 ? 'Dream' : 'Biscoe'},a`).join('\n')}\n`;

const DISTRIBUTION = 'edges values counts below above other missing';
const REPORT = `method from to sampleSize dataset { id } features {
  name score status baseline { ${DISTRIBUTION} } current { ${DISTRIBUTION} } }`;

type Root = 'deployment' | 'modelVersion';
const requestDrift = (viewer: Viewer, id: string, args: string, root: Root) =>
  peers.serving.execute<Pick<Query, Root>>(viewer, `{ ${root}(id: "${id}") { drift${args} { ${REPORT} } } }`);
const driftOf = async (viewer: Viewer, id: string, args = '', root: Root = 'deployment') => {
  const { data } = await requestDrift(viewer, id, args, root);
  return data[root]?.drift;
};

/** A deployment of a version that a run on the training data made. */
async function aDeployment(viewer: Viewer, trained: 'run' | 'dataset' = 'run') {
  const datasetId = await profileDataset(peers.datasets, viewer, { name: 'd', text: TRAINING });
  const trainingRunId =
    trained === 'run' ? await startRun(peers.datasets, viewer, datasetId, { target: 'y', features: ['island', 'x'] }) : undefined;
  const inputSchema = { type: 'object', properties: { x: { type: 'number' }, island: { type: 'string' } } };
  const modelVersionId = await createVersion(peers.serving, viewer, { datasetId, trainingRunId, inputSchema });
  return { datasetId, modelVersionId, deploymentId: await createDeployment(peers.serving, viewer, { modelVersionId }) };
}

interface Logged {
  modelVersionId: string;
  deploymentId?: string;
}

/** Logs predictions at this moment, or at the one that is given. */
const log = (viewer: Viewer, target: Logged, inputs: readonly object[], rest: object = {}) =>
  peers.serving.client.prediction.createMany({
    data: inputs.map((input) => ({
      ...{ modelVersionId: target.modelVersionId, deploymentId: target.deploymentId, input, status: 'SUCCEEDED' as const },
      ...{ orgId: viewer.organizationId, userId: viewer.userId, ...rest },
    })),
  });

describe('the drift of a deployment', () => {
  it('is 0 for inputs that equal the training data', async () => {
    const viewer = await aUser(peers.serving);
    const deployment = await aDeployment(viewer);
    await log(
      viewer,
      deployment,
      times(200, (x) => ({ x, island: x % 4 === 0 ? 'Dream' : 'Biscoe' })),
    );
    const report = await driftOf(viewer, deployment.deploymentId);
    const none = { below: 0, above: 0, other: 0, missing: 0 };
    const islands = { ...none, edges: null, values: ['Biscoe', 'Dream'], counts: [150, 50] };
    const numbers = { ...none, edges: expect.any(Array), values: null, counts: times(10, () => 20) };
    expect(report).toMatchObject({ method: 'PSI', sampleSize: 200, dataset: { id: deployment.datasetId } });
    expect(report.features).toEqual([
      { name: 'island', score: 0, status: 'OK', baseline: islands, current: islands },
      { name: 'x', score: 0, status: 'OK', baseline: numbers, current: numbers },
    ]);
    expect(report.features[1]!.baseline.edges).toHaveLength(11);
    expect(Date.parse(report.to) - Date.parse(report.from)).toBe(7 * 86_400_000);
    const ks = await driftOf(viewer, deployment.deploymentId, '(method: KS)');
    expect(ks.features).toMatchObject([
      { name: 'island', status: 'NOT_COMPARABLE', baseline: null },
      { name: 'x', score: 0, status: 'OK' },
    ]);
    expect(await driftOf(viewer, deployment.modelVersionId, '', 'modelVersion')).toMatchObject({
      sampleSize: 200,
      features: report.features,
    });
  });

  it('equals figures that were computed by hand for other inputs', async () => {
    const viewer = await aUser(peers.serving);
    const deployment = await aDeployment(viewer);
    // Half the numbers lie in the lowest tenth, and half the islands are new.
    await log(
      viewer,
      deployment,
      times(200, (x) => ({ x: x % 2 === 0 ? x : 5, island: x % 2 === 0 ? (x % 4 === 0 ? 'Dream' : 'Biscoe') : 'Torgersen' })),
    );
    const [island, x] = (await driftOf(viewer, deployment.deploymentId)).features;
    // (0.75 - 0.25) ln 3 + (0.25 - 0.25) ln 1 + (0.0001 - 0.5) ln (0.0001 / 0.5)
    expect(island).toMatchObject({
      score: expect.closeTo(0.5493061 + 4.2577447, 6),
      status: 'DRIFTED',
      current: { counts: [50, 50], other: 100 },
    });
    // (0.1 - 0.55) ln (0.1 / 0.55) + 9 (0.1 - 0.05) ln 2
    expect(x).toMatchObject({
      score: expect.closeTo(0.7671366 + 0.3119162, 6),
      status: 'DRIFTED',
      current: { counts: [110, ...times(9, () => 10)] },
    });
    const [, ks] = (await driftOf(viewer, deployment.deploymentId, '(method: KS)')).features;
    // Below the edge at 0.05 of the range lie 10 of 200 and 105 of 200.
    expect(ks).toMatchObject({ score: expect.closeTo(0.475, 9), status: 'DRIFTED' });
  });

  it('uses predictions of the time range only, and reports insufficient data', async () => {
    const viewer = await aUser(peers.serving);
    const deployment = await aDeployment(viewer);
    const inputs = times(99, (x) => ({ x, island: 'Biscoe' }));
    await log(viewer, deployment, inputs, { createdAt: new Date('2026-01-01T00:00:00Z') });
    await log(viewer, deployment, inputs, { createdAt: new Date('2026-01-02T00:00:00Z') });
    await log(viewer, deployment, inputs, { createdAt: new Date('2026-01-01T00:00:00Z'), status: 'FAILED', errorMessage: 'e' });
    const report = await driftOf(viewer, deployment.deploymentId, '(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z")');
    expect(report).toMatchObject({
      sampleSize: 99,
      features: [
        { score: null, status: 'INSUFFICIENT_DATA', current: { counts: [99, 0] } },
        { score: null, status: 'INSUFFICIENT_DATA' },
      ],
    });
    const both = await driftOf(viewer, deployment.deploymentId, '(from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z")');
    expect(both).toMatchObject({ sampleSize: 198, features: [{ status: 'DRIFTED' }, { status: 'DRIFTED' }] });
    expect(await driftOf(viewer, deployment.deploymentId)).toMatchObject({ sampleSize: 0 });
    const backwards = '(from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z")';
    const { errors } = await requestDrift(viewer, deployment.deploymentId, backwards, 'deployment');
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('uses the columns of the inputs if no run names the features', async () => {
    const viewer = await aUser(peers.serving);
    const { deploymentId } = await aDeployment(viewer, 'dataset');
    const { features } = await driftOf(viewer, deploymentId);
    expect(features.map(({ name, status }) => [name, status])).toEqual([
      ['x', 'INSUFFICIENT_DATA'],
      ['island', 'INSUFFICIENT_DATA'],
    ]);
  });

  it('is null without training data', async () => {
    const viewer = await aUser(peers.serving);
    for (const trained of [{}, { datasetId: uuidv7() }, { trainingRunId: uuidv7() }]) {
      const modelVersionId = await createVersion(peers.serving, viewer, trained);
      expect(await driftOf(viewer, modelVersionId, '', 'modelVersion')).toBeNull();
    }
  });

  it('is UNAVAILABLE while datasets is', async () => {
    const alone = await runServing();
    const viewer = await aUser(alone);
    const id = await createVersion(alone, viewer, { datasetId: uuidv7() });
    const { data, errors } = await alone.execute(
      viewer,
      graphql('query ($id: ID!) { modelVersion(id: $id) { number drift { sampleSize } } }'),
      { id },
    );
    expect([data.modelVersion, errors?.[0]?.extensions.code]).toEqual([{ number: 1, drift: null }, 'UNAVAILABLE']);
    await alone.close();
  });

  it('takes one statement and one request for any number of deployments', async () => {
    const cost = async (deployments: number) => {
      const viewer = await aUser(peers.serving);
      const { datasetId } = await aDeployment(viewer);
      for (let index = 1; index < deployments; index += 1)
        await createDeployment(peers.serving, viewer, { modelVersionId: await createVersion(peers.serving, viewer, { datasetId }) });
      peers.serving.statements.take();
      peers.datasets.statements.take();
      const { data } = await peers.serving.execute(viewer, graphql('{ deployments { nodes { drift { sampleSize } } } }'));
      expect(data.deployments.nodes).toEqual(times(deployments, () => ({ drift: { sampleSize: 0 } })));
      return [peers.serving.statements.take().length, peers.datasets.statements.take().length];
    };
    const one = await cost(1);
    expect(one[0]).toBe(3);
    expect(await cost(8)).toEqual(one);
  });

  it('uses no data of other organizations', async () => {
    const owner = await aUser(peers.serving);
    const deployment = await aDeployment(owner);
    await log(
      owner,
      deployment,
      times(200, (x) => ({ x, island: 'Biscoe' })),
    );
    const stranger = await aUser(peers.serving);
    expect(await driftOf(stranger, deployment.deploymentId)).toBeUndefined();
    const modelVersionId = await createVersion(peers.serving, stranger, { datasetId: deployment.datasetId });
    expect(await driftOf(stranger, modelVersionId, '', 'modelVersion')).toBeNull();
  });
});
