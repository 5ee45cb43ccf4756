import { setTimeout as pass } from 'node:timers/promises';
import { pino } from 'pino';
import type { Database } from '../../../subgraphs/shared/database/database.js';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { RowChanges } from '../../../subgraphs/shared/subscriptions/row-changes.js';
import { createRowFollower } from '../../../subgraphs/shared/subscriptions/row-follower.js';
import type { Listen } from '../../../subgraphs/shared/subscriptions/listen.js';
import { eventually } from '../../kit/eventually.js';
import { datasets } from '../../kit/datasets.js';
import { testPostgresUrl } from '../../kit/config.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { copyTemplate } from '../../kit/template.js';
import { aMember } from '../../kit/viewers.js';
import { createDataset, finishRun, startRun } from './arrange.js';

const FOLLOW = graphql('subscription ($id: ID!) { trainingRunUpdated(id: $id) { status algorithm } }');
const viewer = aMember();

let database: Database;
let listens = 0;
let subgraph: RunningSubgraph<PrismaClient>;
let replica: RunningSubgraph<PrismaClient>;
beforeAll(async () => {
  database = await copyTemplate('datasets');
  const listen: Listen = (...args) => (listens++, database.listen(...args));
  subgraph = await runSubgraph(datasets, { database: { ...database, listen } });
  replica = await runSubgraph(datasets, { database });
});
afterAll(async () => {
  await Promise.all([subgraph.close(), replica.close()]);
  await database.close();
});

const aRun = async () => startRun(subgraph as never, viewer, await createDataset(subgraph as never, viewer, { name: 'd' }));
const change = (id: string, algorithm: string) => subgraph.client.trainingRun.updateMany({ where: { id }, data: { algorithm } });

/** The run as a subscription follows it, without a server between. */
async function follow(id: string) {
  const changes = new RowChanges(database.listen, pino({ level: 'silent' }));
  const read = () => subgraph.client.trainingRun.findFirst({ where: { id } });
  const rows = await createRowFollower(changes)({ table: 'training_runs', organizationId: viewer.organizationId, id, read });
  return { changes, rows: rows[Symbol.asyncIterator]() };
}

describe('the changes of a row', () => {
  it('are sent after a commit, and not after a rollback', async () => {
    const id = await aRun();
    const told: string[] = [];
    const stop = await database.listen('row_changes', {
      onNotification: (payload) => told.push(payload),
      onConnectionLost: fail,
      onReconnected: fail,
    });
    const work = subgraph.client.$transaction(async (transaction) => {
      await transaction.trainingRun.updateMany({ where: { id }, data: { algorithm: 'never' } });
      throw new Error('taken back');
    });
    await expect(work).rejects.toThrow('taken back');
    await subgraph.client.$transaction(async (transaction) => {
      await transaction.trainingRun.updateMany({ where: { id }, data: { algorithm: 'a' } });
      await pass(50);
      expect(told).toEqual([]);
      await transaction.trainingRun.updateMany({ where: { id }, data: { algorithm: 'b' } });
    });
    await eventually(() => expect(told).toEqual([`training_runs ${viewer.organizationId} ${id}`]));
    await stop();
  });

  it('are sent to subscribers at every replica', async () => {
    const id = await aRun();
    const followers = [subgraph, replica].map((one) => one.subscribe(viewer, FOLLOW, { id }));
    await Promise.all(followers.map((events) => events.next()));
    await finishRun(replica as never, viewer, id);
    for (const events of followers) expect((await events.next()).value.data.trainingRunUpdated.status).toBe('SUCCEEDED');
  });

  it('take one LISTEN for any number of subscribers', async () => {
    const id = await aRun();
    const followers = Array.from({ length: 100 }, () => subgraph.subscribe(viewer, FOLLOW, { id }));
    await Promise.all(followers.map((events) => events.next()));
    await finishRun(subgraph as never, viewer, id);
    const ends = await Promise.all(followers.map((events) => events.next()));
    expect(ends.map(({ value }) => value.data.trainingRunUpdated.status)).toEqual(Array(100).fill('SUCCEEDED'));
    expect(listens).toBe(1);
  });

  it('are merged to the newest state for a slow subscriber', async () => {
    const id = await aRun();
    const { changes, rows } = await follow(id);
    expect((await rows.next()).value).toMatchObject({ revision: 0 });
    for (const algorithm of ['a', 'b', 'c', 'd']) await change(id, algorithm);
    await pass(50);
    expect((await rows.next()).value).toMatchObject({ revision: 4, algorithm: 'd' });
    const next = rows.next();
    await change(id, 'e');
    expect((await next).value).toMatchObject({ revision: 5, algorithm: 'e' });
    await changes.close();
    expect((await rows.next()).done).toBe(true);
  });

  it('end at once for a subscriber that returns', async () => {
    const { changes, rows } = await follow(await aRun());
    await rows.next();
    const next = rows.next();
    await rows.return!();
    expect((await next).done).toBe(true);
    await changes.close();
  });

  const onPostgres = testPostgresUrl() ? it : it.skip;
  onPostgres('are not lost when the listening connection is lost', async () => {
    const id = await aRun();
    const { changes, rows } = await follow(id);
    await rows.next();
    const next = rows.next();
    const ended = await subgraph.client.$queryRaw<object[]>`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
    expect(ended.length).toBeGreaterThan(0);
    await change(id, 'while nobody listened');
    expect((await next).value).toMatchObject({ algorithm: 'while nobody listened' });
    const another = rows.next();
    await change(id, 'heard again');
    expect((await another).value).toMatchObject({ algorithm: 'heard again' });
    await changes.close();
  });
});

const fail = () => {
  throw new Error('not expected');
};
