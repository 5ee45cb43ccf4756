import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { createModelFiles } from '../../../subgraphs/serving/model-artifact/model-files.js';
import { sweepArtifacts } from '../../../subgraphs/serving/model-artifact/sweep.unscoped.store.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { eventually } from '../../kit/eventually.js';
import { graphql } from '../../kit/documents/serving.js';
import { failInterruptedPredictions } from '../../../subgraphs/serving/predict/interrupted.unscoped.store.js';
import { DataType, floats, int, loopModel, memoryModel, node, onnx, sideModel, sumModel, value } from '../../kit/onnx.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { servingParts } from '../../kit/serving.js';
import { aUser, mutate, createDeployment, createModel, createVersion } from './arrange.js';
import { countPredictions, predict, PREDICTION, runnableVersion } from './models.js';

let peers: RunningPeers;
let viewer: Viewer;
beforeAll(async () => {
  peers = await runPeers();
  viewer = await aUser(peers.serving);
});
afterAll(() => peers.close());

const predictionsOf = async (id: string) => {
  const document = graphql('query ($id: ID!) { modelVersion(id: $id) { predictions { nodes { status latencyMs output } } } }');
  return (await peers.serving.execute(viewer, document, { id })).data.modelVersion.predictions.nodes;
};

/** Invalid: `null` is no JSON object. */
const WITHOUT_INPUTS = `
  mutation ($versionId: ID!) {
    predict(input: { target: { versionId: $versionId }, inputs: null }) {
      prediction { id }
      userErrors { code field message }
    }
  }
`;

