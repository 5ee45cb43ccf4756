import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import type { Query } from '../../kit/documents/datasets.js';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { createDataset, finishRun, startRun } from './arrange.js';
import { LOG } from './metric-history.documents.js';

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

interface Point {
  step: number;
  value: number | null;
  nonFinite: string | null;
  loggedAt?: string;
}
const HISTORY = 'name pointCount isSampled points { step value nonFinite loggedAt }';

const aRun = async (viewer: Viewer) => startRun(subgraph, viewer, await createDataset(subgraph, viewer, { name: 'd' }));
const log = async (viewer: Viewer, id: string, metrics: readonly object[]) =>
  (await subgraph.execute(viewer, LOG, { input: { id, metrics } })).data.trainingRunLogMetrics;
const history = async (viewer: Viewer, id: string, args: string) =>
  (await subgraph.execute<Query>(viewer, `query ($id: ID!) { trainingRun(id: $id) { metricHistory(${args}) { ${HISTORY} } } }`, { id }))
    .data.trainingRun.metricHistory;
const metricsOf = async (viewer: Viewer, id: string) =>
  (await subgraph.execute(viewer, graphql('query ($id: ID!) { trainingRun(id: $id) { metrics { name value nonFinite step } } }'), { id }))
    .data.trainingRun.metrics;
/** Writes points as if they had been logged, more than a call takes. */
const arrange = (viewer: Viewer, runId: string, points: readonly Point[], name = 'loss') =>
  subgraph.client.$executeRawUnsafe(
    `INSERT INTO training_metric_points (org_id, training_run_id, name, step, value, non_finite, logged_at)
     SELECT $1::uuid, $2::uuid, $4, step, value, "nonFinite", now()
     FROM jsonb_to_recordset($3::jsonb) AS point(step bigint, value float8, "nonFinite" "NonFinite")`,
    viewer.organizationId,
    runId,
    JSON.stringify(points),
    name,
  );

const AT = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z', '2026-01-01T00:00:02.000Z'] as const;
const finite = (step: number, value: number): Point => ({ step, value, nonFinite: null });

