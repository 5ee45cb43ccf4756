import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql, type Query } from '../../kit/documents/serving.js';
import { aMember } from '../../kit/viewers.js';
import {
  aUser,
  mutate,
  createDeployment,
  createVersion,
  recordPrediction,
  runServing,
  readAllPages,
  type RunningServing,
} from './arrange.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const FIELDS = 'prediction { input output status errorMessage confidence latencyMs user { id } modelVersion { id } deployment { id } }';
const record = (viewer: Viewer, input: object) => mutate(subgraph, viewer, 'predictionRecord', input, FIELDS);

const count = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ predictions { totalCount } }'))).data.predictions.totalCount;

/** Dates a prediction back: no mutation can. */
const dateBack = (id: string, createdAt: Date) => subgraph.client.prediction.updateMany({ where: { id }, data: { createdAt } });

describe('recording a prediction', () => {
  it('stores all fields and the user', async () => {
    const viewer = await aUser(subgraph);
    const modelVersionId = await createVersion(subgraph, viewer);
    const deploymentId = await createDeployment(subgraph, viewer, { modelVersionId });
    const said = { input: { petal: [1, 2] }, output: { species: 'setosa' }, confidence: 0.875, latencyMs: 12 };
    const { prediction, userErrors } = await record(viewer, { ...said, modelVersionId, deploymentId, outcome: 'SUCCEEDED' });
    expect(userErrors).toEqual([]);
    const edges = { user: { id: viewer.userId }, modelVersion: { id: modelVersionId }, deployment: { id: deploymentId } };
    expect(prediction).toEqual({ ...said, ...edges, status: 'SUCCEEDED', errorMessage: null });
  });

  it('stores the error of a failed prediction', async () => {
    const viewer = await aUser(subgraph);
    const { prediction } = await record(viewer, {
      modelVersionId: await createVersion(subgraph, viewer),
      input: {},
      outcome: 'FAILED',
      errorMessage: 'out of memory',
    });
    expect(prediction).toMatchObject({
      status: 'FAILED',
      errorMessage: 'out of memory',
      output: null,
      confidence: null,
      latencyMs: null,
      deployment: null,
    });
  });

  it.each([
    ['a malformed version id', { modelVersionId: 'x' }, 'INVALID', ['input', 'modelVersionId']],
    ['an unknown version', { modelVersionId: uuidv7() }, 'NOT_FOUND', ['input', 'modelVersionId']],
    ['a malformed deployment id', { deploymentId: 'x' }, 'INVALID', ['input', 'deploymentId']],
    ['an unknown deployment', { deploymentId: uuidv7() }, 'NOT_FOUND', ['input', 'deploymentId']],
    ['an input that is no object', { input: [1] }, 'INVALID', ['input', 'input']],
    ['an output that is no object', { output: 'setosa' }, 'INVALID', ['input', 'output']],
    ['a failure without a reason', { outcome: 'FAILED' }, 'BLANK', ['input', 'errorMessage']],
    ['a failure with a blank reason', { outcome: 'FAILED', errorMessage: ' ' }, 'BLANK', ['input', 'errorMessage']],
    ['a failure with an output', { outcome: 'FAILED', errorMessage: 'e', output: {} }, 'INVALID', ['input', 'output']],
    ['a success with a reason to fail', { errorMessage: 'e' }, 'INVALID', ['input', 'errorMessage']],
    ['a confidence below 0', { confidence: -0.01 }, 'INVALID', ['input', 'confidence']],
    ['a confidence above 1', { confidence: 1.01 }, 'INVALID', ['input', 'confidence']],
    ['a negative latency', { latencyMs: -1 }, 'INVALID', ['input', 'latencyMs']],
    ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    expect(await record(viewer, { modelVersionId, input: {}, outcome: 'SUCCEEDED', ...wrong })).toMatchObject({
      prediction: null,
      userErrors: [{ code, field }],
    });
    expect(await count(viewer)).toBe(0);
  });

  it('refuses a deployment of another version without a share, and the database refuses one of another organization', async () => {
    const viewer = aMember();
    const [one, two] = [await createVersion(subgraph, viewer), await createVersion(subgraph, viewer)];
    const deploymentId = await createDeployment(subgraph, viewer, { modelVersionId: two });
    const payload = await record(viewer, { modelVersionId: one, deploymentId, input: {}, outcome: 'SUCCEEDED' });
    expect(payload).toMatchObject({ prediction: null, userErrors: [{ code: 'INVALID', field: ['input', 'deploymentId'] }] });
    const stranger = aMember();
    const row = {
      orgId: stranger.organizationId,
      userId: stranger.userId,
      modelVersionId: await createVersion(subgraph, stranger),
      deploymentId,
      input: {},
    };
    await expect(subgraph.client.prediction.create({ data: { ...row, status: 'SUCCEEDED' } })).rejects.toMatchObject({ code: 'P2003' });
    expect(await count(viewer)).toBe(0);
    await subgraph.client.deploymentVariant.create({
      data: { orgId: viewer.organizationId, deploymentId, modelVersionId: one, percent: 100 },
    });
    await recordPrediction(subgraph, viewer, { modelVersionId: one, deploymentId });
    expect(await count(viewer)).toBe(1);
  });

  it('is refused by the database with an invalid confidence, latency, or outcome', async () => {
    const viewer = aMember();
    const row = { orgId: viewer.organizationId, userId: viewer.userId, modelVersionId: await createVersion(subgraph, viewer), input: {} };
    for (const wrong of [{ confidence: 2 }, { latencyMs: -1 }, { status: 'FAILED' as const }, { errorMessage: 'e' }]) {
      await expect(subgraph.client.prediction.create({ data: { ...row, status: 'SUCCEEDED', ...wrong } })).rejects.toThrow(/_check/);
    }
  });

  it('returns the first prediction for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const input = { modelVersionId: await createVersion(subgraph, viewer), idempotencyKey: 'k' };
    const ids = await Promise.all(Array.from({ length: 10 }, () => recordPrediction(subgraph, viewer, input)));
    expect(new Set(ids).size).toBe(1);
    expect(await count(viewer)).toBe(1);
    expect(
      (await mutate(subgraph, viewer, 'predictionRecord', { ...input, input: { x: 2 }, outcome: 'SUCCEEDED' }, 'prediction { id }'))
        .userErrors,
    ).toMatchObject([{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }]);
  });
});

