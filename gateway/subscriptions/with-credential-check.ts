import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '../../subgraphs/shared/async-iterator/interruptible.js';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';

/** With the time for which an API key is believed, revocation is felt about a second later, or with the next event. */
const PACE_MS = 500;

/**
 * The events for as long as `check` does not throw, which is asked again and again, and before each event is handed on.
 * What it throws is the end, and the source is left. The signal ends the events without a word.
 */
export async function* withCredentialCheck(
  events: AsyncIterable<StreamEvent>,
  check: () => Promise<void>,
  signal: AbortSignal,
  paceMs = PACE_MS,
): AsyncGenerator<StreamEvent, void, undefined> {
  const over = new AbortController();
  const watch = async (): Promise<never> => {
    for (;;) {
      await sleep(paceMs, undefined, { signal: over.signal });
      await check();
    }
  };
  watch().catch((error: unknown) => over.abort(error));
  try {
    for await (const event of interruptible(events, { signal: AbortSignal.any([over.signal, signal]) })) {
      await check();
      yield event;
    }
    over.signal.throwIfAborted();
  } finally {
    over.abort();
  }
}
