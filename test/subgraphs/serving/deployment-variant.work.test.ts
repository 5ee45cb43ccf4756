import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { chooseVariant } from '../../../subgraphs/serving/predict/choose-variant.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/serving.js';
import { sideModel, sumModel } from '../../kit/onnx.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { aUser, mutate, createDeployment, createModel, createVersion } from './arrange.js';
import { predict, runnableVersion } from './models.js';

let peers: RunningPeers;
let viewer: Viewer;
beforeAll(async () => {
  peers = await runPeers();
  viewer = await aUser(peers.serving);
});
afterAll(() => peers.close());

/** A model with two versions that run here, and an ACTIVE deployment of the first. */
async function arranged(first = sumModel(['a']), second = sumModel(['a'], 10)) {
  const modelId = await createModel(peers.serving, viewer);
  const one = await runnableVersion(peers, viewer, first, { modelId });
  const two = await runnableVersion(peers, viewer, second, { modelId });
  return { modelId, one, two, deploymentId: await createDeployment(peers.serving, viewer, { modelVersionId: one, status: 'ACTIVE' }) };
}
const VARIANTS = 'deployment { variants { percent modelVersion { id } } }';
const divide = (deploymentId: string, variants: object[], by = viewer) =>
  mutate(peers.serving, by, 'deploymentTrafficSet', { deploymentId, variants }, VARIANTS);