describe('listing predictions', () => {
  it.each(['LATENCY', 'CONFIDENCE'])('pages by %s with missing values last, forward and backward', async (field) => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const key = field === 'LATENCY' ? 'latencyMs' : 'confidence';
    for (const value of [1, null, 0, 1, null]) await recordPrediction(subgraph, viewer, { modelVersionId, [key]: value });
    const values = async (direction: string, backward = false) =>
      (await readAllPages(subgraph, viewer, 'predictions', `{ field: ${field}, direction: ${direction} }`, key, backward)).map(
        (node) => node[key],
      );
    expect(await values('ASC')).toEqual([0, 1, 1, null, null]);
    expect(await values('DESC')).toEqual([1, 1, 0, null, null]);
    expect(await values('ASC', true)).toEqual([null, null, 1, 1, 0]);
  });

  it('pages by a fractional confidence', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    for (const confidence of [0.1, 0.7, 0.30000000000000004, 0.2, 0.7])
      await recordPrediction(subgraph, viewer, { modelVersionId, confidence });
    const nodes = await readAllPages(subgraph, viewer, 'predictions', '{ field: CONFIDENCE, direction: DESC }', 'confidence');
    expect(nodes.map((node) => node.confidence)).toEqual([0.7, 0.7, 0.30000000000000004, 0.2, 0.1]);
  });

  it('filters', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const [one, two] = [await createVersion(subgraph, viewer), await createVersion(subgraph, viewer)];
    const deploymentId = await createDeployment(subgraph, viewer, { modelVersionId: two });
    const a = await recordPrediction(subgraph, viewer, { modelVersionId: one, latencyMs: 100, confidence: 0.5 });
    const b = await recordPrediction(subgraph, colleague, { modelVersionId: two, deploymentId, latencyMs: 5, confidence: 0.9 });
    const c = await recordPrediction(subgraph, viewer, { modelVersionId: two, outcome: 'FAILED', errorMessage: 'e' });
    await dateBack(a, new Date('2026-01-01T00:00:00.000Z'));
    const ids = async (filter: object) => {
      const { data } = await subgraph.execute(
        viewer,
        graphql(`
          query ($filter: PredictionFilter) {
            predictions(filter: $filter) {
              totalCount
              nodes {
                id
              }
            }
          }
        `),
        { filter },
      );
      expect(data.predictions.totalCount).toBe(data.predictions.nodes.length);
      return data.predictions.nodes.map((node) => node.id);
    };
    expect(await ids({})).toEqual([c, b, a]);
    expect(await ids({ statuses: ['FAILED'] })).toEqual([c]);
    expect(await ids({ statuses: ['SUCCEEDED'] })).toEqual([b, a]);
    expect(await ids({ statuses: ['SUCCEEDED', 'FAILED'] })).toEqual([c, b, a]);
    expect(await ids({ modelVersionId: two })).toEqual([c, b]);
    expect(await ids({ deploymentId })).toEqual([b]);
    expect(await ids({ userId: viewer.userId })).toEqual([c, a]);
    expect(await ids({ minLatencyMs: 5 })).toEqual([b, a]);
    expect(await ids({ minLatencyMs: 6 })).toEqual([a]);
    expect(await ids({ maxConfidence: 0.5 })).toEqual([a]);
    expect(await ids({ maxConfidence: 1 })).toEqual([b, a]);
    expect(await ids({ createdBefore: '2026-01-01T00:00:00.001Z' })).toEqual([a]);
    expect(await ids({ createdFrom: '2026-01-01T00:00:00.001Z' })).toEqual([c, b]);
    for (const argument of ['modelVersionId', 'deploymentId', 'userId']) {
      const { errors } = await subgraph.execute(viewer, `{ predictions(filter: { ${argument}: "x" }) { totalCount } }`);
      expect([argument, errors?.[0]?.extensions.code]).toEqual([argument, 'BAD_USER_INPUT']);
    }
  });

  it('lists those of a user and of a deployment', async () => {
    const viewer = await aUser(subgraph);
    const colleague = aMember(viewer.organizationId);
    const modelVersionId = await createVersion(subgraph, viewer);
    const deploymentId = await createDeployment(subgraph, viewer, { modelVersionId });
    const mine = await recordPrediction(subgraph, viewer, { modelVersionId });
    const theirs = await recordPrediction(subgraph, colleague, { modelVersionId, deploymentId });
    const { data } = await subgraph.execute(
      viewer,
      `{ user(id: "${viewer.userId}") { predictions { nodes { id } } }
        deployment(id: "${deploymentId}") { predictions { nodes { id } } }
        modelVersion(id: "${modelVersionId}") { predictions { totalCount } } }`,
    );
    const only = (id: string) => ({ predictions: { nodes: [{ id }] } });
    expect(data).toEqual({ user: only(mine), deployment: only(theirs), modelVersion: { predictions: { totalCount: 2 } } });
  });
});

