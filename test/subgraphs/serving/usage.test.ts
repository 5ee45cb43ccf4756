import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql, type Query } from '../../kit/documents/serving.js';
import { aMember } from '../../kit/viewers.js';
import { aUser, createDeployment, createVersion, runServing, type RunningServing } from './arrange.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const BUCKET = 'startsAt endsAt count pendingCount succeededCount failedCount errorRate p50LatencyMs p95LatencyMs';

interface Noted {
  modelVersionId: string;
  deploymentId?: string;
  createdAt: string;
  latencyMs?: number | null;
  status?: 'PENDING' | 'SUCCEEDED' | 'FAILED';
}

/** Notes predictions of any time, which no mutation can. */
const note = (viewer: Viewer, predictions: readonly Noted[]) =>
  subgraph.client.prediction.createMany({
    data: predictions.map(({ status = 'SUCCEEDED', ...rest }) => ({
      ...rest,
      status,
      orgId: viewer.organizationId,
      userId: viewer.userId,
      input: {},
      errorMessage: status === 'FAILED' ? 'e' : null,
      pendingUntil: status === 'PENDING' ? new Date() : null,
    })),
  });

const requestUsage = (viewer: Viewer, id: string, args: string, fields = `total { ${BUCKET} } buckets { ${BUCKET} }`) =>
  subgraph.execute<Query>(viewer, `{ modelVersion(id: "${id}") { usage${args} { ${fields} } } }`);
const usageOf = async (...request: Parameters<typeof requestUsage>) => (await requestUsage(...request)).data.modelVersion.usage;

/** What lies at a share of the sorted figures, between two neighbours in proportion. */
function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (above - below) * (place - Math.floor(place));
}

