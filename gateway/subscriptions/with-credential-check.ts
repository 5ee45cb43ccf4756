import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '../../subgraphs/shared/async-iterator/interruptible.js';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';

/** Together with the time for which API keys are cached, a revocation ends a stream after about a second, or at the next event. */
const CHECK_INTERVAL_MS = 500;

/**
 * Yields the events for as long as the credential of the client is valid. `check` is called at intervals and before each
 * event. When it throws, the source is released and its error is thrown. The signal ends the events without an error.
 */
export async function* withCredentialCheck(
  events: AsyncIterable<StreamEvent>,
  check: () => Promise<void>,
  signal: AbortSignal,
  checkIntervalMs = CHECK_INTERVAL_MS,
): AsyncGenerator<StreamEvent, void, undefined> {
  const ending = new AbortController();
  const checkRepeatedly = async (): Promise<never> => {
    for (;;) {
      await sleep(checkIntervalMs, undefined, { signal: ending.signal });
      await check();
    }
  };
  checkRepeatedly().catch((error: unknown) => ending.abort(error));
  try {
    for await (const event of interruptible(events, { signal: AbortSignal.any([ending.signal, signal]) })) {
      await check();
      yield event;
    }
    ending.signal.throwIfAborted();
  } finally {
    ending.abort();
  }
}
