import { setTimeout as sleep } from 'node:timers/promises';
import { JobError } from '../../shared/jobs/job.js';
import { PeerError } from '../../shared/peers/peer-error.js';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** For how long, in milliseconds, a peer that is down is asked again. */
export const REGISTRATION_TIMEOUT_MS = 10 * 60_000;

const isPassing = (error: unknown): boolean =>
  error instanceof PeerError && ['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'].includes(error.code);

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
      if (!(error instanceof PeerError)) throw error;
      if (!isPassing(error) || Date.now() + delay > until) throw new JobError('REGISTRATION_FAILED', `${failure} ${error.message}`);
    }
    await sleep(delay, undefined, { signal });
  }
}
