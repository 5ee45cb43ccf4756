/** The longest delay of a Node timer in milliseconds. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * A signal for one waiter that coalesces notifications: any number of them since the last `wait` wake it once. A follower of a
 * row needs to know that the row changed, not how often, so that a slow follower skips states and nothing queues up for it.
 */
export class CoalescingSignal {
  #isNotified = false;
  #isClosed = false;
  #wake = () => {};
  #timer: NodeJS.Timeout | undefined;

  /** `onClose` is called once, when the signal is closed. */
  constructor(private readonly onClose: () => void = () => {}) {}

  notify(): void {
    this.#isNotified = true;
    this.#wake();
  }

  /** Notifies once more at the given time, or after 25 days if the time is later. Replaces an earlier call; null cancels it. */
  notifyAt(time: Date | null): void {
    clearTimeout(this.#timer);
    if (time && !this.#isClosed) this.#timer = setTimeout(() => this.notify(), Math.min(time.getTime() - Date.now(), MAX_DELAY_MS)).unref();
  }

  /**
   * Resolves to true upon a notification, at once if there was one since the last call, and to false if the signal is closed.
   * Only one caller may wait at a time.
   */
  async wait(): Promise<boolean> {
    if (!this.#isNotified && !this.#isClosed) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#isNotified = false;
    return !this.#isClosed;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#wake();
    this.onClose();
  }
}