describe("a user's predictions by day", () => {
  const requestDays = (viewer: Viewer, args: string) =>
    subgraph.execute<Query>(
      viewer,
      `{ user(id: "${viewer.userId}") { predictionsByDay${args} { date count failedCount averageLatencyMs } } }`,
    );
  const byDay = async (viewer: Viewer, args = '') => (await requestDays(viewer, args)).data.user.predictionsByDay;
  const empty = { count: 0, failedCount: 0, averageLatencyMs: null };
  const dateIn = (timeZone: string, moment: Date) => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(moment);
  /** The moment `days` days before today's midnight in UTC, moved by minutes. */
  const midnight = (days: number, minutes = 0) =>
    new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - days * 86_400_000 + minutes * 60_000);

  it('cover 30 days by default, today first, including empty days', async () => {
    const viewer = await aUser(subgraph);
    const days = await byDay(viewer);
    expect(days.map((day) => day.date)).toEqual(Array.from({ length: 30 }, (_, ago) => dateIn('UTC', midnight(ago))));
    expect(days[0]).toEqual({ date: dateIn('UTC', new Date()), ...empty });
  });

  it('count from midnight to midnight, exact to the millisecond, and only those of the user', async () => {
    const viewer = await aUser(subgraph);
    const colleague = aMember(viewer.organizationId);
    const modelVersionId = await createVersion(subgraph, viewer);
    const failed = { outcome: 'FAILED', errorMessage: 'e' };
    const dated = async (createdAt: Date, input: object, by = viewer) =>
      dateBack(await recordPrediction(subgraph, by, { modelVersionId, ...input }), createdAt);
    await dated(midnight(1), { latencyMs: 10 });
    await dated(midnight(1, 60), { latencyMs: 15, ...failed });
    await dated(midnight(1, 61), {});
    await dated(new Date(midnight(1).getTime() - 1), { latencyMs: 7 });
    await dated(midnight(1), { latencyMs: 1000 }, colleague);
    await dated(new Date(midnight(2).getTime() - 1), { latencyMs: 1000 });
    expect(await byDay(viewer, '(days: 3)')).toEqual([
      { date: dateIn('UTC', midnight(0)), ...empty },
      { date: dateIn('UTC', midnight(1)), count: 3, failedCount: 1, averageLatencyMs: 12.5 },
      { date: dateIn('UTC', midnight(2)), count: 1, failedCount: 0, averageLatencyMs: 7 },
    ]);
  });

  it.each(['America/Los_Angeles', 'Pacific/Auckland', 'Asia/Kolkata'])('begin at midnight in %s', async (timeZone) => {
    const viewer = await aUser(subgraph);
    const modelVersionId = await createVersion(subgraph, viewer);
    const expected = new Map<string, number>();
    for (let hour = -60; hour < 0; hour += 6) {
      const moment = new Date(Date.now() + hour * 3_600_000);
      await dateBack(await recordPrediction(subgraph, viewer, { modelVersionId }), moment);
      expected.set(dateIn(timeZone, moment), (expected.get(dateIn(timeZone, moment)) ?? 0) + 1);
    }
    const days = await byDay(viewer, `(days: 5, timeZone: "${timeZone}")`);
    expect(days[0]!.date).toBe(dateIn(timeZone, new Date()));
    expect(new Map(days.filter((day) => day.count > 0).map((day) => [day.date, day.count]))).toEqual(new Map([...expected].reverse()));
  });

  it.each([
    '(days: 0)',
    '(days: 367)',
    '(timeZone: "Mars/Olympus")',
    '(timeZone: "IST")',
    '(timeZone: "AET")',
    '(timeZone: "+02:00")',
    '(timeZone: "")',
    `(timeZone: "UTC'; --")`,
  ])('refuse %s', async (args) => {
    const { errors } = await requestDays(await aUser(subgraph), args);
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('cover up to 366 days', async () => {
    expect(await byDay(await aUser(subgraph), '(days: 366)')).toHaveLength(366);
  });

  it('take one statement for many users', async () => {
    const viewer = await aUser(subgraph);
    const query = graphql(`
      {
        users(first: 50) {
          nodes {
            predictionsByDay(days: 7) {
              count
            }
            week: predictionsByDay(days: 7) {
              date
            }
          }
        }
      }
    `);
    const cost = async () => {
      subgraph.statements.take();
      const { data } = await subgraph.execute(viewer, query);
      return { users: data.users.nodes.length, statements: subgraph.statements.take().length };
    };
    expect(await cost()).toEqual({ users: 1, statements: 2 });
    for (let index = 0; index < 19; index += 1) await aUser(subgraph, aMember(viewer.organizationId));
    expect(await cost()).toEqual({ users: 20, statements: 2 });
  });
});

describe('a prediction of another organization', () => {
  it('cannot be read, and its version accepts none', async () => {
    const owner = await aUser(subgraph);
    const modelVersionId = await createVersion(subgraph, owner);
    const id = await recordPrediction(subgraph, owner, { modelVersionId, latencyMs: 7 });
    const stranger = aMember();
    const query = `query ($of: [_Any!]!) { prediction(id: "${id}") { latencyMs }
      predictions(filter: { userId: "${owner.userId}" }) { totalCount nodes { id } }
      _entities(representations: $of) { ... on Prediction { latencyMs } } }`;
    const of = [uuidv7(), id].map((id) => ({ __typename: 'Prediction', id }));
    expect((await subgraph.execute(stranger, query, { of })).data).toEqual({
      prediction: null,
      predictions: { totalCount: 0, nodes: [] },
      _entities: [null, null],
    });
    expect((await subgraph.execute<{ _entities: object[] }>(owner, query, { of })).data._entities).toEqual([null, { latencyMs: 7 }]);
    const payload = await mutate(
      subgraph,
      stranger,
      'predictionRecord',
      { modelVersionId, input: {}, outcome: 'SUCCEEDED' },
      'prediction { id }',
    );
    expect(payload).toMatchObject({ prediction: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'modelVersionId'] }] });
    expect(await count(owner)).toBe(1);
  });

  it('is refused to nobody', async () => {
    const { errors } = await subgraph.execute(null, graphql('{ predictions { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});