describe('logging metrics', () => {
  it('stores each value with its step, and the run has the last value of each metric', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    const logged = await log(viewer, id, [
      { name: 'loss', step: 2, value: 0.25, loggedAt: AT[1] },
      { name: 'loss', step: 1, value: 0.5, loggedAt: AT[0] },
      { name: 'loss', step: -1, nonFinite: 'POSITIVE_INFINITY', loggedAt: AT[0] },
      { name: 'accuracy', step: 9007199254740991, value: 1.797e308, loggedAt: AT[2] },
    ]);
    const metrics = [
      { name: 'accuracy', value: 1.797e308, nonFinite: null, step: 9007199254740991 },
      { name: 'loss', value: 0.25, nonFinite: null, step: 2 },
    ];
    expect(logged).toEqual({ trainingRun: { id, metrics }, userErrors: [] });
    expect(await history(viewer, id, 'name: "loss"')).toEqual({
      name: 'loss',
      pointCount: 3,
      isSampled: false,
      points: [
        { step: -1, value: null, nonFinite: 'POSITIVE_INFINITY', loggedAt: AT[0] },
        { ...finite(1, 0.5), loggedAt: AT[0] },
        { ...finite(2, 0.25), loggedAt: AT[1] },
      ],
    });
    expect(await history(viewer, id, 'name: "rmse"')).toEqual({ name: 'rmse', pointCount: 0, isSampled: false, points: [] });
  });

  it('can be repeated, and the latest value of a step is kept', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    const first = [{ name: 'loss', step: 1, value: 1, loggedAt: AT[1] }];
    await log(viewer, id, first);
    await log(viewer, id, first);
    expect(await history(viewer, id, 'name: "loss"')).toMatchObject({ pointCount: 1, points: [{ value: 1 }] });
    expect((await log(viewer, id, [{ name: 'loss', step: 1, value: 0, loggedAt: AT[0] }])).trainingRun.metrics).toMatchObject([
      { value: 1 },
    ]);
    expect((await log(viewer, id, [{ name: 'loss', step: 1, value: 2, loggedAt: AT[1] }])).trainingRun.metrics).toMatchObject([
      { value: 2 },
    ]);
    expect((await log(viewer, id, [{ name: 'loss', step: 1, nonFinite: 'NAN' }])).trainingRun.metrics).toMatchObject([
      { nonFinite: 'NAN' },
    ]);
    expect(await history(viewer, id, 'name: "loss"')).toMatchObject({ pointCount: 1, points: [{ value: null, nonFinite: 'NAN' }] });
  });

  it('results in the same history for any order and batches, and its last value is the metric of the run', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    let examples = 0;
    const figure = fc.record({
      step: fc.integer({ min: 0, max: 3 }),
      value: fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map((value) => value + 0),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(figure, { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.infiniteStream(fc.nat()),
        async (figures, size, keys) => {
          const name = `m${(examples += 1)}`;
          const timed = figures.map((one, index) => ({
            name,
            ...one,
            loggedAt: new Date(Date.parse(AT[0]) + index).toISOString(),
          }));
          const shuffled = timed
            .map((one) => ({ one, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }) => one);
          for (let index = 0; index < shuffled.length; index += size + 1) await log(viewer, id, shuffled.slice(index, index + size + 1));
          const expected = new Map(timed.map((one) => [one.step, one.value]));
          const steps = [...expected.keys()].sort((a, b) => a - b);
          const { points } = await history(viewer, id, `name: "${name}"`);
          expect(points).toMatchObject(steps.map((step) => finite(step, expected.get(step)!)));
          expect(await metricsOf(viewer, id)).toContainEqual({ name, ...finite(steps.at(-1)!, expected.get(steps.at(-1)!)!) });
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    ['nothing', [], 'BLANK', ['input', 'metrics']],
    [
      'more than a thousand figures',
      Array.from({ length: 1001 }, (_, step) => ({ name: 'loss', step, value: 1 })),
      'TOO_LONG',
      ['input', 'metrics'],
    ],
    [
      'a blank name',
      [
        { name: 'ok', step: 1, value: 1 },
        { name: ' ', step: 1, value: 1 },
      ],
      'BLANK',
      ['input', 'metrics', '1', 'name'],
    ],
    ['a long name', [{ name: 'x'.repeat(101), step: 1, value: 1 }], 'TOO_LONG', ['input', 'metrics', '0', 'name']],
    ['neither value nor non-finite figure', [{ name: 'loss', step: 1 }], 'INVALID', ['input', 'metrics', '0']],
    ['both', [{ name: 'loss', step: 1, value: 1, nonFinite: 'NAN' }], 'INVALID', ['input', 'metrics', '0']],
    [
      'a time in the future',
      [{ name: 'loss', step: 1, value: 1, loggedAt: '2999-01-01T00:00:00Z' }],
      'INVALID',
      ['input', 'metrics', '0', 'loggedAt'],
    ],
  ])('refuses %s and stores nothing', async (_, metrics, code, field) => {
    const viewer = aMember();
    const id = await aRun(viewer);
    expect(await log(viewer, id, metrics)).toMatchObject({ trainingRun: null, userErrors: [{ code, field }] });
    expect(await metricsOf(viewer, id)).toEqual([]);
  });

  it('is refused for an ended, unknown, or foreign run', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const [ended, foreign] = [await aRun(viewer), await aRun(stranger)];
    await finishRun(subgraph, viewer, ended);
    const metrics = [{ name: 'loss', step: 1, value: 1 }];
    expect((await log(viewer, ended, metrics)).userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'id'] }]);
    for (const id of [foreign, uuidv7()])
      expect((await log(viewer, id, metrics)).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
    expect((await log(viewer, 'x', metrics)).userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'id'] }]);
    expect(await metricsOf(stranger, foreign)).toEqual([]);
    expect(await metricsOf(viewer, ended)).toEqual([]);
  });

  it('takes two statements and one for the payload, for any number of values', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    subgraph.statements.take();
    await log(
      viewer,
      id,
      Array.from({ length: 1000 }, (_, step) => ({ name: `m${step % 5}`, step, value: step })),
    );
    expect(subgraph.statements.take()).toHaveLength(3);
    expect((await history(viewer, id, 'name: "m3"')).pointCount).toBe(200);
  });

  it('is sent to subscribers of the run', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    const states = subgraph.subscribe(viewer, graphql('subscription ($id: ID!) { trainingRunUpdated(id: $id) { metrics { value } } }'), {
      id,
    });
    expect((await states.next()).value.data.trainingRunUpdated.metrics).toEqual([]);
    await log(viewer, id, [{ name: 'loss', step: 1, value: 0.5 }]);
    expect((await states.next()).value.data.trainingRunUpdated.metrics).toEqual([{ value: 0.5 }]);
    await states.return!();
  });
});

