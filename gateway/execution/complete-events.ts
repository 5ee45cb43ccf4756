import type { StreamEvent } from '../transport/open-event-stream.js';

/**
 * Returns the events of a subscription with each result completed with fields of other subgraphs. Events are completed one at
 * a time and in order, and the next event is not taken from the source before the previous one was returned.
 *
 * @param complete completes a result. It may stop once its signal is aborted, because its result is then discarded.
 */
export function completeEvents(
  events: AsyncIterable<StreamEvent>,
  complete: (result: StreamEvent['result'], signal: AbortSignal) => Promise<StreamEvent['result']>,
): AsyncIterableIterator<StreamEvent> {
  const source = events[Symbol.asyncIterator]();
  const abortController = new AbortController();
  let previous: Promise<unknown> = Promise.resolve();

  async function step(): Promise<IteratorResult<StreamEvent, undefined>> {
    if (abortController.signal.aborted) return DONE;
    const { done, value } = await source.next();
    if (done) return DONE;
    try {
      const result = await complete(value.result, abortController.signal);
      return abortController.signal.aborted ? DONE : { done: false, value: { ...value, result } };
    } catch (error) {
      if (abortController.signal.aborted) return DONE;
      abortController.abort();
      await source.return?.();
      throw error;
    }
  }

  return {
    next() {
      const current = previous.then(step);
      previous = current.catch(() => undefined); // The caller of this `next` gets the error; the following call still runs.
      return current;
    },
    async return() {
      abortController.abort();
      await source.return?.();
      return DONE;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const DONE = { done: true, value: undefined } as const;
