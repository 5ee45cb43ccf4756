import { KINDS, type Kind } from './rate-limit.js';
import { WINDOW_SECONDS, type Usage } from './window-counter.js';

// The fields of draft-ietf-httpapi-ratelimit-headers-10, which are lists of structured fields (RFC 9651).
export const RATE_LIMIT_HEADER = 'RateLimit';
export const RATE_LIMIT_POLICY_HEADER = 'RateLimit-Policy';
export const RETRY_AFTER_HEADER = 'Retry-After';
export const RATE_LIMIT_HEADERS = [RATE_LIMIT_HEADER, RATE_LIMIT_POLICY_HEADER, RETRY_AFTER_HEADER] as const;

const NAMES: Readonly<Record<Kind, string>> = { requests: '"requests"', cost: '"cost"', newOperations: '"new-operations"' };

/** Returns the value of `RateLimit-Policy`: the quota and the window of each limit. A limit of Infinity is left out. */
export const rateLimitPolicy = (limits: Readonly<Record<Kind, number>>): string =>
  KINDS.filter((kind) => limits[kind] !== Infinity)
    .map((kind) => `${NAMES[kind]};q=${limits[kind]};w=${WINDOW_SECONDS}`)
    .join(', ');

/** Returns the value of `RateLimit`: what is left of each limit that was counted, and the seconds until it is available again. */
export function rateLimitValue(usages: Readonly<Record<Kind, Usage | null>>): string {
  const now = Date.now();
  let value = '';
  for (const kind of KINDS) {
    const usage = usages[kind];
    if (usage) value += `${value && ', '}${NAMES[kind]};r=${usage.remaining};t=${secondsUntil(usage.resetAt, now)}`;
  }
  return value;
}

/** Returns the whole seconds until a time; at least 1, as a client that waits for 0 seconds sends its request too early. */
export const secondsUntil = (time: number, now: number): number => Math.max(1, Math.ceil((time - now) / 1000));
