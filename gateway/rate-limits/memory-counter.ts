import { WINDOW_SECONDS, type Usage, type WindowCounter } from './window-counter.js';

interface Window {
  used: number;
  /** Milliseconds since the epoch. */
  resetAt: number;
}

/** The largest number of windows. A client with many addresses cannot make the process use more memory than for these. */
const MAX_WINDOWS = 100_000;

/**
 * Counts points in the memory of this process. It is synchronous, creates no timer and holds a bounded number of keys, unlike
 * `RateLimiterMemory` of rate-limiter-flexible (docs/adr/0022).
 */
export class MemoryCounter implements WindowCounter {
  /** The windows by key, in the order in which they end. */
  readonly #windows = new Map<string, Window>();

  constructor(private readonly limit: number) {}

  consume(key: string, points: number): Usage {
    const now = Date.now();
    let window = this.#windows.get(key);
    if (window === undefined || window.resetAt <= now) window = this.#open(key, now);
    const isAllowed = window.used + points <= this.limit;
    if (isAllowed) window.used += points;
    return { isAllowed, remaining: this.limit - window.used, resetAt: window.resetAt };
  }

  /** Opens a window and removes those that have ended, or the one that ends first if there are too many. */
  #open(key: string, now: number): Window {
    this.#windows.delete(key);
    for (const [oldest, { resetAt }] of this.#windows) {
      if (resetAt > now && this.#windows.size < MAX_WINDOWS) break;
      this.#windows.delete(oldest);
    }
    const window = { used: 0, resetAt: now + WINDOW_SECONDS * 1000 };
    this.#windows.set(key, window);
    return window;
  }
}
