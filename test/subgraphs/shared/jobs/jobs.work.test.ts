import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Database } from '../../../../subgraphs/shared/database/database.js';
import { PrismaClient } from '../../../../subgraphs/datasets/generated/prisma/client.js';
import { ChildProcessPool } from '../../../../subgraphs/shared/jobs/child/child-process-pool.js';
import type { JobTiming } from '../../../../subgraphs/shared/jobs/job-worker.js';
import { JobLeases } from '../../../../subgraphs/shared/jobs/job-leases.unscoped.store.js';
import { Jobs } from '../../../../subgraphs/shared/jobs/jobs.js';
import { JobError, type Job, type JobKind } from '../../../../subgraphs/shared/jobs/job.js';
import { copyTemplate } from '../../../kit/template.js';
import { aMember } from '../../../kit/viewers.js';
import type { Chore } from './chores.child.js';

const timing: JobTiming = { leaseMs: 2_000, pollMs: 10_000, overdueScanMs: 200 };
const viewer = aMember();
const orgId = viewer.organizationId;

let database: Database;
let client: PrismaClient;
const open: Jobs[] = [];
beforeAll(async () => {
  database = await copyTemplate('datasets');
  client = new PrismaClient({ adapter: database.adapter });
  await client.$executeRawUnsafe(`CREATE TYPE chore_status AS ENUM ('WAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELED')`);
  await client.$executeRawUnsafe(`CREATE TABLE chores (org_id uuid, id uuid, status chore_status NOT NULL DEFAULT 'WAITING',
    created_at timestamptz NOT NULL DEFAULT now(), lease_token uuid, leased_until timestamptz, attempts int NOT NULL DEFAULT 0,
    asked_by jsonb, outcome text, results int NOT NULL DEFAULT 0, PRIMARY KEY (org_id, id))`);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((jobs) => jobs.close()));
  await client.$executeRawUnsafe('DELETE FROM chores');
});
afterAll(async () => {
  await client.$disconnect();
  await database.close();
});

interface Row {
  status: string;
  outcome: string | null;
  results: number;
  attempts: number;
  lease_token: string | null;
}

async function aRow({ status = 'WAITING', age = 0, lease = null as number | null, attempts = 0 } = {}): Promise<string> {
  const id = uuidv7();
  await client.$executeRawUnsafe(
    `INSERT INTO chores (org_id, id, status, created_at, leased_until, lease_token, attempts, asked_by)
     VALUES ($1::uuid, $2::uuid, $3::chore_status, now() - $4 * interval '1 second', now() + $5 * interval '1 second',
       $6::uuid, $7, $8::jsonb)`,
    ...[orgId, id, status, age, lease, lease === null ? null : uuidv7(), attempts, JSON.stringify(viewer)],
  );
  return id;
}

const read = async (id: string): Promise<Row> =>
  (await client.$queryRawUnsafe<Row[]>('SELECT * FROM chores WHERE org_id = $1::uuid AND id = $2::uuid', orgId, id))[0]!;

async function until(id: string, passes: (row: Row) => boolean): Promise<Row> {
  for (;;) {
    const row = await read(id);
    if (passes(row)) return row;
    await sleep(20);
  }
}

const end = ({ id, leaseToken }: Pick<Job, 'id' | 'leaseToken'>, status: string, outcome: string): Promise<number> =>
  client.$executeRawUnsafe(
    `UPDATE chores SET status = $3::chore_status, outcome = $4, results = results + 1, lease_token = NULL, leased_until = NULL
     WHERE org_id = $1::uuid AND id = $2::uuid AND lease_token = $5::uuid`,
    ...[orgId, id, status, outcome, leaseToken],
  );

