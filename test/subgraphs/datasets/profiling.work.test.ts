import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../../subgraphs/shared/database/database.js';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasets, files } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { copyTemplate } from '../../kit/template.js';
import { aMember } from '../../kit/viewers.js';
import { profileDataset, waitForProfile, startRun } from './arrange.js';

const FOLLOW = graphql(`
  subscription ($id: ID!) {
    datasetUpdated(id: $id) {
      status
      progress
      rowCount
      columns {
        name
      }
      failure {
        code
        message
      }
    }
  }
`);
/** Takes a while to read. */
const LARGE = `a,b,c\n${'1,0.5,some text that is not so short\n'.repeat(6_000)}`;

let database: Database;
/** It takes requests, and leaves the work to others. */
let front: RunningSubgraph<PrismaClient>;
const workers: RunningSubgraph[] = [];
beforeAll(async () => {
  database = await copyTemplate('datasets');
  const queues = await runSubgraph(datasets, { database }); // Makes them.
  await queues.close();
  front = await runSubgraph(datasets, { database, works: false });
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close();
  await front.client.dataset.deleteMany(); // Whoever comes next has nothing else to do.
});
afterAll(async () => {
  await front.close();
  await database.close();
});

const aWorker = async () => void workers.push(await runSubgraph(datasets, { database, timing: { leaseMs: 3_000, overdueScanMs: 200 } }));
const aDataset = (viewer: Viewer, text = 'a,b\n1,2\n') => profileDataset(front, viewer, { name: 'd', text, isAwaited: false });
const rowOf = (id: string) => front.client.dataset.findFirstOrThrow({ where: { id } });

/** The processes that read files for this one. */
function readers(): number[] {
  const children = readdirSync('/proc/self/task').flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' '));
  const isReader = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('profile.child.js');
    } catch {
      return false; // It has ended.
    }
  };
  return children.filter((pid) => pid !== '' && isReader(pid)).map(Number);
}

/** Stops the process that is ready for the next file, so that it will begin and not go on; answers its id. */
async function stopNext(besides: number[] = []): Promise<number> {
  for (;;) {
    const next = readers().find((pid) => !besides.includes(pid));
    if (next !== undefined) {
      process.kill(next, 'SIGSTOP');
      return next;
    }
    await sleep(10);
  }
}

/** Waits until the process has its file: then another one is started ahead. */
async function taken(pid: number): Promise<void> {
  while (readers().every((reader) => reader === pid)) await sleep(10);
}

describe('datasetUpdated', () => {
  it('sends the progress of a dataset until it is READY', async () => {
    const viewer = aMember();
    const id = await aDataset(viewer);
    const events = front.subscribe(viewer, FOLLOW, { id });
    const pending = { status: 'PENDING', progress: 0, rowCount: null, columns: [], failure: null };
    expect((await events.next()).value.data.datasetUpdated).toEqual(pending);
    await aWorker();
    const seen: string[] = [];
    for await (const { data } of events) seen.push(JSON.stringify(data.datasetUpdated));
    expect(JSON.parse(seen.at(-1)!)).toEqual({
      ...{ status: 'READY', progress: 1, rowCount: 1, failure: null },
      columns: [{ name: 'a' }, { name: 'b' }],
    });
    for (const state of seen.slice(0, -1)) expect(JSON.parse(state).status).toBe('PROFILING');
  });

  it('sends a failure, and ends when the dataset is deleted', async () => {
    const viewer = aMember();
    const [bad, gone] = [await aDataset(viewer, 'a,a\n'), await aDataset(viewer)];
    const [failing, going] = [front.subscribe(viewer, FOLLOW, { id: bad }), front.subscribe(viewer, FOLLOW, { id: gone })];
    await Promise.all([failing.next(), going.next()]);
    await front.execute(viewer, graphql('mutation ($id: ID!) { datasetDelete(input: { id: $id }) { deleted { id } } }'), { id: gone });
    expect((await going.next()).done).toBe(true);
    await aWorker();
    let last: object | undefined;
    for await (const { data } of failing) last = data.datasetUpdated;
    expect(last).toMatchObject({
      status: 'FAILED',
      failure: { code: 'BAD_HEADER', message: 'The header has two columns with the name "a". Rename one of them.' },
    });
  });

  it('is NOT_FOUND for other organizations', async () => {
    const id = await aDataset(aMember());
    const { value } = await front.subscribe(aMember(), FOLLOW, { id }).next();
    expect(value.errors).toMatchObject([{ path: ['datasetUpdated'], extensions: { code: 'NOT_FOUND' } }]);
  });
});

