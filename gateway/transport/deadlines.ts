/** The share of the time after which a look is taken at what waits. */
const TICK_SHARE = 0.1;

/** What is waited for. It has its place in a list, from the oldest to the newest. */
export abstract class Waiting {
  /** Of `performance.now()`. */
  readonly startedAt = performance.now();
  older: Waiting | null = null;
  newer: Waiting | null = null;

  /** Called once, if it has not left before its deadline. */
  abstract expire(): void;
}

/**
 * Ends what takes too long. Everything here is given the same time, so that what came first expires first, and one timer
 * that follows the oldest serves all: thousands of requests a second start no timer each.
 *
 * The list is made of the things themselves. A Set would do the same and keep a part of them alive long after: each time
 * it grows or is tidied, V8 leaves behind a table that holds them and leads to the next such table.
 */
export class Deadlines {
  readonly #timeoutMs: number;
  readonly #tick: () => void;
  #oldest: Waiting | null = null;
  #newest: Waiting | null = null;
  #dueAt = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `tick` is called about ten times in the time that each is given, while anything waits; not when it comes too late. */
  constructor(timeoutMs: number, tick: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#tick = tick;
  }

  add(waiting: Waiting): void {
    waiting.older = this.#newest;
    if (this.#newest) this.#newest.newer = waiting;
    else this.#oldest = waiting;
    this.#newest = waiting;
    if (this.#timer === null) this.#follow(this.#timeoutMs);
  }

  /** Takes it out, if it is in. */
  delete(waiting: Waiting): void {
    const { older, newer } = waiting;
    if (older === null && this.#oldest !== waiting) return;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    waiting.older = waiting.newer = null;
  }

  /** Milliseconds until the deadline of what began then. */
  remainingMs(startedAt: number): number {
    return startedAt + this.#timeoutMs - performance.now();
  }

  /** Whether at least `count` have been waiting since before `time`. */
  haveWaitedSince(time: number, count: number): boolean {
    let nth = this.#oldest;
    for (let passed = 1; nth && passed < count; passed++) nth = nth.newer;
    return nth !== null && nth.startedAt < time;
  }

  #follow(ms: number): void {
    // A timer never keeps the process alive: what is waited for holds a socket. What has come while the process was
    // busy is read between a timer and an immediate, and so is not taken for missing.
    const wake = () => setImmediate(() => this.#wake());
    const pause = Math.ceil(Math.min(ms, this.#timeoutMs * TICK_SHARE));
    this.#dueAt = performance.now() + pause;
    this.#timer = setTimeout(wake, pause).unref();
  }

  #wake(): void {
    this.#timer = null;
    // After a pause of the whole process nothing can be told of others yet.
    if (performance.now() - this.#dueAt < this.#timeoutMs * TICK_SHARE) this.#tick();
    while (this.#oldest) {
      const waiting = this.#oldest;
      const remaining = this.remainingMs(waiting.startedAt);
      if (remaining > 0) return this.#follow(remaining);
      this.delete(waiting);
      waiting.expire();
    }
  }
}