/** A process that does chores as told. */
async function working(perform: JobKind['perform'], paces = timing): Promise<Jobs> {
  const jobs = new Jobs({ executeSql: database.executeSql, logger: pino({ level: 'silent' }), timing: paces });
  open.push(jobs);
  const kind: JobKind = {
    queue: 'chores',
    table: { name: 'chores', statusType: 'chore_status', waitingStatus: 'WAITING', runningStatus: 'RUNNING' },
    concurrency: 2,
    maxAttempts: 2,
    perform,
    fail: async (job, { code, message }) => void (await end(job, 'FAILED', `${code}: ${message}`)),
  };
  await jobs.start([kind], (table, leaseMs) => new JobLeases(client, table, leaseMs));
  return jobs;
}

const succeed = async (job: Job) => void (await end(job, 'DONE', `for ${job.viewer.userId}`));
const isOver = ({ status }: Row) => status === 'DONE' || status === 'FAILED';
const send = (jobs: Jobs, id: string) => jobs.send('chores', { organizationId: orgId, id });

describe('a waiting row', () => {
  it('is processed at once when it is sent, for its viewer, and once', async () => {
    const jobs = await working(succeed, { ...timing, overdueScanMs: 60_000, pollMs: 60_000 });
    const id = await aRow();
    await Promise.all([send(jobs, id), send(jobs, id), send(jobs, id)]);
    expect(await until(id, isOver)).toMatchObject({
      ...{ status: 'DONE', outcome: `for ${viewer.userId}`, results: 1, attempts: 1, lease_token: null },
    });
  });

  it('is found by any process if it was never sent', async () => {
    await working(succeed);
    const id = await aRow({ age: 60 });
    expect(await until(id, isOver)).toMatchObject({ status: 'DONE', results: 1 });
  });

  it('has one result with three workers', async () => {
    const done: string[] = [];
    const perform: JobKind['perform'] = async (job) => {
      done.push(job.id);
      await succeed(job);
    };
    const [jobs] = await Promise.all([working(perform), working(perform), working(perform)]);
    const ids = await Promise.all(Array.from({ length: 20 }, () => aRow({ age: 60 })));
    await Promise.all(ids.map((id) => send(jobs!, id)));
    for (const id of ids) expect(await until(id, isOver)).toMatchObject({ status: 'DONE', results: 1, attempts: 1 });
    expect(done.sort()).toEqual(ids.sort());
  });

  it('becomes FAILED without another attempt for a permanent error', async () => {
    const jobs = await working(async () => {
      throw new JobError('BAD_ROW', 'This row cannot be read.');
    });
    const id = await aRow();
    await send(jobs, id);
    expect(await until(id, isOver)).toMatchObject({ status: 'FAILED', outcome: 'BAD_ROW: This row cannot be read.', attempts: 1 });
  });

  it('whose job crashes is retried once', async () => {
    const jobs = await working(async (job) => {
      if (job.attempt === 1) throw new Error('by accident');
      await succeed(job);
    });
    const id = await aRow();
    await send(jobs, id);
    expect(await until(id, isOver)).toMatchObject({ status: 'DONE', results: 1, attempts: 2 });
  });

  it('whose job crashes twice becomes FAILED, without internal details', async () => {
    const jobs = await working(async () => {
      throw new Error('at /srv/secret');
    });
    const id = await aRow();
    await send(jobs, id);
    const message = 'WORKER_DIED: The job did not finish in 2 attempts. Start it again.';
    expect(await until(id, isOver)).toMatchObject({ status: 'FAILED', outcome: message, attempts: 2, results: 1 });
  });
});

