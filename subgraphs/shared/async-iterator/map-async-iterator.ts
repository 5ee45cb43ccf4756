import { interruptible } from './interruptible.js';

/**
 * Maps each value of the source, one after another and in order. The next value is read when the consumer asks for it.
 * `return()` takes effect at once: it aborts the signal of the pending `map` and calls `return()` of the source. An error
 * of `map` ends the iteration and calls `return()` of the source too.
 */
export function mapAsyncIterator<From, To>(
  source: AsyncIterable<From>,
  map: (value: From, signal: AbortSignal) => Promise<To>,
): AsyncIterableIterator<To, undefined, undefined> {
  const interruption = new AbortController();
  const { signal } = interruption;
  const values = interruptible(source, { signal });
  async function* mapped(): AsyncGenerator<To, void, undefined> {
    for await (const value of values) yield await map(value, signal);
  }
  return interruptible(mapped(), { onInterrupt: () => interruption.abort() });
}
