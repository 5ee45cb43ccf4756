import type { AbortSignalLike } from './abort-signal-like.js';

export interface InterruptibleOptions {
  /** Interrupts the iteration when it is aborted. */
  signal?: AbortSignalLike;
  /** Called once, when the iteration is interrupted. It must end what the source waits for: a generator's `return()` waits for its pending `next()`. */
  onInterrupt?: () => void;
}

const DONE = { done: true, value: undefined } as const;

/**
 * Iterates over the source until `return()` or the signal interrupts it. An interruption takes effect at once: a pending
 * `next()` resolves to the end, later ones do too, and `return()` of the source is called, even if its `next()` never
 * settles. A generator alone offers neither: its `return()` waits, and runs no `finally` before the first `next()`.
 *
 * Each `next()` calls the source once, so that the consumer sets the pace. `return()` resolves when that of the source does.
 */
export function interruptible<Value>(
  source: AsyncIterable<Value>,
  { signal, onInterrupt }: InterruptibleOptions,
): AsyncIterableIterator<Value, undefined, undefined> & { return(): Promise<IteratorReturnResult<undefined>> } {
  const iterator = source[Symbol.asyncIterator]();
  // Functions instead of one promise to race with: it would keep a reaction for each event of a long stream.
  const pending = new Set<(end: IteratorReturnResult<undefined>) => void>();
  let isOver = false;
  let returned: Promise<unknown> | undefined;

  function end(): void {
    isOver = true;
    signal?.removeEventListener('abort', onAbort);
  }
  function interrupt(): Promise<unknown> {
    if (isOver) return returned ?? Promise.resolve();
    end();
    for (const resolve of pending) resolve(DONE);
    onInterrupt?.();
    return (returned = Promise.resolve(iterator.return?.()));
  }
  function onAbort(): void {
    interrupt().catch(() => undefined); // A caller of return() gets the error.
  }

  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort);

  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (isOver) return resolve(DONE);
        pending.add(resolve);
        iterator.next().then(
          (result) => {
            pending.delete(resolve);
            if (result.done) end();
            resolve(result.done ? DONE : result);
          },
          (error: unknown) => {
            pending.delete(resolve);
            end();
            reject(error as Error);
          },
        );
      }),
    async return() {
      await interrupt();
      return DONE;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
