import { mapAsyncIterator } from '../../subgraphs/shared/async-iterator/map-async-iterator.js';
import type { StreamEvent } from '../transport/open-event-stream.js';

/**
 * Returns the events of a subscription with each result completed with fields of other subgraphs. Events are completed one at
 * a time and in order, and the next event is not taken from the source before the previous one was returned.
 *
 * @param complete completes a result. It may stop once its signal is aborted, because its result is then discarded.
 */
export const completeEvents = (
  events: AsyncIterable<StreamEvent>,
  complete: (result: StreamEvent['result'], signal: AbortSignal) => Promise<StreamEvent['result']>,
): AsyncIterableIterator<StreamEvent> =>
  mapAsyncIterator(events, async (event, signal) => ({ ...event, result: await complete(event.result, signal) }));