describe('a prediction', () => {
  it('of a classifier has a label, all probabilities, and the largest as its confidence', async () => {
    const versionId = await runnableVersion(peers, viewer, sideModel());
    const { prediction, userErrors } = await predict(peers, viewer, { versionId }, { x: 2, y: 1 }, { requestId: 'r-1' });
    expect(userErrors).toEqual([]);
    const left = 1 / (1 + Math.exp(-1));
    expect(prediction).toMatchObject({
      status: 'SUCCEEDED',
      input: { x: 2, y: 1 },
      output: { label: 'left', confidence: prediction.confidence, probabilities: { left: prediction.confidence } },
      latencyMs: expect.any(Number),
      errorCode: null,
      requestId: 'r-1',
      modelVersion: { id: versionId },
      deployment: null,
    });
    expect(prediction.confidence).toBeCloseTo(left, 6);
    expect((prediction.output as { probabilities: { right: number } }).probabilities.right).toBeCloseTo(1 - left, 6);
  });

  it('of a regression is a number, or null for NaN', async () => {
    const versionId = await runnableVersion(peers, viewer, sumModel(['a', 'b'], 2));
    expect((await predict(peers, viewer, { versionId }, { a: 1.5, b: -1 })).prediction).toMatchObject({
      output: { prediction: 1 },
      confidence: null,
    });
    expect((await predict(peers, viewer, { versionId }, { a: null, b: 1 })).prediction).toMatchObject({ output: { prediction: null } });
  });

  it('of any other model has its tensors by their names', async () => {
    const versionId = await runnableVersion(
      peers,
      viewer,
      onnx({
        input: [value('X', ['n', 3]), value('flag', ['n'], DataType.BOOL), value('count', ['n', 1], DataType.INT64)],
        initializer: [floats('one', [1], [1])],
        node: [
          node('Add', ['X', 'one'], ['plus']),
          node('Not', ['flag'], ['not']),
          node('Add', ['count', 'count'], ['twice']),
          node('ArgMax', ['X'], ['best'], [int('axis', 1), int('keepdims', 0)]),
        ],
        output: [
          value('plus', ['n', 3]),
          value('not', ['n'], DataType.BOOL),
          value('twice', ['n', 1], DataType.INT64),
          value('best', ['n'], DataType.INT64),
        ],
      }),
    );
    const { prediction } = await predict(peers, viewer, { versionId }, { X: [0.5, 3, 1], flag: true, count: 21 });
    expect(prediction.output).toEqual({ plus: [1.5, 4, 2], not: false, twice: 42, best: 1 });
    const wrong = await predict(peers, viewer, { versionId }, { X: [0.5, 'three', 1], flag: true, count: 21 });
    expect(wrong.userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'inputs', 'X', '1'] }]);
  });

  it('takes one statement after its model is loaded, by its version and by an alias, and a second if it takes longer', async () => {
    const modelId = await createModel(peers.serving, viewer);
    const versionId = await runnableVersion(peers, viewer, sumModel(['a']), { modelId });
    await mutate(peers.serving, viewer, 'modelAliasSet', { modelId, name: 'champion', versionId }, 'alias { name }');
    for (const target of [{ versionId }, { alias: { modelId, name: 'champion' } }]) {
      await predict(peers, viewer, target, { a: 1 });
      const counts: number[] = [];
      for (let time = 0; time < 10; time++) {
        peers.serving.statements.take();
        await mutate(peers.serving, viewer, 'predict', { target, inputs: { a: 1 } }, 'prediction { id status output }');
        counts.push(peers.serving.statements.take().length);
      }
      expect(Math.min(...counts)).toBe(1);
      expect(Math.max(...counts)).toBeLessThanOrEqual(2); // A busy machine may take a while now and then.
    }
  });

  it('uses the current version of an alias, and no archived version', async () => {
    const modelId = await createModel(peers.serving, viewer);
    const [plain, twice] = [
      await runnableVersion(peers, viewer, sumModel(['a']), { modelId }),
      await runnableVersion(peers, viewer, sumModel(['b'], 2), { modelId }),
    ];
    const target = { alias: { modelId, name: 'champion' } };
    const lead = (versionId: string) =>
      mutate(peers.serving, viewer, 'modelAliasSet', { modelId, name: 'champion', versionId }, 'alias { name }');
    for (let time = 0; time < 3; time++) {
      await lead(plain);
      expect((await predict(peers, viewer, target, { a: 3 })).prediction).toMatchObject({
        output: { prediction: 3 },
        modelVersion: { id: plain },
      });
      await lead(twice);
      expect((await predict(peers, viewer, target, { b: 3 })).prediction).toMatchObject({
        output: { prediction: 6 },
        modelVersion: { id: twice },
      });
    }
    await mutate(peers.serving, viewer, 'modelAliasDelete', { modelId, name: 'champion' }, 'deletedName');
    expect((await predict(peers, viewer, target, { b: 3 })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', field: ['input', 'target', 'alias'] },
    ]);
    const become = (status: string) => mutate(peers.serving, viewer, 'modelVersionUpdate', { id: twice, status }, 'modelVersion { id }');
    for (let time = 0; time < 2; time++) {
      expect((await predict(peers, viewer, { versionId: twice }, { b: 1 })).prediction).toMatchObject({ output: { prediction: 2 } });
      await become('ARCHIVED');
      const before = await countPredictions(peers, viewer);
      expect((await predict(peers, viewer, { versionId: twice }, { b: 1 })).userErrors).toMatchObject([{ code: 'INVALID' }]);
      expect(await countPredictions(peers, viewer)).toBe(before);
      await become('DEPRECATED');
    }
  });

  it('is refused for a version that was deleted since the last prediction', async () => {
    const modelId = await createModel(peers.serving, viewer);
    const versionId = await runnableVersion(peers, viewer, sumModel(['a'], 7.25), { modelId });
    const path = [servingParts.modelsFolder, viewer.organizationId];
    const kept = new Set(readdirSync(join(...path), { recursive: true, encoding: 'utf8' }));
    const refused = await predict(peers, viewer, { versionId }, { a: 'one' });
    expect(refused.userErrors).toMatchObject([{ field: ['input', 'inputs', 'a'] }]);
    await mutate(peers.serving, viewer, 'modelDelete', { id: modelId }, 'deleted { id }');
    const later = Date.now() + 24 * 60 * 60 * 1000;
    await sweepArtifacts(peers.serving.client, createModelFiles(servingParts), later);
    expect(readdirSync(join(...path), { recursive: true }).length).toBeLessThan(kept.size);
    expect((await predict(peers, viewer, { versionId }, { a: 1 })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', field: ['input', 'target', 'versionId'] },
    ]);
  });

  it('is PENDING until it ends, and NOT_FOUND for another organization', async () => {
    const versionId = await runnableVersion(peers, viewer, loopModel(1e15));
    const running = predict(peers, viewer, { versionId }, { x: 1 });
    const nodes = () => predictionsOf(versionId);
    await eventually(async () => expect(await nodes()).toEqual([{ status: 'PENDING', latencyMs: null, output: null }]));
    const stranger = await predict(peers, await aUser(peers.serving), { versionId }, { x: 1 });
    expect(stranger.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await running).prediction).toMatchObject({ status: 'FAILED', errorCode: 'TIMEOUT' });
    expect(await nodes()).toMatchObject([{ status: 'FAILED' }]);
  });

  it.each<[string, unknown, string[], RegExp]>([
    ['nothing of a column', { x: 1 }, ['y'], /required/],
    ['a column too many', { x: 1, y: 2, z: 3 }, ['z'], /no input named "z"/],
    ['a text for a number', { x: 'one', y: 2 }, ['x'], /number/],
    ['a list for a number', { x: [1], y: 2 }, ['x'], /number/],
    ['a forged prototype', JSON.parse('{ "__proto__": { "x": 1 }, "x": 1, "y": 2 }'), ['__proto__'], /no input named "__proto__"/],
    ['no object', [1, 2], [], /object/],
    ['null', null, [], /object/],
  ])('is refused for %s, and not recorded', async (_, inputs, path, words) => {
    const versionId = await runnableVersion(peers, viewer, sideModel());
    const before = await countPredictions(peers, viewer);
    if (inputs === null) {
      const { errors } = await peers.serving.execute(viewer, WITHOUT_INPUTS, { versionId });
      expect(errors).toHaveLength(1);
    } else
      expect(await predict(peers, viewer, { versionId }, inputs)).toEqual({
        prediction: null,
        userErrors: [{ code: 'INVALID', field: ['input', 'inputs', ...path], message: expect.stringMatching(words) }],
      });
    expect(await countPredictions(peers, viewer)).toBe(before);
  });

  it('is refused for unknown, unusable, and not executable versions', async () => {
    const stranger = await aUser(peers.serving);
    const others = await runnableVersion(peers, stranger, sumModel(['a']));
    const archived = await runnableVersion(peers, viewer, sumModel(['a']));
    await mutate(peers.serving, viewer, 'modelVersionUpdate', { id: archived, status: 'ARCHIVED' }, 'modelVersion { id }');
    const elsewhere = await createVersion(peers.serving, viewer);
    const running = await runnableVersion(peers, viewer, sumModel(['a']));
    const pending = await createDeployment(peers.serving, viewer, { modelVersionId: running });
    const forbidden = await createDeployment(peers.serving, viewer, {
      modelVersionId: running,
      status: 'ACTIVE',
      endpointUrl: 'http://127.0.0.1:1/',
    });
    const before = await countPredictions(peers, viewer);
    for (const [target, code, path] of [
      [{ versionId: others }, 'NOT_FOUND', ['versionId']],
      [{ versionId: uuidv7() }, 'NOT_FOUND', ['versionId']],
      [{ versionId: 'x' }, 'INVALID', ['versionId']],
      [{ versionId: archived }, 'INVALID', ['versionId']],
      [{ versionId: elsewhere }, 'INVALID', ['versionId']],
      [{ alias: { modelId: uuidv7(), name: 'champion' } }, 'NOT_FOUND', ['alias']],
      [{ alias: { modelId: 'x', name: 'champion' } }, 'INVALID', ['alias', 'modelId']],
      [{ deploymentId: uuidv7() }, 'NOT_FOUND', ['deploymentId']],
      [{ deploymentId: pending }, 'INVALID', ['deploymentId']],
      [{ deploymentId: forbidden }, 'INVALID', ['deploymentId']],
      [{}, 'INVALID', []],
      [{ versionId: running, deploymentId: pending }, 'INVALID', []],
    ] as const) {
      const { prediction, userErrors } = await predict(peers, viewer, target, { a: 1 });
      expect([target, prediction, userErrors]).toMatchObject([target, null, [{ code, field: ['input', 'target', ...path] }]]);
    }
    expect(await countPredictions(peers, viewer)).toBe(before);
  });

  it('is made once for twenty concurrent requests with the same idempotency key', async () => {
    const versionId = await runnableVersion(peers, viewer, sumModel(['a']));
    const before = await countPredictions(peers, viewer);
    const ask = (a: number) => predict(peers, viewer, { versionId }, { a }, { idempotencyKey: versionId });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(3)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ prediction: { status: 'SUCCEEDED', output: { prediction: 3 } } });
    expect(await countPredictions(peers, viewer)).toBe(before + 1);
    expect((await ask(4)).userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }]);
  });

  it('becomes FAILED after its server has ended', async () => {
    const modelVersionId = await createVersion(peers.serving, viewer);
    const { organizationId: orgId, userId } = viewer;
    const row = { orgId, userId, modelVersionId, input: {}, status: 'PENDING' as const };
    const [old, fresh] = [uuidv7(), uuidv7()];
    await peers.serving.client.prediction.create({ data: { ...row, id: old, pendingUntil: new Date(Date.now() - 1000) } });
    await peers.serving.client.prediction.create({ data: { ...row, id: fresh, pendingUntil: new Date(Date.now() + 60_000) } });
    expect(await failInterruptedPredictions(peers.serving.client)).toBe(1);
    const read = async (id: string) =>
      (await peers.serving.execute(viewer, graphql('query ($id: ID!) { prediction(id: $id) { status errorCode } }'), { id })).data
        .prediction;
    expect([await read(old), await read(fresh)]).toEqual([
      { status: 'FAILED', errorCode: 'INTERRUPTED' },
      { status: 'PENDING', errorCode: null },
    ]);
    await peers.serving.client.prediction.updateMany({ where: { id: fresh }, data: { status: 'SUCCEEDED', pendingUntil: null } });
  });
});

