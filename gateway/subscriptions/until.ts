/**
 * The values of the source until the signal is aborted: then what is waited for turns out to be the end, and the
 * source's `return()` is called at once, whether or not its `next()` ever settles.
 */
export function until<Value>(signal: AbortSignal, source: AsyncIterable<Value>): AsyncIterableIterator<Value> {
  const iterator = source[Symbol.asyncIterator]();
  let interrupt = () => {};
  let released: Promise<unknown> | undefined;

  function release(): Promise<unknown> {
    signal.removeEventListener('abort', leave);
    return (released ??= Promise.resolve(iterator.return?.()));
  }
  function leave(): void {
    interrupt();
    release().catch(() => {}); // Who calls return() is told.
  }
  signal.addEventListener('abort', leave, { once: true });

  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          leave();
          return resolve(OVER);
        }
        interrupt = () => resolve(OVER);
        iterator.next().then(resolve, reject);
      }),
    async return() {
      await release();
      return OVER;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const OVER = { done: true, value: undefined } as const;
