import type { ExchangeFailure } from './http-exchange.js';

const MAX_RETRIES = 2;
/** Each request adds this to the budget and each retry takes 1, so that retries are at most a tenth of the traffic. */
const BUDGET_PER_REQUEST = 0.1;
/** The budget also grows by this per second, for subgraphs with little traffic. */
const BUDGET_PER_SECOND = 2;
/** The budget never exceeds this: the number of connections to a subgraph, which may all break at once. */
const MAX_BUDGET = 64;
const FIRST_DELAY_MS = 20;
const DELAY_FACTOR = 5;

/** Decides if and when a failed request is retried. One retry budget per subgraph prevents retry storms. */
export class RetryPolicy {
  #budget = MAX_BUDGET;
  #refilledAt = performance.now();

  /** Records a new request, which adds to the budget. */
  recordRequest(): void {
    if (this.#budget < MAX_BUDGET) this.#budget += BUDGET_PER_REQUEST;
  }

  /**
   * Returns the milliseconds to wait before the next attempt, or null if there is none. A request that must not be repeated
   * is retried only if the subgraph cannot have received it. There is no retry that would start after the deadline.
   */
  retryDelayMs(failure: ExchangeFailure, isRepeatable: boolean, retries: number, remainingMs: number): number | null {
    if (!failure.isTransient || retries >= MAX_RETRIES || (failure.wasSent && !isRepeatable)) return null;
    const delay = failure.retryAfterMs ?? FIRST_DELAY_MS * DELAY_FACTOR ** retries * (0.5 + Math.random());
    return delay < remainingMs && this.#spend() ? delay : null;
  }

  #spend(): boolean {
    const now = performance.now();
    this.#budget = Math.min(MAX_BUDGET, this.#budget + ((now - this.#refilledAt) / 1000) * BUDGET_PER_SECOND);
    this.#refilledAt = now;
    if (this.#budget < 1) return false;
    this.#budget--;
    return true;
  }
}