describe('a dataset that is not READY', () => {
  it('cannot start a training run', async () => {
    const viewer = aMember();
    const input = { datasetId: await aDataset(viewer), problemType: 'REGRESSION', target: 'b', features: ['a'], algorithm: 'x' };
    const start = graphql(`
      mutation ($input: TrainingRunStartInput!) {
        trainingRunStart(input: $input) {
          trainingRun {
            id
          }
          userErrors {
            code
            field
            message
          }
        }
      }
    `);
    expect((await front.execute(viewer, start, { input })).data.trainingRunStart).toEqual({
      trainingRun: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'datasetId'], message: 'The dataset must be READY; its status is PENDING.' }],
    });
  });

  it('can be filtered by its status, and is last in the order of rows', async () => {
    const viewer = aMember();
    const pending = await aDataset(viewer);
    const list = async (args: string) =>
      (await front.execute<{ datasets: { nodes: object[] } }>(viewer, `{ datasets(${args}) { nodes { id } } }`)).data.datasets.nodes;
    expect(await list('filter: { statuses: [PENDING] }')).toEqual([{ id: pending }]);
    expect(await list('filter: { statuses: [READY, FAILED] }')).toEqual([]);
    await aWorker();
    await waitForProfile(front, viewer, pending);
    await workers.pop()!.close();
    const other = await aDataset(viewer);
    for (const direction of ['ASC', 'DESC'])
      expect(await list(`orderBy: { field: ROW_COUNT, direction: ${direction} }`)).toEqual([{ id: pending }, { id: other }]);
    expect(await list('filter: { minRowCount: 0 }')).toEqual([{ id: pending }]);
  });
});

describe('a worker that dies', () => {
  /** The row is committed first, and the folder of the work removed then. */
  const cleared = async () => {
    while (readdirSync(files.scratchFolder).length > 0) await sleep(10);
  };

  it('in the middle of a file is replaced by another one, once', async () => {
    const viewer = aMember();
    await aWorker();
    const victim = await stopNext();
    const id = await aDataset(viewer, LARGE);
    await taken(victim);
    process.kill(victim, 'SIGKILL');
    expect(await waitForProfile(front, viewer, id)).toBe('READY');
    expect(await rowOf(id)).toMatchObject({ attempts: 2, rowCount: 6_000, leaseToken: null, askedBy: null });
    await cleared();
    await startRun(front, viewer, id);
  });

  it('a second time makes the dataset FAILED, without a copy or scratch file', async () => {
    const viewer = aMember();
    await aWorker();
    const victim = await stopNext();
    const id = await aDataset(viewer, LARGE);
    const second = await stopNext([victim]);
    process.kill(victim, 'SIGKILL');
    while (readers().includes(victim)) await sleep(10);
    await taken(second);
    process.kill(second, 'SIGKILL');
    expect(await waitForProfile(front, viewer, id)).toBe('FAILED');
    expect(await rowOf(id)).toMatchObject({ attempts: 2, failureCode: 'WORKER_DIED', tableId: null, rowCount: null, leaseToken: null });
    await cleared();
  });

  it('with its whole process leaves the dataset to another process after its lease has expired', async () => {
    const viewer = aMember();
    const id = await aDataset(viewer);
    const lease = { leaseToken: uuidv7(), leasedUntil: new Date(Date.now() - 1), attempts: 1 };
    await front.client.dataset.updateMany({ where: { id }, data: { status: 'PROFILING', ...lease } });
    await aWorker();
    expect(await waitForProfile(front, viewer, id)).toBe('READY');
    expect((await rowOf(id)).attempts).toBe(2);
  });
});

describe('a worker whose dataset is deleted', () => {
  it('ends, and leaves no files', async () => {
    const viewer = aMember();
    await aWorker();
    const copies = () =>
      readdirSync(files.tables.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
    const before = copies();
    const id = await aDataset(viewer, LARGE);
    while ((await rowOf(id)).status === 'PENDING') await sleep(5);
    await workers[0]!.execute(viewer, graphql('mutation ($id: ID!) { datasetDelete(input: { id: $id }) { deleted { id } } }'), { id });
    while (readdirSync(files.scratchFolder).length > 0) await sleep(10);
    expect(copies()).toBe(before);
    expect(await profileDataset(workers[0]!, viewer, { name: 'next' })).toBeDefined();
  });
});
