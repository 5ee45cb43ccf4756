import { setTimeout as sleep } from 'node:timers/promises';
import { completeEvents } from '../../../gateway/execution/complete-events.js';
import { interruptible } from '../../../subgraphs/shared/async-iterator/interruptible.js';
import { eventually } from '../../kit/eventually.js';
import { ControlledEvents } from './controlled-events.js';

const OVER = { done: true, value: undefined };
const doubled = async ({ data }: { data?: unknown }) => ({ data: { count: (data as { count: number }).count * 2 } });

describe('completed events', () => {
  it('are the completed events of the source, in order, with their ids', async () => {
    const feed = new ControlledEvents();
    const events = completeEvents(feed, async (result) => {
      await sleep(Math.random() * 10);
      return doubled(result);
    });
    const asked = [events.next(), events.next(), events.next(), events.next()];
    feed.send(1, 'a');
    feed.send(2);
    feed.send(3, 'c');
    feed.end();
    expect((await Promise.all(asked)).map(({ value }) => value as unknown)).toEqual([
      { id: 'a', result: { data: { count: 2 } } },
      { result: { data: { count: 4 } } },
      { id: 'c', result: { data: { count: 6 } } },
      undefined,
    ]);
  });

  it('are completed one at a time, and only on request', async () => {
    const feed = new ControlledEvents();
    let running = 0;
    const completions: (() => void)[] = [];
    const events = completeEvents(feed, async (result) => {
      expect(++running).toBe(1);
      await new Promise<void>((resolve) => completions.push(resolve));
      running--;
      return result;
    });
    for (let count = 0; count < 10; count++) feed.send(count);
    const two = [events.next(), events.next()];
    await eventually(() => expect(completions).toHaveLength(1));
    expect(feed.requestedCount).toBe(1);
    completions[0]!();
    await eventually(() => expect(completions).toHaveLength(2));
    completions[1]!();
    await Promise.all(two);
    await sleep(20);
    expect(feed.requestedCount).toBe(2);
  });

  it('end if the consumer returns during a completion, which is aborted', async () => {
    const feed = new ControlledEvents();
    let stopped = false;
    const events = completeEvents(feed, (result, signal) => {
      signal.addEventListener('abort', () => (stopped = true));
      return sleep(60_000, result, { signal });
    });
    feed.send(1);
    const pending = events.next();
    await sleep(10);
    await events.return!();
    expect(await pending).toEqual(OVER);
    expect(stopped).toBe(true);
    await feed.closed;
    expect(await events.next()).toEqual(OVER);
  });

  it('end if the consumer returns while it waits for one', async () => {
    const feed = new ControlledEvents();
    const events = completeEvents(feed, doubled);
    const pending = events.next();
    await events.return!();
    expect(await pending).toEqual(OVER);
  });

  it('fail if one cannot be completed, and the source is closed', async () => {
    const feed = new ControlledEvents();
    const events = completeEvents(feed, () => Promise.reject(new Error('no')));
    feed.send(1);
    await expect(events.next()).rejects.toThrow('no');
    await feed.closed;
    expect(await events.next()).toEqual(OVER);
  });

  it('fail if the source fails', async () => {
    const feed = new ControlledEvents();
    feed.fail(new Error('gone'));
    await expect(completeEvents(feed, doubled).next()).rejects.toThrow('gone');
  });
});

describe('interruptible events', () => {
  it('are those of the source until the signal, which closes the source', async () => {
    const feed = new ControlledEvents();
    const leaving = new AbortController();
    const events = interruptible(feed, { signal: leaving.signal });
    feed.send(1);
    expect((await events.next()).value).toEqual({ result: { data: { count: 1 } } });
    const pending = events.next();
    leaving.abort();
    expect(await pending).toEqual(OVER);
    await feed.closed;
    expect(await events.next()).toEqual(OVER);
  });

  it('are empty if the signal was aborted before', async () => {
    const feed = new ControlledEvents();
    expect(await interruptible(feed, { signal: AbortSignal.abort() }).next()).toEqual(OVER);
    await feed.closed;
    expect(feed.requestedCount).toBe(0);
  });

  it('end also if the source never settles', async () => {
    const stuck = { next: () => new Promise<never>(() => {}), [Symbol.asyncIterator]: () => stuck } as AsyncIterableIterator<never>;
    const leaving = new AbortController();
    const pending = interruptible(stuck, { signal: leaving.signal }).next();
    leaving.abort();
    expect(await pending).toEqual(OVER);
  });
});