describe('usage over time', () => {
  it('contains every day, including empty ones, and partial days at the edges', async () => {
    const viewer = await aUser(subgraph);
    const modelVersionId = await createVersion(subgraph, viewer);
    await note(viewer, [
      { modelVersionId, createdAt: '2026-01-01T11:59:59.999Z', latencyMs: 1000 },
      { modelVersionId, createdAt: '2026-01-01T12:00:00.000Z', latencyMs: 10 },
      { modelVersionId, createdAt: '2026-01-01T23:59:59.999Z', latencyMs: 20, status: 'FAILED' },
      { modelVersionId, createdAt: '2026-01-03T00:00:00.000Z' },
      { modelVersionId, createdAt: '2026-01-03T05:00:00.000Z', status: 'PENDING' },
      { modelVersionId, createdAt: '2026-01-03T06:00:00.000Z', latencyMs: 1000 },
    ]);
    const none = { count: 0, pendingCount: 0, succeededCount: 0, failedCount: 0, errorRate: null, p50LatencyMs: null, p95LatencyMs: null };
    const both = { ...none, count: 2, succeededCount: 1, failedCount: 1, errorRate: 0.5, p50LatencyMs: 15, p95LatencyMs: 19.5 };
    const [from, second, third, to] = ['2026-01-01T12', '2026-01-02T00', '2026-01-03T00', '2026-01-03T06'].map(
      (hour) => `${hour}:00:00.000Z`,
    );
    expect(await usageOf(viewer, modelVersionId, '(from: "2026-01-01T12:00:00Z", to: "2026-01-03T06:00:00Z")')).toEqual({
      total: { ...both, startsAt: from, endsAt: to, count: 4, pendingCount: 1, succeededCount: 2, errorRate: 1 / 3 },
      buckets: [
        { ...both, startsAt: from, endsAt: second },
        { ...none, startsAt: second, endsAt: third },
        { ...none, startsAt: third, endsAt: to, count: 2, pendingCount: 1, succeededCount: 1, errorRate: 0 },
      ],
    });
  });

  it.each([
    ['23', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
  ])('counts a day of %s hours exact to the millisecond', async (hours, startsAt, endsAt) => {
    const viewer = await aUser(subgraph);
    const modelVersionId = await createVersion(subgraph, viewer);
    const at = (moment: string, ms: number) => new Date(Date.parse(moment) + ms).toISOString();
    await note(
      viewer,
      [at(startsAt, -1), startsAt, at(endsAt, -1), endsAt].map((createdAt) => ({ modelVersionId, createdAt })),
    );
    const around = `from: "${at(startsAt, -24 * 3_600_000)}", to: "${at(endsAt, 24 * 3_600_000)}", timeZone: "Europe/Berlin"`;
    const days = await usageOf(viewer, modelVersionId, `(${around})`, 'buckets { startsAt endsAt count }');
    expect(days.buckets.map(({ count }) => count)).toEqual([1, 2, 1]);
    expect(days.buckets[1]).toEqual({ startsAt, endsAt, count: 2 });
    const clock = `(granularity: HOUR, from: "${startsAt}", to: "${endsAt}", timeZone: "Europe/Berlin")`;
    const { buckets } = await usageOf(viewer, modelVersionId, clock, 'buckets { startsAt endsAt count }');
    expect(buckets).toHaveLength(Number(hours));
    for (const [index, hour] of buckets.entries())
      expect(hour).toMatchObject({ startsAt: at(startsAt, index * 3_600_000), endsAt: at(startsAt, (index + 1) * 3_600_000) });
    expect(buckets.map(({ count }) => count)).toEqual([1, ...Array(Number(hours) - 2).fill(0), 1]);
  });

  it.each([
    ['HOUR', 'Asia/Kolkata', '2026-01-01T00:10:00Z', '2026-01-01T01:40:00Z', ['00:10', '00:30', '01:30']],
    ['WEEK', 'UTC', '2026-01-07T00:00:00Z', '2026-01-20T00:00:00Z', ['2026-01-07', '2026-01-12', '2026-01-19']],
    [
      'MONTH',
      'America/New_York',
      '2026-02-28T00:00:00Z',
      '2026-05-01T00:00:00Z',
      ['2026-02-28T00:00', '2026-03-01T05:00', '2026-04-01T04:00'],
    ],
  ])('begins %s buckets in %s at the local time', async (granularity, timeZone, from, to, begins) => {
    const viewer = await aUser(subgraph);
    const args = `(granularity: ${granularity}, timeZone: "${timeZone}", from: "${from}", to: "${to}")`;
    const { buckets } = await usageOf(viewer, await createVersion(subgraph, viewer), args, 'buckets { startsAt }');
    expect(buckets).toEqual(begins.map((begin) => ({ startsAt: expect.stringContaining(begin) })));
  });

  it('covers the last 30 days by default', async () => {
    const viewer = await aUser(subgraph);
    const { total, buckets } = await usageOf(viewer, await createVersion(subgraph, viewer), '');
    expect(Date.parse(total.endsAt) - Date.parse(total.startsAt)).toBe(30 * 86_400_000);
    expect(Math.abs(Date.parse(total.endsAt) - Date.now())).toBeLessThan(60_000);
    expect(buckets.length).toBe(new Date(total.endsAt).toISOString().endsWith('T00:00:00.000Z') ? 30 : 31);
  });

  it('has the percentiles of the sorted latencies, for each day and in total', async () => {
    const viewer = await aUser(subgraph);
    const modelVersionId = await createVersion(subgraph, viewer);
    const latencies = [1, 2, 3].map((day) => Array.from({ length: 37 * day }, (_, index) => (index * 7919 * day) % 1009));
    await note(
      viewer,
      latencies.flatMap((ofDay, day) =>
        [...ofDay, null].map((latencyMs, index) => ({
          modelVersionId,
          latencyMs,
          createdAt: new Date(Date.UTC(2026, 0, day + 1) + index * 1000).toISOString(),
        })),
      ),
    );
    const usage = await usageOf(viewer, modelVersionId, '(from: "2026-01-01T00:00:00Z", to: "2026-01-04T00:00:00Z")');
    for (const [bucket, figures] of [
      ...usage.buckets.map((bucket, day) => [bucket, latencies[day]!] as const),
      [usage.total, latencies.flat()] as const,
    ]) {
      expect(bucket.p50LatencyMs).toBeCloseTo(percentile(figures, 0.5), 9);
      expect(bucket.p95LatencyMs).toBeCloseTo(percentile(figures, 0.95), 9);
    }
  });

  it.each([
    '(from: "2026-01-02T00:00:00Z", to: "2026-01-02T00:00:00Z")',
    '(from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z")',
    '(from: "2020-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z")',
    '(granularity: HOUR, from: "2026-01-01T00:00:00Z", to: "2026-02-02T00:00:00Z")',
    '(timeZone: "+02:00")',
    '(timeZone: "Mars/Olympus")',
  ])('refuses %s', async (args) => {
    const viewer = await aUser(subgraph);
    const { errors } = await requestUsage(viewer, await createVersion(subgraph, viewer), args);
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('grouped usage', () => {
  const WINDOW = 'from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z"';
  const SERIES = 'modelVersion { id } deployment { id } user { id } total { count } buckets { count }';

  it('groups by version, deployment, and user, the most used first', async () => {
    const viewer = await aUser(subgraph);
    const colleague = await aUser(subgraph, aMember(viewer.organizationId));
    const [one, two] = [await createVersion(subgraph, viewer), await createVersion(subgraph, viewer)];
    const deploymentId = await createDeployment(subgraph, viewer, { modelVersionId: two });
    const [first, second] = ['2026-01-01T01:00:00.000Z', '2026-01-02T01:00:00.000Z'];
    await note(viewer, [
      { modelVersionId: one, createdAt: first },
      { modelVersionId: two, createdAt: second, deploymentId },
    ]);
    await note(
      colleague,
      [first, second].map((createdAt) => ({ modelVersionId: two, createdAt })),
    );
    const ask = async (groupBy: string) => {
      const usage = `usage(${WINDOW}${groupBy && `, groupBy: ${groupBy}`}) { ${SERIES} }`;
      const { data } = await subgraph.execute<Query>(viewer, `{ viewer { ${usage} } organization { ${usage} } }`);
      return [data.viewer.usage, data.organization.usage];
    };
    const series = (counts: number[], group: object = {}) => ({
      ...{ modelVersion: null, deployment: null, user: null, ...group },
      total: { count: counts[0]! + counts[1]! },
      buckets: counts.map((count) => ({ count })),
    });
    expect(await ask('')).toEqual([[series([1, 1])], [series([2, 2])]]);
    const version = (id: string) => ({ modelVersion: { id } });
    expect(await ask('MODEL_VERSION')).toEqual([
      expect.arrayContaining([series([1, 0], version(one)), series([0, 1], version(two))]),
      [series([1, 2], version(two)), series([1, 0], version(one))],
    ]);
    const deployed = series([0, 1], { deployment: { id: deploymentId } });
    expect(await ask('DEPLOYMENT')).toEqual([expect.arrayContaining([series([1, 0]), deployed]), [series([2, 1]), deployed]]);
    const user = ({ userId: id }: Viewer) => ({ user: { id } });
    expect(await ask('USER')).toEqual([
      [series([1, 1], user(viewer))],
      expect.arrayContaining([series([1, 1], user(viewer)), series([1, 1], user(colleague))]),
    ]);
  });

  it('is empty without predictions', async () => {
    const viewer = await aUser(subgraph);
    const query = graphql(
      `{ viewer { all: usage(${WINDOW}) { total { count } } usage(${WINDOW}, groupBy: MODEL_VERSION) { total { count } } } }`,
    );
    expect((await subgraph.execute(viewer, query)).data.viewer).toEqual({ all: [{ total: { count: 0 } }], usage: [] });
  });

  it('takes one statement for any number of versions and deployments', async () => {
    const cost = async (versions: number) => {
      const viewer = await aUser(subgraph);
      for (let index = 0; index < versions; index += 1) {
        const modelVersionId = await createVersion(subgraph, viewer);
        const deploymentId = await createDeployment(subgraph, viewer, { modelVersionId });
        await note(viewer, [{ modelVersionId, deploymentId, createdAt: '2026-01-01T01:00:00.000Z' }]);
      }
      subgraph.statements.take();
      const usage = `usage(${WINDOW}) { total { count } buckets { count p95LatencyMs } }` as const;
      const { data } = await subgraph.execute(
        viewer,
        graphql(`{ modelVersions { nodes { ${usage} deployments { nodes { ${usage} } } } } }`),
      );
      const one = {
        total: { count: 1 },
        buckets: [
          { count: 1, p95LatencyMs: null },
          { count: 0, p95LatencyMs: null },
        ],
      };
      expect(data.modelVersions.nodes).toEqual(Array(versions).fill({ usage: one, deployments: { nodes: [{ usage: one }] } }));
      return subgraph.statements.take().length;
    };
    expect(await cost(1)).toBe(4);
    expect(await cost(10)).toBe(4);
  });

  it('counts no predictions of other organizations', async () => {
    const owner = await aUser(subgraph);
    const modelVersionId = await createVersion(subgraph, owner);
    await note(owner, [{ modelVersionId, createdAt: '2026-01-01T01:00:00.000Z' }]);
    const stranger = await aUser(subgraph);
    const { data } = await subgraph.execute(
      stranger,
      `{ modelVersion(id: "${modelVersionId}") { usage { total { count } } } user(id: "${owner.userId}") { id }
         organization { usage(${WINDOW}) { total { count } } } other: organization { usage(${WINDOW}, groupBy: USER) { user { id } } } }`,
    );
    expect(data).toEqual({ modelVersion: null, user: null, organization: { usage: [{ total: { count: 0 } }] }, other: { usage: [] } });
    expect((await subgraph.execute(null, graphql('{ organization { usage { total { count } } } }'))).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });
});
