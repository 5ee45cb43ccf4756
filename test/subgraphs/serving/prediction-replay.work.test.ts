import { v7 as uuidv7 } from 'uuid';
import { percentile } from '../../../subgraphs/serving/prediction-replay/prediction-replay.rules.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/serving.js';
import { sideModel, sumModel } from '../../kit/onnx.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { aUser, mutate, createVersion } from './arrange.js';
import { countPredictions, predict, runnableVersion } from './models.js';

let peers: RunningPeers;
let viewer: Viewer;
beforeAll(async () => {
  peers = await runPeers();
  viewer = await aUser(peers.serving);
});
afterAll(() => peers.close());

const replay = (input: object, by = viewer) =>
  peers.serving.execute(
    by,
    graphql(`
      query ($input: PredictionReplayInput!) {
        predictionReplay(input: $input) {
          sampleCount
          comparedCount
          skippedCount
          failedCount
          agreedCount
          agreementRate
          changes {
            prediction {
              input
              output
            }
            output
          }
          latency {
            p50Ms
            p95Ms
          }
          loggedLatency {
            p50Ms
            p95Ms
          }
          modelVersion {
            id
          }
        }
      }
    `),
    { input },
  );

describe('a replay', () => {
  it('lists the predictions that differ for another version, and records nothing', async () => {
    const logged = await runnableVersion(peers, viewer, sideModel());
    const other = await runnableVersion(peers, viewer, sideModel(['left', 'links']));
    const rows = [
      { x: 2, y: 1 },
      { x: 1, y: 2 },
      { x: 3, y: 1 },
      { x: 1, y: 5 },
      { x: 9, y: 1 },
    ];
    await mutate(peers.serving, viewer, 'predictBatch', { target: { versionId: logged }, inputs: rows }, 'predictions { id }');
    const before = await countPredictions(peers, viewer);
    const { data } = await replay({ versionId: other, filter: { modelVersionId: logged } });
    expect(data.predictionReplay).toMatchObject({
      sampleCount: 5,
      comparedCount: 5,
      skippedCount: 0,
      failedCount: 0,
      agreedCount: 3,
      agreementRate: 0.6,
      modelVersion: { id: other },
      latency: { p50Ms: expect.any(Number) },
      loggedLatency: { p50Ms: expect.any(Number) },
    });
    const changed = data.predictionReplay.changes.map(({ prediction, output }) => [prediction.output, output]);
    expect(changed).toEqual([
      [expect.objectContaining({ label: 'right' }), expect.objectContaining({ label: 'links' })],
      [expect.objectContaining({ label: 'right' }), expect.objectContaining({ label: 'links' })],
    ]);
    expect((await replay({ versionId: other, filter: { modelVersionId: logged }, sample: 2 })).data.predictionReplay.sampleCount).toBe(2);
    expect(await countPredictions(peers, viewer)).toBe(before);
  });

  it('compares numbers with a tolerance, and skips what the version does not take', async () => {
    const logged = await runnableVersion(peers, viewer, sumModel(['a']));
    for (const a of [1, 100]) await predict(peers, viewer, { versionId: logged }, { a });
    const near = await runnableVersion(peers, viewer, sumModel(['a'], 1.01));
    const rate = async (tolerance: number) =>
      (await replay({ versionId: near, filter: { modelVersionId: logged }, tolerance })).data.predictionReplay.agreementRate;
    expect([await rate(0.001), await rate(0.02)]).toEqual([0, 1]);
    const strange = await runnableVersion(peers, viewer, sumModel(['b']));
    const { data } = await replay({ versionId: strange, filter: { modelVersionId: logged } });
    expect(data.predictionReplay).toMatchObject({ sampleCount: 2, comparedCount: 0, skippedCount: 2, agreementRate: null, latency: null });
  });

  it('requires an executable version and a valid sample size', async () => {
    const stranger = await aUser(peers.serving);
    const others = await runnableVersion(peers, stranger, sumModel(['a']));
    for (const versionId of [others, uuidv7()]) expect((await replay({ versionId })).data).toEqual({ predictionReplay: null });
    const here = await runnableVersion(peers, viewer, sumModel(['a']));
    const elsewhere = await createVersion(peers.serving, viewer);
    for (const input of [
      { versionId: elsewhere },
      { versionId: 'x' },
      { versionId: here, sample: 501 },
      { versionId: here, sample: 0 },
      { versionId: here, tolerance: -1 },
    ])
      expect((await replay(input)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

it('a percentile lies between two neighbours in proportion', () => {
  expect(percentile([40, 10, 30, 20], 0.5)).toBe(25);
  expect(percentile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8, 12);
  expect(percentile([7], 0.95)).toBe(7);
});
