import { currentDeadline } from '../deadline/current-deadline.js';
import type { RequestDeadline } from '../deadline/request-deadline.js';

/** The time of a request to a peer. It ends at the latest with the request of the client on whose behalf it is sent. */
export class PeerRequestTime {
  readonly timeoutMs: number;
  readonly #deadline: RequestDeadline | null = currentDeadline();
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: (() => void) | undefined;

  /**
   * Throws the error of the deadline if the client's request has ended.
   * @param timeoutMs the milliseconds after which the request is aborted, unless `restart` is called before.
   */
  constructor(timeoutMs: number) {
    this.#deadline?.throwIfOver();
    this.timeoutMs = Math.ceil(Math.min(timeoutMs, this.#deadline?.remainingMs ?? Infinity));
    const abort = () => this.#controller.abort();
    this.#timer = setTimeout(abort, this.timeoutMs);
    this.#stopListening = this.#deadline?.onEnd(abort);
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The error of the client's request if it has ended; null otherwise. */
  get deadlineError(): Error | null {
    return this.#deadline?.isOver ? this.#deadline.error() : null;
  }

  /** Gives the request its time again, after bytes have arrived. */
  restart(): void {
    this.#timer.refresh();
  }

  /** Stops the timer when the response is complete. */
  end(): void {
    clearTimeout(this.#timer);
    this.#stopListening?.();
  }
}
