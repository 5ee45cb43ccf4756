import { setTimeout as sleep } from 'node:timers/promises';
import { WorkFault } from '../../shared/jobs/work.js';
import { PeerFault } from '../../shared/peers/peer-fault.js';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** For how long, in milliseconds, a peer that is down is asked again. */
export const PATIENCE_MS = 10 * 60_000;

const isPassing = (error: unknown): boolean =>
  error instanceof PeerFault && ['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'].includes(error.code);

/**
 * Asks a peer again while it does not answer, at longer and longer intervals. Throws WorkFault when patience is at its end or the peer
 * refuses the viewer, and what `ask` throws otherwise; ends with the signal.
 */
export async function retryWhileUnavailable(
  ask: () => Promise<void>,
  signal: AbortSignal,
  patienceMs: number,
  failure: string,
): Promise<void> {
  const until = Date.now() + patienceMs;
  for (let delay = FIRST_MS; ; delay = Math.min(2 * delay, LONGEST_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PeerFault)) throw error;
      if (!isPassing(error) || Date.now() + delay > until) throw new WorkFault('REGISTRATION_FAILED', `${failure} ${error.message}`);
    }
    await sleep(delay, undefined, { signal });
  }
}
