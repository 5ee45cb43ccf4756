import type { Logger } from 'pino';
import type { Deadlines } from './deadlines.js';

/** So many failures without an answer between them open the breaker, */
const FAILURES = 5;
/** if they also span this time: when one process of several dies, its connections all break in one moment. */
const FAILING_MS = 250;
/** So many requests that wait without a byte coming, for this share of the timeout (2 s of 5), open it too. */
const STALLED_REQUESTS = 5;
const STALLED_SHARE = 0.4;
/** How often an open breaker lets a request through, to see whether the subgraph is back. */
const PROBE_INTERVAL_MS = 1000;

/**
 * Fails requests to a subgraph that does not answer at once, instead of letting each find out by itself.
 *
 * A dead process refuses connections, which counts as failures. A stopped or stalled one is silent: its failures would
 * come with the timeouts only, so silence counts by itself. An answer, even a late one, closes the breaker.
 */
export class CircuitBreaker {
  readonly #name: string;
  readonly #logger: Logger | undefined;
  readonly #deadlines: Deadlines;
  readonly #stalledMs: number;
  #heardAt = -Infinity;
  #failures = 0;
  #failingSince = 0;
  /** When the next request may pass; null while the breaker is closed. */
  #probeAt: number | null = null;

  constructor(name: string, timeoutMs: number, deadlines: Deadlines, logger?: Logger) {
    this.#name = name;
    this.#logger = logger;
    this.#deadlines = deadlines;
    this.#stalledMs = timeoutMs * STALLED_SHARE;
  }

  /** Whether a request may be sent now. */
  admits(now = performance.now()): boolean {
    if (this.#probeAt === null) return true;
    if (now < this.#probeAt) return false;
    this.#probeAt = now + PROBE_INTERVAL_MS;
    return true;
  }

  /** Something came from the subgraph, which may be long before the end of an answer. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** The subgraph is there: it answered, be it well or badly. */
  answered(): void {
    this.#failures = 0;
    if (this.#probeAt === null) return;
    this.#probeAt = null;
    this.#logger?.info({ subgraph: this.#name }, 'circuit breaker closed');
  }

  /**
   * A request failed in a way that others will too: no connection, a server error, or a timeout. `since` is when the
   * failing began: for a timeout the beginning of the request; what came since then counts for it.
   */
  failed(since = performance.now()): void {
    if (this.#failures++ === 0) this.#failingSince = Math.max(since, this.#heardAt);
    const now = performance.now();
    if (this.#probeAt === null && this.#failures >= FAILURES && now - this.#failingSince >= FAILING_MS) {
      this.#open(now, `${this.#failures} failures one after another`);
    }
  }

  /** Looks for silence, which nothing else tells. To be called now and then while requests wait. */
  watch(now = performance.now()): void {
    const since = now - this.#stalledMs;
    if (this.#probeAt === null && this.#heardAt < since && this.#deadlines.haveWaitedSince(since, STALLED_REQUESTS)) {
      this.#open(now, 'it is silent');
    }
  }

  #open(now: number, reason: string): void {
    this.#probeAt = now + PROBE_INTERVAL_MS;
    this.#logger?.warn({ subgraph: this.#name, reason }, 'circuit breaker opened');
  }
}
