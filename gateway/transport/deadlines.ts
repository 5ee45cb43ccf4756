/** The interval of `onTick`, as a share of the timeout. */
const TICK_SHARE = 0.1;

/** An entry of Deadlines, which is a linked list from the oldest entry to the newest. */
export abstract class DeadlineEntry {
  /** A time of `performance.now()`. */
  readonly startedAt = performance.now();
  previous: DeadlineEntry | null = null;
  next: DeadlineEntry | null = null;

  /** Called once, unless the entry was deleted before its deadline. */
  abstract expire(): void;
}

/**
 * Expires entries that take too long. All have the same timeout, so the oldest expires first and one timer that follows
 * it serves all of them. A timer per request would be costly at thousands of requests per second.
 *
 * The entries themselves form the list. A Set would retain some of them for long: each time it grows or shrinks, V8
 * leaves behind a table that references them and the next such table.
 */
export class Deadlines {
  readonly #timeoutMs: number;
  readonly #onTick: () => void;
  #oldest: DeadlineEntry | null = null;
  #newest: DeadlineEntry | null = null;
  #timerDueAt = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param onTick is called about ten times per timeout while there are entries, but not by a timer that fires late. */
  constructor(timeoutMs: number, onTick: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#onTick = onTick;
  }

  add(entry: DeadlineEntry): void {
    entry.previous = this.#newest;
    if (this.#newest) this.#newest.next = entry;
    else this.#oldest = entry;
    this.#newest = entry;
    if (this.#timer === null) this.#startTimer(this.#timeoutMs);
  }

  /** Removes an entry. Does nothing if it is not in the list. */
  delete(entry: DeadlineEntry): void {
    const { previous, next } = entry;
    if (previous === null && this.#oldest !== entry) return;
    if (previous) previous.next = next;
    else this.#oldest = next;
    if (next) next.previous = previous;
    else this.#newest = previous;
    entry.previous = entry.next = null;
  }

  /** Returns the milliseconds until the deadline of an entry that started at this time. */
  remainingMs(startedAt: number): number {
    return startedAt + this.#timeoutMs - performance.now();
  }

  /** Returns true if at least `count` entries started before `time`. */
  hasEntriesStartedBefore(time: number, count: number): boolean {
    let nth = this.#oldest;
    for (let passed = 1; nth && passed < count; passed++) nth = nth.next;
    return nth !== null && nth.startedAt < time;
  }

  #startTimer(remainingMs: number): void {
    // The timer is unref'ed: a waiting request holds a socket, which keeps the process alive. The immediate lets the event
    // loop read first what arrived while the process was busy, so that a response which is here does not count as late.
    const wake = () => setImmediate(() => this.#expireEntries());
    const delay = Math.ceil(Math.min(remainingMs, this.#timeoutMs * TICK_SHARE));
    this.#timerDueAt = performance.now() + delay;
    this.#timer = setTimeout(wake, delay).unref();
  }

  #expireEntries(): void {
    this.#timer = null;
    // A late timer means that this process was paused: the silence of a subgraph proves nothing then.
    if (performance.now() - this.#timerDueAt < this.#timeoutMs * TICK_SHARE) this.#onTick();
    while (this.#oldest) {
      const entry = this.#oldest;
      const remaining = this.remainingMs(entry.startedAt);
      if (remaining > 0) return this.#startTimer(remaining);
      this.delete(entry);
      entry.expire();
    }
  }
}
