import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';

/**
 * The events with each result completed, such as with what other subgraphs know of its entities: one at a time, in
 * order, none left out, and no event is taken from the source before the one before was handed on.
 *
 * @param complete may stop when its signal is aborted: nobody waits for the result any more.
 */
export function completed(
  events: AsyncIterable<StreamEvent>,
  complete: (result: StreamEvent['result'], signal: AbortSignal) => Promise<StreamEvent['result']>,
): AsyncIterableIterator<StreamEvent> {
  const source = events[Symbol.asyncIterator]();
  const leaving = new AbortController();
  let before: Promise<unknown> = Promise.resolve();

  async function step(): Promise<IteratorResult<StreamEvent, undefined>> {
    if (leaving.signal.aborted) return OVER;
    const { done, value } = await source.next();
    if (done) return OVER;
    try {
      const result = await complete(value.result, leaving.signal);
      return leaving.signal.aborted ? OVER : { done: false, value: { ...value, result } };
    } catch (error) {
      if (leaving.signal.aborted) return OVER;
      leaving.abort();
      await source.return?.();
      throw error;
    }
  }

  return {
    next() {
      const current = before.then(step);
      before = current.catch(() => undefined); // Told to whom asked for it, and no reason to refuse the next.
      return current;
    },
    async return() {
      leaving.abort();
      await source.return?.();
      return OVER;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const OVER = { done: true, value: undefined } as const;