describe('the end of a run whose metrics were logged', () => {
  it('uses the last logged values as final metrics by default', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    await log(viewer, id, [
      { name: 'accuracy', step: 1, value: 0.5 },
      { name: 'loss', step: 1, value: 3 },
      { name: 'loss', step: 2, value: 2 },
    ]);
    await finishRun(subgraph, viewer, id, {
      metrics: [
        { name: 'accuracy', value: 0.9 },
        { name: 'auc', nonFinite: 'NAN' },
      ],
    });
    expect(await metricsOf(viewer, id)).toEqual([
      { name: 'accuracy', value: 0.9, nonFinite: null, step: null },
      { name: 'auc', value: null, nonFinite: 'NAN', step: null },
      { name: 'loss', value: 2, nonFinite: null, step: 2 },
    ]);
    expect((await history(viewer, id, 'name: "accuracy"')).points).toMatchObject([finite(1, 0.5)]);
  });
});

describe('a long history', () => {
  const any: fc.Arbitrary<Point> = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }).map((value) => finite(0, value + 0)),
    },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }).map((value) => finite(0, value)) },
    fc.constantFrom('NAN', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY').map((nonFinite) => ({ step: 0, value: null, nonFinite })),
  );
  const series = fc
    .tuple(
      fc.array(any, { minLength: 1, maxLength: 120, size: 'max' }),
      fc.constantFrom(1, 3, 6e11),
      fc.integer({ min: -50, max: 50 }),
      fc.boolean(),
    )
    .map(([points, stride, start, grows]) =>
      points.map((point, index) => ({ ...point, step: start + (grows ? index * index : index) * stride })),
    );

  /** What must be shown of some points: the first, the last, the lowest, the highest, and the first of each other kind. */
  const marks = (points: readonly Point[]): Point[] => {
    const numbers = points.filter(({ value }) => value !== null);
    const best = (isBetter: (a: number, b: number) => boolean) =>
      numbers.reduce<Point | undefined>((one, next) => (one && !isBetter(next.value!, one.value!) ? one : next), undefined);
    const firstOf = (kind: string) => points.find(({ nonFinite }) => nonFinite === kind);
    const all = [points[0], points.at(-1), best((a, b) => a < b), best((a, b) => a > b)];
    return [...all, ...['NAN', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY'].map(firstOf)].filter((point) => point !== undefined);
  };

  it('is sampled to the requested number of logged points from every part', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    let examples = 0;
    await fc.assert(
      fc.asyncProperty(series, fc.integer({ min: 10, max: 60 }), async (points, maxPoints) => {
        const name = `m${(examples += 1)}`;
        await arrange(viewer, id, points, name);
        const shown = await history(viewer, id, `name: "${name}", maxPoints: ${maxPoints}`);
        expect(shown.pointCount).toBe(points.length);
        const plain: Point[] = shown.points.map(({ step, value, nonFinite }) => ({ step, value, nonFinite }));
        if (points.length <= maxPoints) return expect(plain).toEqual(points);
        expect(plain.length).toBeLessThanOrEqual(maxPoints);
        expect(shown.isSampled).toBe(plain.length < points.length);
        const kinds = new Set(points.flatMap(({ nonFinite }) => nonFinite ?? [])).size;
        const parts = Math.floor(maxPoints / (4 + kinds));
        const [first, length] = [points[0]!.step, points.at(-1)!.step - points[0]!.step + 1];
        const partOf = ({ step }: Point) => Number((BigInt(step - first) * BigInt(parts)) / BigInt(length));
        const expected = Array.from({ length: parts }, (_, part) => marks(points.filter((point) => partOf(point) === part))).flat();
        const steps = [...new Set(expected.map(({ step }) => step))].sort((a, b) => a - b);
        expect(plain).toEqual(steps.map((step) => points.find((point) => point.step === step)));
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('can be limited to a range of steps', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    await arrange(
      viewer,
      id,
      Array.from({ length: 2000 }, (_, step) => finite(step, Math.sin(step))),
    );
    const whole = await history(viewer, id, 'name: "loss", maxPoints: 40');
    expect(whole).toMatchObject({ pointCount: 2000, isSampled: true });
    const detail = await history(viewer, id, 'name: "loss", maxPoints: 40, fromStep: 100, toStep: 139');
    expect(detail).toMatchObject({ pointCount: 40, isSampled: false });
    expect(detail.points.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, index) => 100 + index));
    expect((await history(viewer, id, 'name: "loss", fromStep: 1990')).pointCount).toBe(10);
  });

  it('is read for many runs in one statement, and not for other organizations', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    const ids: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      ids.push(await startRun(subgraph, viewer, datasetId));
      await arrange(
        viewer,
        ids[index]!,
        Array.from({ length: 30 + index }, (_, step) => finite(step, index)),
      );
    }
    const foreign = await aRun(stranger);
    await arrange(stranger, foreign, [finite(0, 1)]);
    subgraph.statements.take();
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        {
          trainingRuns(orderBy: { field: CREATED_AT, direction: ASC }) {
            nodes {
              id
              metricHistory(name: "loss", maxPoints: 10) {
                pointCount
                points {
                  value
                }
              }
            }
          }
        }
      `),
    );
    expect(subgraph.statements.take()).toHaveLength(2);
    expect(data.trainingRuns.nodes.map(({ metricHistory }) => metricHistory)).toEqual(
      ids.map((_, index) => ({ pointCount: 30 + index, points: expect.arrayContaining([{ value: index }]) })),
    );
    expect(JSON.stringify(data)).not.toContain(foreign);
  });

  it.each([
    ['name: "loss", maxPoints: 9', 'between 10 and 1000'],
    ['name: "loss", maxPoints: 1001', 'between 10 and 1000'],
    ['name: "loss", fromStep: 2, toStep: 1', 'must not be greater than'],
  ])('is refused for %s', async (args, message) => {
    const viewer = aMember();
    const { errors } = await subgraph.execute(
      viewer,
      `query ($id: ID!) { trainingRun(id: $id) { metricHistory(${args}) { pointCount } } }`,
      {
        id: await aRun(viewer),
      },
    );
    expect(errors).toMatchObject([{ message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('is refused for too many runs', async () => {
    const viewer = aMember();
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    for (let index = 0; index < 51; index += 1) await startRun(subgraph, viewer, datasetId);
    const { errors } = await subgraph.execute(
      viewer,
      graphql(`
        {
          trainingRuns(first: 51) {
            nodes {
              metricHistory(name: "loss", maxPoints: 1000) {
                pointCount
              }
            }
          }
        }
      `),
    );
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('is deleted with its run', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    await arrange(viewer, id, [finite(0, 1)]);
    await subgraph.execute(viewer, graphql('mutation ($id: ID!) { trainingRunDelete(input: { id: $id }) { deletedId } }'), { id });
    expect(await subgraph.client.trainingMetricPoint.count({ where: { trainingRunId: id } })).toBe(0);
  });
});