describe('a harmful model', () => {
  it.each([
    ['hangs', loopModel(1e15), { x: 1 }, ['TIMEOUT']],
    ['fills memory', memoryModel(), { size: 1_000_000_000 }, ['OUT_OF_MEMORY', 'TIMEOUT']], // A busy machine fills it too slowly.
    ['asks for more than there is', memoryModel(), { size: 4_000_000_000_000 }, ['MODEL_FAILED']],
  ])('that %s causes a FAILED prediction, and the next model works', async (_, bytes, inputs, errorCodes) => {
    const [versionId, good] = [await runnableVersion(peers, viewer, bytes), await runnableVersion(peers, viewer, sumModel(['a']))];
    const { prediction } = await predict(peers, viewer, { versionId }, inputs);
    expect(prediction).toMatchObject({ status: 'FAILED', output: null, errorMessage: expect.any(String) });
    expect(errorCodes).toContain(prediction.errorCode);
    expect(prediction.errorMessage).not.toContain('/');
    expect((await predict(peers, viewer, { versionId: good }, { a: 7 })).prediction).toMatchObject({ output: { prediction: 7 } });
  });

  it('delays no other prediction beyond the timeout', async () => {
    const [versionId, good] = [
      await runnableVersion(peers, viewer, loopModel(1e15)),
      await runnableVersion(peers, viewer, sumModel(['a'])),
    ];
    const hanging = predict(peers, viewer, { versionId }, { x: 1 });
    await eventually(async () => expect(await predictionsOf(versionId)).toMatchObject([{ status: 'PENDING' }]));
    const waiting = predict(peers, viewer, { versionId: good }, { a: 7 });
    expect((await hanging).prediction).toMatchObject({ errorCode: 'TIMEOUT' });
    const { prediction } = await waiting;
    expect(['SUCCEEDED', 'FAILED']).toContain(prediction.status);
    expect((await predict(peers, viewer, { versionId: good }, { a: 7 })).prediction).toMatchObject({ output: { prediction: 7 } });
  });
});

