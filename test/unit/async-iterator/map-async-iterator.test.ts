import { mapAsyncIterator } from '../../../subgraphs/shared/async-iterator/map-async-iterator.js';
import { ControlledEvents } from '../subscriptions/controlled-events.js';

const END = { done: true, value: undefined };

describe('a mapped async iterator', () => {
  it('releases the source when it returns before the first next()', async () => {
    const feed = new ControlledEvents();
    const iterator = mapAsyncIterator(feed, async (event) => event);
    await iterator.return!();
    await feed.closed;
    expect(feed.requestedCount).toBe(0);
    expect(await iterator.next()).toEqual(END);
  });

  it('ends a pending next() at once, also while the mapping of a value ignores its signal', async () => {
    const feed = new ControlledEvents();
    let finish!: () => void;
    const iterator = mapAsyncIterator(feed, () => new Promise<void>((resolve) => (finish = resolve)));
    feed.send(1);
    const pending = iterator.next();
    while (!finish) await new Promise(setImmediate);
    const returned = iterator.return!();
    expect(await pending).toEqual(END);
    await feed.closed;
    finish();
    expect(await returned).toEqual(END);
  });
});
