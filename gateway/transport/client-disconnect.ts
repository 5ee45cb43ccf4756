/** What listens to an AbortSignal. */
type Listener = (() => void) | { handleEvent(): void };

/** As much of an AbortSignal as requests to subgraphs need. */
export type Until = Pick<AbortSignal, 'aborted' | 'reason'> & {
  addEventListener(type: 'abort', listener: Listener): void;
  removeEventListener(type: 'abort', listener: Listener): void;
};

/**
 * Tells that a client has gone away. It is an AbortSignal without the machinery of events, which costs more than the rest
 * of what a request does: every request to a subgraph listens, and hardly ever is there something to hear.
 */
export class ClientDisconnect implements Until {
  aborted = false;
  readonly reason = new Error('The client has gone away.');
  readonly #listeners: Listener[] = [];

  addEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    const index = this.#listeners.indexOf(listener);
    if (index < 0) return;
    const last = this.#listeners.pop()!;
    if (index < this.#listeners.length) this.#listeners[index] = last;
  }

  /** The client has gone. */
  tell(): void {
    this.aborted = true;
    for (const listener of this.#listeners.splice(0)) {
      if (typeof listener === 'function') listener();
      else listener.handleEvent();
    }
  }
}
