import type { Logger } from 'pino';
import type { Deadlines } from './deadlines.js';

/** The breaker opens after this many failures without a response between them, spread over `MIN_FAILURE_SPAN_MS`. */
const FAILURE_THRESHOLD = 5;
/** The shortest span of those failures: when one process of several dies, all connections to it break at the same moment. */
const MIN_FAILURE_SPAN_MS = 250;
/** It also opens when this many requests wait while no byte arrives for this share of the timeout (2 s of 5 s). */
const STALLED_REQUESTS = 5;
const STALL_SHARE = 0.4;
/** An open breaker lets one request through per interval, to find out if the subgraph has recovered. */
const PROBE_INTERVAL_MS = 1000;

/**
 * A circuit breaker: while a subgraph does not respond, requests to it fail at once instead of each waiting for its timeout.
 *
 * A dead process refuses connections, which counts as failures. A stopped or stalled process is silent and its requests
 * would fail only at their deadlines, so silence opens the breaker by itself. Any response, even a late one, closes it.
 */
export class CircuitBreaker {
  readonly #name: string;
  readonly #logger: Logger | undefined;
  readonly #deadlines: Deadlines;
  readonly #stallMs: number;
  #lastActivityAt = -Infinity;
  #failures = 0;
  #failingSince = 0;
  /** The time of the next probe. Null while the breaker is closed. */
  #probeAt: number | null = null;

  constructor(name: string, timeoutMs: number, deadlines: Deadlines, logger?: Logger) {
    this.#name = name;
    this.#logger = logger;
    this.#deadlines = deadlines;
    this.#stallMs = timeoutMs * STALL_SHARE;
  }

  /** Returns true if a request may be sent now. While the breaker is open, that request is the probe of its interval. */
  allowsRequest(now = performance.now()): boolean {
    if (this.#probeAt === null) return true;
    if (now < this.#probeAt) return false;
    this.#probeAt = now + PROBE_INTERVAL_MS;
    return true;
  }

  /** Records that bytes arrived from the subgraph. The response they belong to may be far from complete. */
  recordActivity(): void {
    this.#lastActivityAt = performance.now();
  }

  /** Records a complete response, whatever its content, and closes the breaker. */
  recordResponse(): void {
    this.#failures = 0;
    if (this.#probeAt === null) return;
    this.#probeAt = null;
    this.#logger?.info({ subgraph: this.#name }, 'circuit breaker closed');
  }

  /**
   * Records a failure that will also occur in other requests: no connection, a server error or a timeout. `since` is the time
   * at which the failure began, which for a timeout is the start of the request. Activity after it moves it forward.
   */
  recordFailure(since = performance.now()): void {
    if (this.#failures++ === 0) this.#failingSince = Math.max(since, this.#lastActivityAt);
    const now = performance.now();
    if (this.#probeAt === null && this.#failures >= FAILURE_THRESHOLD && now - this.#failingSince >= MIN_FAILURE_SPAN_MS) {
      this.#open(now, `${this.#failures} consecutive failures`);
    }
  }

  /** Opens the breaker if the subgraph is silent. Silence causes no event, so this is called repeatedly while requests wait. */
  detectStall(now = performance.now()): void {
    const since = now - this.#stallMs;
    if (this.#probeAt === null && this.#lastActivityAt < since && this.#deadlines.hasEntriesStartedBefore(since, STALLED_REQUESTS)) {
      this.#open(now, `no bytes for ${Math.round(this.#stallMs)} ms`);
    }
  }

  #open(now: number, reason: string): void {
    this.#probeAt = now + PROBE_INTERVAL_MS;
    this.#logger?.warn({ subgraph: this.#name, reason }, 'circuit breaker opened');
  }
}