describe('a lease', () => {
  it('is renewed during the job, so that no other worker takes it', async () => {
    let begun = 0;
    const perform: JobKind['perform'] = async (job) => {
      begun++;
      await sleep(3 * timing.leaseMs);
      await succeed(job);
    };
    const [jobs] = await Promise.all([working(perform), working(perform)]);
    const id = await aRow();
    await send(jobs!, id);
    expect(await until(id, isOver)).toMatchObject({ status: 'DONE', attempts: 1, results: 1 });
    expect(begun).toBe(1);
  });

  it('that expired is taken by another worker, and the first one can no longer change the row', async () => {
    const id = await aRow({ status: 'RUNNING', lease: -1, attempts: 1, age: 60 });
    const { lease_token: dead } = await read(id);
    await working(succeed);
    expect(await until(id, isOver)).toMatchObject({ status: 'DONE', attempts: 2, results: 1 });
    expect(await end({ id, leaseToken: dead! }, 'FAILED', 'too late')).toBe(0);
  });

  it('that expired twice makes the row FAILED', async () => {
    const id = await aRow({ status: 'RUNNING', lease: -1, attempts: 2, age: 60 });
    await working(succeed);
    expect(await until(id, isOver)).toMatchObject({ status: 'FAILED', outcome: expect.stringMatching(/^WORKER_DIED/), results: 1 });
  });

  it('that is valid is respected, and a running row without a lease is not changed', async () => {
    const held = await aRow({ status: 'RUNNING', lease: 60, attempts: 1, age: 60 });
    const foreign = await aRow({ status: 'RUNNING', age: 60 });
    const jobs = await working(succeed);
    const other = await aRow();
    await Promise.all([send(jobs, held), send(jobs, foreign), send(jobs, other)]);
    await until(other, isOver);
    await sleep(3 * timing.overdueScanMs);
    expect([await read(held), await read(foreign)]).toMatchObject([
      { status: 'RUNNING', attempts: 1 },
      { status: 'RUNNING', attempts: 0 },
    ]);
  });

  it('that is removed aborts the job, at once in the same process and at the next renewal in another', async () => {
    for (const isTold of [true, false]) {
      let aborted: () => void;
      const ending = new Promise<void>((resolve) => (aborted = resolve));
      let begin: () => void;
      const beginning = new Promise<void>((resolve) => (begin = resolve));
      const jobs = await working(async ({ signal }) => {
        begin();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted();
      });
      const id = await aRow();
      await send(jobs, id);
      await beginning;
      await client.$executeRawUnsafe(
        `UPDATE chores SET status = 'CANCELED', lease_token = NULL, leased_until = NULL WHERE id = $1::uuid`,
        id,
      );
      if (isTold) jobs.abort('chores', { organizationId: orgId, id });
      await ending;
      expect(await read(id)).toMatchObject({ status: 'CANCELED', results: 0 });
      await jobs.close();
    }
  });

  it('is released when its worker closes, and the attempt does not count', async () => {
    const jobs = await working(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
    const id = await aRow();
    await send(jobs, id);
    await until(id, ({ status }) => status === 'RUNNING');
    await jobs.close();
    expect(await read(id)).toMatchObject({ status: 'WAITING', attempts: 0, lease_token: null, results: 0 });
  });
});

describe('a job in a child process that is killed', () => {
  const scratchFolder = mkdtempSync(join(tmpdir(), 'jobs-'));
  const children = new ChildProcessPool<Chore, unknown>({
    entry: new URL('./generated/chores.child.js', import.meta.url),
    scratchFolder,
    memoryBytes: 500_000_000,
    heapMebibytes: 64,
    deadlineMs: 60_000,
    result: z.unknown(),
  });
  afterAll(async () => {
    await children.close();
    rmSync(scratchFolder, { recursive: true });
  });

  it.each([
    [1, 'DONE'],
    [2, 'FAILED'],
  ])('%i times ends as %s', async (kills, status) => {
    let killed = 0;
    const jobs = await working(async (job) => {
      const aborting = new AbortController();
      const isVictim = killed < kills;
      const task: Chore = { kind: isVictim ? 'sleep' : 'look' };
      const onProgress = () => isVictim && ++killed && aborting.abort();
      await children.use((child) => child.run(task), { signal: aborting.signal, onProgress });
      await succeed(job);
    });
    const id = await aRow();
    await send(jobs, id);
    expect(await until(id, isOver)).toMatchObject({ status, attempts: 2, results: 1, lease_token: null });
    expect(killed).toBe(kills);
  });
});
