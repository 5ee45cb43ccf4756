import { setTimeout as sleep } from 'node:timers/promises';
import { RequestDeduplicator } from '../../gateway/transport/request-deduplicator.js';

/** Work that a test resolves or rejects, and that records its signals. */
function work() {
  let resolve!: (result: string) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<string>((...both) => ([resolve, reject] = both));
  const signals: (AbortSignal | undefined)[] = [];
  const start = (signal?: AbortSignal) => {
    signals.push(signal);
    signal?.addEventListener('abort', () => reject(signal.reason));
    return promise;
  };
  return { resolve, reject, signals, start };
}

describe('deduplicated work', () => {
  it('starts once for all callers with the same key, and again after it is done', async () => {
    const deduplicator = new RequestDeduplicator();
    const first = work();
    const results = [deduplicator.share('a', undefined, first.start), deduplicator.share('a', undefined, first.start)];
    first.resolve('one');
    expect(await Promise.all(results)).toEqual(['one', 'one']);
    expect(first.signals).toEqual([undefined]);

    const second = work();
    second.resolve('two');
    expect(await deduplicator.share('a', undefined, second.start)).toBe('two');
    expect(deduplicator.size).toBe(0);
  });

  it('is not shared between keys, including names of Object.prototype', async () => {
    const deduplicator = new RequestDeduplicator();
    const keys = ['a', '__proto__', 'constructor', ''];
    const results = keys.map((key) => deduplicator.share(key, undefined, async () => `of ${key}`));
    expect(deduplicator.size).toBe(4);
    expect(await Promise.all(results)).toEqual(keys.map((key) => `of ${key}`));
  });

  it('fails for all callers, and starts again afterwards', async () => {
    const deduplicator = new RequestDeduplicator();
    const { start, reject } = work();
    const results = [deduplicator.share('a', undefined, start), deduplicator.share('a', new AbortController().signal, start)];
    reject(new Error('no'));
    expect(await Promise.allSettled(results)).toEqual(Array(2).fill({ status: 'rejected', reason: new Error('no') }));
    expect(await deduplicator.share('a', undefined, async () => 'well')).toBe('well');
  });

  it('continues for the others when one caller aborts', async () => {
    const deduplicator = new RequestDeduplicator();
    const { start, resolve, signals } = work();
    const [leaves, stays] = [new AbortController(), new AbortController()];
    const left = deduplicator.share('a', leaves.signal, start);
    const stayed = deduplicator.share('a', stays.signal, start);
    leaves.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(signals[0]!.aborted).toBe(false);
    resolve('one');
    expect(await stayed).toBe('one');
  });

  it('is aborted when the last caller aborts, and no caller joins it after that', async () => {
    const deduplicator = new RequestDeduplicator();
    const { start, signals } = work();
    const controllers = [new AbortController(), new AbortController()];
    const results = controllers.map(({ signal }) => deduplicator.share('a', signal, start));
    for (const controller of controllers) controller.abort(new Error('gone'));
    const next = deduplicator.share('a', undefined, async () => 'anew');
    expect(signals).toHaveLength(1);
    expect(signals[0]!.aborted).toBe(true);
    for (const result of results) await expect(result).rejects.toThrow('gone');
    expect(await next).toBe('anew');
    expect(deduplicator.size).toBe(0);
  });

  it.each([
    ['first', 0],
    ['second', 1],
  ])('is never aborted if the %s caller has no signal', async (_, stayer) => {
    const deduplicator = new RequestDeduplicator();
    const { start, resolve, signals } = work();
    const controller = new AbortController();
    const results = [0, 1].map((nth) => deduplicator.share('a', nth === stayer ? undefined : controller.signal, start));
    controller.abort(new Error('gone'));
    await expect(results[1 - stayer]).rejects.toThrow('gone');
    expect(signals.map((signal) => signal?.aborted ?? false)).toEqual([false]);
    resolve('one');
    expect(await results[stayer]).toBe('one');
  });

  it('does not start for a caller that has already aborted, and leaves no listener', async () => {
    const deduplicator = new RequestDeduplicator();
    const { start, signals } = work();
    await expect(deduplicator.share('a', AbortSignal.abort(new Error('gone')), start)).rejects.toThrow('gone');
    expect(signals).toEqual([]);

    const controller = new AbortController();
    await deduplicator.share('a', controller.signal, async () => 'one');
    controller.abort(new Error('late'));
    await sleep(1); // A remaining listener would cause an unhandled rejection, which fails this process.
    expect(deduplicator.size).toBe(0);
  });
});
