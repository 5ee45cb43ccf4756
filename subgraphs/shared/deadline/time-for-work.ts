/** The part of the sender's time, and the milliseconds at most, in which the response has to reach the sender. */
const RESPONSE_SHARE = 0.1;
const MAX_RESPONSE_MS = 100;

/** Returns the milliseconds after which work must end for the response to arrive in time. Undefined if the sender states none. */
export const timeForWork = (timeoutMs: number | undefined): number | undefined =>
  timeoutMs === undefined ? undefined : timeoutMs - Math.min(RESPONSE_SHARE * timeoutMs, MAX_RESPONSE_MS);
