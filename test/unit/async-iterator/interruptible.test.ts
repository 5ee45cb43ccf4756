import { interruptible } from '../../../subgraphs/shared/async-iterator/interruptible.js';
import { ControlledEvents } from '../subscriptions/controlled-events.js';

const END = { done: true, value: undefined };

/** A generator that waits until it is woken, and records that it was released. */
function waitingGenerator() {
  let wake!: () => void;
  const woken = new Promise<void>((resolve) => (wake = resolve));
  const state = { isStarted: false, isReleased: false };
  async function* values(): AsyncGenerator<number, void, undefined> {
    state.isStarted = true;
    try {
      yield 1;
      await woken;
    } finally {
      state.isReleased = true;
    }
  }
  return { values: values(), wake, state };
}

describe('an interruptible iterator', () => {
  it('ends a pending next() of a generator when it returns, once onInterrupt has woken the generator', async () => {
    const { values, wake, state } = waitingGenerator();
    const iterator = interruptible(values, { onInterrupt: wake });
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    const pending = iterator.next();
    expect(await iterator.return()).toEqual(END);
    expect(await pending).toEqual(END);
    expect(state.isReleased).toBe(true);
    expect(await iterator.next()).toEqual(END);
  });

  it('calls onInterrupt when it returns before the first next(), and does not start the generator', async () => {
    const { values, wake, state } = waitingGenerator();
    let interrupts = 0;
    const iterator = interruptible(values, { onInterrupt: () => (interrupts++, wake()) });
    await iterator.return();
    await iterator.return();
    expect([interrupts, state.isStarted]).toEqual([1, false]);
    expect(await iterator.next()).toEqual(END);
  });

  it('releases the source once, and not after the source has ended by itself', async () => {
    let returns = 0;
    const source = (length: number): AsyncIterable<number> => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => (length-- > 0 ? { done: false, value: length } : { done: true, value: undefined }),
        return: async () => (returns++, { done: true, value: undefined }),
      }),
    });
    for await (const _ of interruptible(source(3), {}));
    expect(returns).toBe(0);
    for await (const _ of interruptible(source(3), {})) break;
    expect(returns).toBe(1);
  });

  it('ends every pending next() when it is interrupted', async () => {
    const leaving = new AbortController();
    const iterator = interruptible(new ControlledEvents(), { signal: leaving.signal });
    const pending = [iterator.next(), iterator.next()];
    leaving.abort();
    expect(await Promise.all(pending)).toEqual([END, END]);
  });

  it('rejects return() with the error of the return() of the source, and hides it from nobody else', async () => {
    const source = {
      next: () => new Promise<never>(() => undefined),
      return: () => Promise.reject(new Error('not released')),
      [Symbol.asyncIterator]: () => source,
    } as AsyncIterableIterator<never>;
    const leaving = new AbortController();
    const iterator = interruptible(source, { signal: leaving.signal });
    const pending = iterator.next();
    leaving.abort();
    expect(await pending).toEqual(END);
    await expect(iterator.return()).rejects.toThrow('not released');
  });

  it('removes its listener from the signal when the source ends or fails', async () => {
    for (const finish of ['end', 'fail'] as const) {
      let listeners = 0;
      const signal = {
        aborted: false,
        reason: undefined,
        addEventListener: () => void listeners++,
        removeEventListener: () => void listeners--,
      };
      const feed = new ControlledEvents();
      const iterator = interruptible(feed, { signal });
      expect(listeners).toBe(1);
      if (finish === 'end') feed.end();
      else feed.fail(new Error('failed'));
      await iterator.next().catch(() => undefined);
      expect(listeners).toBe(0);
    }
  });
});
