import type { Failure } from './exchange.js';

/** How often a request may be sent again. */
const MAX_RETRIES = 2;
/** What each request adds to the budget, of which each retry takes one: at most a tenth of the traffic is retries, */
const SHARE = 0.1;
/** beside so many a second, for subgraphs that are asked seldom, */
const FLOOR_PER_SECOND = 2;
/** and so many that may come in one moment: as many as a subgraph has connections that can break together. */
const MOST = 64;
const FIRST_PAUSE_MS = 20;
const PAUSE_GROWTH = 5;

/** Decides whether a failed request is sent again, and when. One budget per subgraph keeps retries from becoming a storm. */
export class Retries {
  #budget = MOST;
  #filledAt = performance.now();

  /** A new request was sent. */
  earn(): void {
    if (this.#budget < MOST) this.#budget += SHARE;
  }

  /**
   * Milliseconds to wait before the next try; null for none. A request that must not be repeated is sent again only when
   * the subgraph cannot have seen it. A retry that would come after the deadline is not worth waiting for.
   */
  pauseMs(failure: Failure, isRepeatable: boolean, retries: number, remainingMs: number): number | null {
    if (!failure.isTransient || retries >= MAX_RETRIES || (failure.wasSent && !isRepeatable)) return null;
    const pause = failure.retryAfterMs ?? FIRST_PAUSE_MS * PAUSE_GROWTH ** retries * (0.5 + Math.random());
    return pause < remainingMs && this.#spend() ? pause : null;
  }

  #spend(): boolean {
    const now = performance.now();
    this.#budget = Math.min(MOST, this.#budget + ((now - this.#filledAt) / 1000) * FLOOR_PER_SECOND);
    this.#filledAt = now;
    if (this.#budget < 1) return false;
    this.#budget--;
    return true;
  }
}
