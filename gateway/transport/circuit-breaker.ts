import type { Log } from '../log.js';
import type { Deadlines } from './deadlines.js';

/** The breaker opens after this many failures without a response between them, spread over `MIN_FAILURE_SPAN_MS`. */
const FAILURE_THRESHOLD = 5;
/** The shortest span of those failures: when one process of several dies, all connections to it break at the same moment. */
const MIN_FAILURE_SPAN_MS = 250;
/** The subgraph is probed when this many requests wait while no byte arrives for this share of the timeout (2 s of 5 s). */
const STALLED_REQUESTS = 5;
export const STALL_SHARE = 0.4;
/** Sends a small request of the gateway's own. Resolves with true if the subgraph responds, and with false after `STALL_SHARE` of the timeout. */
export type Probe = () => Promise<boolean>;

/** An open breaker lets one request through per interval, to find out if the subgraph has recovered. */
const PROBE_INTERVAL_MS = 1000;

/**
 * A circuit breaker: while a subgraph does not respond, requests to it fail at once instead of each waiting for its timeout.
 *
 * Failures alone do not open it, because one client's query may be what fails: the breaker then probes the subgraph, and opens
 * if the probe fails too. A stopped or stalled process is silent, so it is probed while requests still wait: the breaker
 * opens with their timeouts. Slow responses never open it. Any response, even a late one, closes it.
 */
export class CircuitBreaker {
  readonly #name: string;
  readonly #logger: Log | undefined;
  readonly #deadlines: Deadlines;
  readonly #probe: Probe;
  readonly #stallMs: number;
  #isProbing = false;
  /** True if the last probe failed and no byte has arrived since. */
  #isSilent = false;
  #lastActivityAt = -Infinity;
  #failures = 0;
  #failingSince = 0;
  /** The time of the next probe. Null while the breaker is closed. */
  #probeAt: number | null = null;

  constructor(name: string, timeoutMs: number, deadlines: Deadlines, probe: Probe, logger?: Log) {
    this.#name = name;
    this.#logger = logger;
    this.#deadlines = deadlines;
    this.#probe = probe;
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
    this.#isSilent = false;
  }

  /** Records a complete response, whatever its content, and closes the breaker. */
  recordResponse(): void {
    this.#failures = 0;
    this.#isSilent = false;
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
    if (!this.#hasFailed()) return;
    if (this.#isSilent) this.#open();
    else this.#startProbe();
  }

  /** Probes the subgraph if it is silent. Silence causes no event, so this is called repeatedly while requests wait. */
  detectStall(now = performance.now()): void {
    const since = now - this.#stallMs;
    if (this.#probeAt === null && this.#lastActivityAt < since && this.#deadlines.hasEntriesStartedBefore(since, STALLED_REQUESTS)) {
      this.#startProbe();
    }
  }

  #hasFailed(): boolean {
    return this.#probeAt === null && this.#failures >= FAILURE_THRESHOLD && performance.now() - this.#failingSince >= MIN_FAILURE_SPAN_MS;
  }

  #startProbe(): void {
    if (this.#isProbing) return;
    this.#isProbing = true;
    void this.#probe().then((isAlive) => {
      this.#isProbing = false;
      this.#isSilent = !isAlive;
      if (isAlive) this.#failures = 0;
      else if (this.#hasFailed()) this.#open();
    });
  }

  #open(): void {
    this.#probeAt = performance.now() + PROBE_INTERVAL_MS;
    const reason = `${this.#failures} consecutive failures, and no response to a probe`;
    this.#logger?.warn({ subgraph: this.#name, reason }, 'circuit breaker opened');
  }
}