describe('a batch of predictions', () => {
  const batch = (target: object, inputs: unknown[], rest: object = {}, by = viewer) =>
    mutate(peers.serving, by, 'predictBatch', { target, inputs, ...rest }, PREDICTION.replace('prediction {', 'predictions {'));

  it('returns the same result for each row as a single prediction, in one run and four statements', async () => {
    const versionId = await runnableVersion(peers, viewer, sideModel());
    const rows = Array.from({ length: 100 }, (_, index) => ({ x: Math.sin(index), y: index % 7 === 0 ? null : Math.cos(index) }));
    const { predictions, userErrors } = await batch({ versionId }, rows);
    expect(userErrors).toEqual([]);
    expect(predictions.map(({ input }) => input)).toEqual(rows);
    for (const index of [0, 1, 50, 99]) {
      const { prediction } = await predict(peers, viewer, { versionId }, rows[index]);
      expect(predictions[index]).toMatchObject({ status: prediction.status, output: prediction.output, confidence: prediction.confidence });
    }
    peers.serving.statements.take();
    await mutate(peers.serving, viewer, 'predictBatch', { target: { versionId }, inputs: rows }, 'predictions { id status }');
    expect(peers.serving.statements.take()).toHaveLength(4);
  });

  it('of a model for single rows runs them serially, and a failed row affects no other', async () => {
    const versionId = await runnableVersion(peers, viewer, memoryModel());
    const { predictions } = await batch({ versionId }, [{ size: 3 }, { size: 4_000_000_000_000 }, { size: 5 }]);
    expect(predictions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED', 'SUCCEEDED']);
  });

  it('is refused as a whole, with the path to each invalid value', async () => {
    const versionId = await runnableVersion(peers, viewer, sideModel());
    const before = await countPredictions(peers, viewer);
    const { userErrors } = await batch({ versionId }, [{ x: 1, y: 1 }, { x: 'a', y: 1 }, { y: 1 }]);
    expect(userErrors.map(({ field }) => field.slice(1).join('.'))).toEqual(['inputs.1.x', 'inputs.2.x']);
    expect((await batch({ versionId }, [])).userErrors).toMatchObject([{ code: 'BLANK' }]);
    expect(
      (
        await batch(
          { versionId },
          Array.from({ length: 1001 }, () => ({})),
        )
      ).userErrors,
    ).toMatchObject([{ code: 'TOO_LONG' }]);
    expect((await batch({ versionId }, [{ x: 1, y: 1 }], {}, await aUser(peers.serving))).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect(await countPredictions(peers, viewer)).toBe(before);
  });

  it('is made once for a repeated idempotency key', async () => {
    const versionId = await runnableVersion(peers, viewer, sumModel(['a']));
    const ask = () => batch({ versionId }, [{ a: 1 }, { a: 2 }], { idempotencyKey: versionId });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).toEqual(first);
    expect(first.predictions.map(({ output }) => output)).toEqual([{ prediction: 1 }, { prediction: 2 }]);
    expect(await ask()).toEqual(first);
  });
});

it('can be requested by an alias and by an ACTIVE deployment', async () => {
  const modelId = await createModel(peers.serving, viewer);
  const versionId = await runnableVersion(peers, viewer, sumModel(['a']), { modelId });
  const { organizationId: orgId, userId } = viewer;
  await peers.serving.client.modelAlias.create({ data: { orgId, modelId, name: 'champion', modelVersionId: versionId, userId } });
  expect((await predict(peers, viewer, { alias: { modelId, name: 'champion' } }, { a: 1 })).prediction).toMatchObject({
    modelVersion: { id: versionId },
  });
  const deploymentId = await createDeployment(peers.serving, viewer, { modelVersionId: versionId, status: 'ACTIVE' });
  expect((await predict(peers, viewer, { deploymentId }, { a: 1 })).prediction).toMatchObject({
    deployment: { id: deploymentId },
    status: 'SUCCEEDED',
  });
});
