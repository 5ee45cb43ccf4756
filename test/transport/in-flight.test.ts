import { setTimeout as sleep } from 'node:timers/promises';
import { RequestDeduplicator } from '../../gateway/transport/request-deduplicator.js';

/** Work that ends when told, and notes what happened to it. */
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

describe('work in flight', () => {
  it('starts once for all callers with the same key, and again after it is done', async () => {
    const inFlight = new RequestDeduplicator();
    const first = work();
    const answers = [inFlight.share('a', undefined, first.start), inFlight.share('a', undefined, first.start)];
    first.resolve('one');
    expect(await Promise.all(answers)).toEqual(['one', 'one']);
    expect(first.signals).toEqual([undefined]);

    const second = work();
    second.resolve('two');
    expect(await inFlight.share('a', undefined, second.start)).toBe('two');
    expect(inFlight.size).toBe(0);
  });

  it('is not shared between keys, including names of Object.prototype', async () => {
    const inFlight = new RequestDeduplicator();
    const keys = ['a', '__proto__', 'constructor', ''];
    const answers = keys.map((key) => inFlight.share(key, undefined, async () => `of ${key}`));
    expect(inFlight.size).toBe(4);
    expect(await Promise.all(answers)).toEqual(keys.map((key) => `of ${key}`));
  });

  it('fails for all callers, and starts again afterwards', async () => {
    const inFlight = new RequestDeduplicator();
    const { start, reject } = work();
    const answers = [inFlight.share('a', undefined, start), inFlight.share('a', new AbortController().signal, start)];
    reject(new Error('no'));
    expect(await Promise.allSettled(answers)).toEqual(Array(2).fill({ status: 'rejected', reason: new Error('no') }));
    expect(await inFlight.share('a', undefined, async () => 'well')).toBe('well');
  });

  it('continues for the others when one caller aborts', async () => {
    const inFlight = new RequestDeduplicator();
    const { start, resolve, signals } = work();
    const [leaves, stays] = [new AbortController(), new AbortController()];
    const left = inFlight.share('a', leaves.signal, start);
    const stayed = inFlight.share('a', stays.signal, start);
    leaves.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(signals[0]!.aborted).toBe(false);
    resolve('one');
    expect(await stayed).toBe('one');
  });

  it('is aborted when the last caller aborts, and no caller joins it after that', async () => {
    const inFlight = new RequestDeduplicator();
    const { start, signals } = work();
    const controllers = [new AbortController(), new AbortController()];
    const answers = controllers.map(({ signal }) => inFlight.share('a', signal, start));
    for (const controller of controllers) controller.abort(new Error('gone'));
    const next = inFlight.share('a', undefined, async () => 'anew');
    expect(signals).toHaveLength(1);
    expect(signals[0]!.aborted).toBe(true);
    for (const answer of answers) await expect(answer).rejects.toThrow('gone');
    expect(await next).toBe('anew');
    expect(inFlight.size).toBe(0);
  });

  it.each([
    ['first', 0],
    ['second', 1],
  ])('is never aborted if the %s caller has no signal', async (_, stayer) => {
    const inFlight = new RequestDeduplicator();
    const { start, resolve, signals } = work();
    const controller = new AbortController();
    const answers = [0, 1].map((nth) => inFlight.share('a', nth === stayer ? undefined : controller.signal, start));
    controller.abort(new Error('gone'));
    await expect(answers[1 - stayer]).rejects.toThrow('gone');
    expect(signals.map((signal) => signal?.aborted ?? false)).toEqual([false]);
    resolve('one');
    expect(await answers[stayer]).toBe('one');
  });

  it('does not start for a caller that has already aborted, and leaves no listener', async () => {
    const inFlight = new RequestDeduplicator();
    const { start, signals } = work();
    await expect(inFlight.share('a', AbortSignal.abort(new Error('gone')), start)).rejects.toThrow('gone');
    expect(signals).toEqual([]);

    const controller = new AbortController();
    await inFlight.share('a', controller.signal, async () => 'one');
    controller.abort(new Error('late'));
    await sleep(1); // A listener that stayed would reject into nowhere and fail this process.
    expect(inFlight.size).toBe(0);
  });
});
