import { setTimeout as pass } from 'node:timers/promises';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { copyTemplate } from '../../kit/template.js';
import type { Database } from '../../../subgraphs/shared/database/database.js';
import { aMember } from '../../kit/viewers.js';
import { createDataset, finishRun, startRun } from './arrange.js';

const FOLLOW = graphql('subscription ($id: ID!) { trainingRunUpdated(id: $id) { status algorithm } }');
const EVENT_STREAM = { accept: 'text/event-stream' };

let database: Database;
let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => {
  database = await copyTemplate('datasets');
  subgraph = await runSubgraph(datasets, { database, heartbeatMs: 100 });
});
afterAll(async () => {
  await subgraph.close();
  await database.close();
});

const viewer: Viewer = aMember();
const aRun = async () => startRun(subgraph as never, viewer, await createDataset(subgraph as never, viewer, { name: 'd' }));
const change = (id: string, algorithm: string) => subgraph.client.trainingRun.updateMany({ where: { id }, data: { algorithm } });

/** What a client without any library sees: the status, and the text of the stream as it comes. */
async function post(query: string, variables: object, headers: Record<string, string>, of = subgraph) {
  const body = JSON.stringify({ query, variables });
  const control = new AbortController();
  const answer = await fetch(of.url, {
    method: 'POST',
    headers: { ...of.headers(viewer, body), ...headers },
    body,
    signal: control.signal,
  });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    /** Reads until there is this text, or the end. */
    async until(part?: string): Promise<string> {
      for (let read = { done: false, value: '' }; !read.done && !(part && text.includes(part)); text += read.value ?? '')
        read = (await reader.read()) as typeof read;
      return text;
    },
    leave: () => control.abort(),
  };
}

const event = (revision: number, run: object) =>
  `id: ${revision}\nevent: next\ndata: ${JSON.stringify({ data: { trainingRunUpdated: run } })}\n\n`;

describe('the event stream of a subscription', () => {
  it('has consecutive event ids', async () => {
    const id = await aRun();
    const stream = await post(FOLLOW, { id }, EVENT_STREAM);
    expect([stream.status, stream.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await stream.until('id: 0\n');
    await change(id, 'a');
    await stream.until('id: 1\n');
    await finishRun(subgraph as never, viewer, id);
    expect((await stream.until()).replace(/^:\n\n/gm, '')).toBe(
      event(0, { status: 'RUNNING', algorithm: 'XGBoost' }) +
        event(1, { status: 'RUNNING', algorithm: 'a' }) +
        event(2, { status: 'SUCCEEDED', algorithm: 'a' }) +
        'event: complete\ndata:\n\n',
    );
  });

  it('continues after the last event id, without repeating', async () => {
    const id = await aRun();
    await change(id, 'a');
    const upToDate = await post(FOLLOW, { id }, { ...EVENT_STREAM, 'last-event-id': '1' });
    const late = await post(FOLLOW, { id }, { ...EVENT_STREAM, 'last-event-id': '0' });
    expect(await late.until('event')).toContain('id: 1\n');
    await finishRun(subgraph as never, viewer, id);
    expect((await upToDate.until()).match(/id: \d+/g)).toEqual(['id: 2']);
    expect((await late.until()).match(/id: \d+/g)).toEqual(['id: 1', 'id: 2']);

    const afterTheEnd = await post(FOLLOW, { id }, { ...EVENT_STREAM, 'last-event-id': '2' });
    expect(await afterTheEnd.until()).toBe('event: complete\ndata:\n\n');
  });

  it('sends heartbeats while nothing changes', async () => {
    const stream = await post(FOLLOW, { id: await aRun() }, EVENT_STREAM);
    expect(await stream.until(':\n\n:\n\n')).toMatch(/^id: 0\n.*\n.*\n\n(:\n\n)+$/);
    stream.leave();
  });

  it('takes no statements after its client has disconnected', async () => {
    const id = await aRun();
    const stream = await post(FOLLOW, { id }, EVENT_STREAM);
    await stream.until('id: 0');
    /** How many statements a change costs beside itself. */
    const readsAfterAChange = async () => {
      subgraph.statements.take();
      await change(id, 'a');
      await pass(150);
      return subgraph.statements.take().length - 1;
    };
    let reads = 0;
    for (let tries = 0; tries < 100 && reads === 0; tries++) reads = await readsAfterAChange();
    expect(reads).toBeGreaterThan(0);
    stream.leave();
    for (let tries = 0; tries < 100 && reads > 0; tries++) reads = await readsAfterAChange();
    expect(reads).toBe(0);
  });

  it('ends without a complete event when the server closes, so that clients reconnect', async () => {
    const replica = await runSubgraph(datasets, { database });
    const id = await aRun();
    const streams = await Promise.all([1, 2, 3].map(() => post(FOLLOW, { id }, EVENT_STREAM, replica)));
    await Promise.all(streams.map((stream) => stream.until('id: 0')));
    const began = Date.now();
    await replica.close();
    expect(Date.now() - began).toBeLessThan(4_000); // Connections that do not end by themselves are cut after five seconds.
    for (const stream of streams) expect(await stream.until()).not.toContain('complete');
  });

  it('returns other operations as one event', async () => {
    const stream = await post(graphql('{ trainingRuns { totalCount } }'), {}, EVENT_STREAM);
    const count = await subgraph.client.trainingRun.count({ where: { orgId: viewer.organizationId } });
    expect(await stream.until()).toBe(`event: next\ndata: {"data":{"trainingRuns":{"totalCount":${count}}}}\n\nevent: complete\ndata:\n\n`);
  });

  it('requires the Accept header and a signature', async () => {
    const plain = await post(FOLLOW, { id: await aRun() }, {});
    expect([plain.status, JSON.parse(await plain.until()).errors[0].extensions.code]).toEqual([406, 'BAD_REQUEST']);
    const unsigned = await post(FOLLOW, { id: await aRun() }, { ...EVENT_STREAM, 'x-viewer-signature': 'test.forged' });
    expect([unsigned.status, JSON.parse(await unsigned.until()).errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});
