/** The longest time that a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Rings are heard once, however many there were: who follows a row must know that it changed and not how often. So a
 * slow listener is late and gets the newest state, and nothing queues up for it.
 */
export class CoalescingSignal {
  #isRinging = false;
  #isClosed = false;
  #wake = () => {};
  #timer: NodeJS.Timeout | undefined;

  /** `closed` is called once, when nobody listens any more. */
  constructor(private readonly closed: () => void = () => {}) {}

  notify(): void {
    this.#isRinging = true;
    this.#wake();
  }

  /** Rings at this moment too, or before where it is weeks away; null undoes it. */
  notifyAt(moment: Date | null): void {
    clearTimeout(this.#timer);
    if (moment && !this.#isClosed)
      this.#timer = setTimeout(() => this.notify(), Math.min(moment.getTime() - Date.now(), LONGEST_MS)).unref();
  }

  /** Resolves to true when it rings, at once where it rang since the last time; to false when it is closed. One waits at a time. */
  async wait(): Promise<boolean> {
    if (!this.#isRinging && !this.#isClosed) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#isRinging = false;
    return !this.#isClosed;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#wake();
    this.closed();
  }
}
