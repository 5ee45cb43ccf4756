import { setTimeout as sleep } from 'node:timers/promises';
import { JobError } from '../../shared/jobs/job.js';
import { PeerError } from '../../shared/peers/peer-error.js';

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;

/** The milliseconds for which a request to register a model is repeated while serving is unavailable. */
export const REGISTRATION_TIMEOUT_MS = 10 * 60_000;

export interface RetryOptions {
  /** Ends the retries; the promise then rejects with an AbortError. */
  signal: AbortSignal;
  /** Milliseconds after which no other attempt begins. */
  timeoutMs: number;
  /** The first sentence of the error message when the retries end without success. */
  failure: string;
}

const isTransient = ({ code }: PeerError): boolean => ['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'].includes(code);

/**
 * Repeats a request to a peer while the peer is unavailable, with exponential backoff. Throws JobError with the code
 * REGISTRATION_FAILED if time runs out or the peer does not authorize the viewer, and rethrows every other error of `request`.
 */
export async function retryWhileUnavailable(request: () => Promise<void>, { signal, timeoutMs, failure }: RetryOptions): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(2 * delay, MAX_DELAY_MS)) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      if (!isTransient(error) || Date.now() + delay > until) throw new JobError('REGISTRATION_FAILED', `${failure} ${error.message}`);
    }
    await sleep(delay, undefined, { signal });
  }
}
