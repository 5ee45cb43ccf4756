import type { WindowCounter } from './window-counter.js';

/** The things that are counted per minute. */
export const KINDS = ['requests', 'cost', 'newOperations'] as const;
export type Kind = (typeof KINDS)[number];

/** A limit of points per minute, and the counter of its keys. */
export interface RateLimit {
  readonly limit: number;
  readonly counter: WindowCounter;
}

/** The limits of one class of principals. A limit that is switched off is null. */
export interface RateLimitSet extends Readonly<Record<Kind, RateLimit | null>> {
  /** The value of the header `RateLimit-Policy`. */
  readonly policy: string;
}

/** The limits of viewers, and those of the addresses of clients without a viewer. */
export interface RateLimits {
  readonly viewers: RateLimitSet;
  readonly addresses: RateLimitSet;
}