describe('the traffic of a deployment', () => {
  it('goes to its own version until it is divided, and then by the request id', async () => {
    const { one, two, deploymentId } = await arranged();
    const { data } = await peers.serving.execute(
      viewer,
      graphql('query ($id: ID!) { deployment(id: $id) { variants { percent modelVersion { id } } } }'),
      { id: deploymentId },
    );
    expect(data.deployment.variants).toEqual([{ percent: 100, modelVersion: { id: one } }]);
    const { deployment } = await divide(deploymentId, [
      { versionId: one, percent: 30 },
      { versionId: two, percent: 70 },
    ]);
    expect(deployment.variants).toEqual([
      { percent: 70, modelVersion: { id: two } },
      { percent: 30, modelVersion: { id: one } },
    ]);
    const ask = async (requestId: string) =>
      (await predict(peers, viewer, { deploymentId }, { a: 1 }, { requestId })).prediction.modelVersion.id;
    const names = Array.from({ length: 12 }, (_, index) => `request ${index}`);
    const fell = await Promise.all(names.map(ask));
    expect(new Set(fell)).toEqual(new Set([one, two]));
    expect(await Promise.all(names.map(ask))).toEqual(fell);
  });

  it('has metrics for each variant: count, outcome, latency, and confidence', async () => {
    const { one, two, deploymentId } = await arranged(sideModel(), sideModel(['a', 'b']));
    await divide(deploymentId, [
      { versionId: one, percent: 50 },
      { versionId: two, percent: 50 },
    ]);
    const { organizationId: orgId, userId } = viewer;
    const row = { orgId, userId, deploymentId, input: {} };
    const made = [
      ...[10, 20, 30, 100].map((latencyMs) => ({
        ...row,
        modelVersionId: one,
        status: 'SUCCEEDED' as const,
        latencyMs,
        confidence: latencyMs / 100,
        output: {},
      })),
      { ...row, modelVersionId: one, status: 'FAILED' as const, errorMessage: 'x', latencyMs: 40 },
      { ...row, modelVersionId: two, status: 'PENDING' as const, pendingUntil: new Date(Date.now() + 60_000) },
      { ...row, modelVersionId: one, status: 'FAILED' as const, errorMessage: 'x', createdAt: new Date('2020-01-01') },
    ];
    await peers.serving.client.prediction.createMany({ data: made });
    const figures = 'totalCount pendingCount succeededCount failedCount errorRate p50LatencyMs p95LatencyMs averageConfidence';
    const query = `{ deployment(id: "${deploymentId}") {
      variants { modelVersion { id } metrics(from: "2021-01-01T00:00:00Z") { ${figures} } } } }`;
    peers.serving.statements.take();
    const { data } = await peers.serving.execute<{ deployment: { variants: { modelVersion: { id: string }; metrics: object }[] } }>(
      viewer,
      query,
    );
    expect(peers.serving.statements.take()).toHaveLength(4);
    const of = (id: string) => data.deployment.variants.find((variant) => variant.modelVersion.id === id)!.metrics;
    expect(of(one)).toEqual({
      totalCount: 5,
      pendingCount: 0,
      succeededCount: 4,
      failedCount: 1,
      errorRate: 0.2,
      p50LatencyMs: 30,
      p95LatencyMs: expect.closeTo(88, 9),
      averageConfidence: expect.closeTo(0.4, 9),
    });
    expect(of(two)).toMatchObject({ totalCount: 1, pendingCount: 1, errorRate: null, p50LatencyMs: null, averageConfidence: null });
  });

  it('is divided among executable versions only, and sums to 100', async () => {
    const { modelId, one, two, deploymentId } = await arranged();
    const archived = await runnableVersion(peers, viewer, sumModel(['a']), { modelId });
    await mutate(peers.serving, viewer, 'modelVersionUpdate', { id: archived, status: 'ARCHIVED' }, 'modelVersion { id }');
    const elsewhere = await createVersion(peers.serving, viewer, { modelId });
    const ofAnother = await runnableVersion(peers, viewer, sumModel(['a']));
    const withEndpoint = await createDeployment(peers.serving, viewer, { modelVersionId: one, endpointUrl: 'http://models.internal/' });
    const all = (versionId: string) => [{ versionId, percent: 100 }];
    for (const [id, variants, code, field] of [
      [deploymentId, [], 'BLANK', ['variants']],
      [
        deploymentId,
        [
          { versionId: one, percent: 60 },
          { versionId: two, percent: 30 },
        ],
        'INVALID',
        ['variants'],
      ],
      [
        deploymentId,
        [
          { versionId: one, percent: 50 },
          { versionId: one, percent: 50 },
        ],
        'INVALID',
        ['variants', '1', 'versionId'],
      ],
      [
        deploymentId,
        [
          { versionId: one, percent: 100 },
          { versionId: two, percent: 0 },
        ],
        'INVALID',
        ['variants', '1', 'percent'],
      ],
      [deploymentId, all('x'), 'INVALID', ['variants', '0', 'versionId']],
      [deploymentId, all(archived), 'INVALID', ['variants', '0', 'versionId']],
      [deploymentId, all(elsewhere), 'INVALID', ['variants', '0', 'versionId']],
      [deploymentId, all(ofAnother), 'NOT_FOUND', ['variants', '0', 'versionId']],
      [deploymentId, all(uuidv7()), 'NOT_FOUND', ['variants', '0', 'versionId']],
      [uuidv7(), all(one), 'NOT_FOUND', ['deploymentId']],
      [withEndpoint, all(one), 'INVALID', ['deploymentId']],
    ] as const) {
      const { deployment, userErrors } = await divide(id, [...variants]);
      expect([variants, deployment, userErrors]).toMatchObject([variants, null, [{ code, field: ['input', ...field] }]]);
    }
    const stranger = await aUser(peers.serving);
    expect((await divide(deploymentId, all(one), stranger)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', field: ['input', 'deploymentId'] },
    ]);
    expect(await peers.serving.client.deploymentVariant.count({ where: { deploymentId } })).toBe(0);
  });

  it('prevents that its versions are archived', async () => {
    const { one, two, deploymentId } = await arranged();
    await divide(deploymentId, [
      { versionId: one, percent: 1 },
      { versionId: two, percent: 99 },
    ]);
    const archive = () => mutate(peers.serving, viewer, 'modelVersionUpdate', { id: two, status: 'ARCHIVED' }, 'modelVersion { id }');
    expect((await archive()).userErrors).toMatchObject([{ code: 'IN_USE', field: ['input', 'status'] }]);
    await mutate(peers.serving, viewer, 'deploymentUpdate', { id: deploymentId, status: 'STOPPED' }, 'deployment { id }');
    expect((await archive()).userErrors).toEqual([]);
    const start = await mutate(peers.serving, viewer, 'deploymentUpdate', { id: deploymentId, status: 'ACTIVE' }, 'deployment { id }');
    expect(start.userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'status'] }]);
  });
});

describe('the variant of a request', () => {
  const shares = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }).map((weights) => {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const percents = weights.map((weight) => Math.floor((weight * 100) / sum));
    percents[0]! += 100 - percents.reduce((total, percent) => total + percent, 0);
    return percents.map((percent, index) => ({ modelVersionId: `version ${index}`, percent }));
  });

  it('depends only on the request id and the shares, not on their order', () =>
    fc.assert(
      fc.property(shares, fc.string(), (some, name) => {
        expect(chooseVariant('d', some, name)).toBe(chooseVariant('d', [...some].reverse(), name));
      }),
    ));

  it('is distributed by the shares', () => {
    const some = [
      { modelVersionId: 'a', percent: 10 },
      { modelVersionId: 'b', percent: 90 },
    ];
    for (const name of [(index: number): string | null => `request ${index}`, () => null]) {
      const fell = Array.from({ length: 10_000 }, (_, index) => chooseVariant('d', some, name(index)));
      // Six standard deviations either way.
      expect(Math.abs(fell.filter((version) => version === 'a').length - 1000)).toBeLessThan(180);
    }
  });
});
