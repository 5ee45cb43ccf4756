import type { AbortListener, AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';

/**
 * A signal that is aborted when a client closes its connection. Every subgraph request adds a listener to it and hardly
 * any client disconnects, and an EventTarget would take longer than the rest of the request.
 */
export class ClientDisconnect implements AbortSignalLike {
  aborted = false;
  readonly reason = new Error('The client closed its connection.');
  readonly #listeners: AbortListener[] = [];

  addEventListener(_type: 'abort', listener: AbortListener): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: AbortListener): void {
    const index = this.#listeners.indexOf(listener);
    if (index < 0) return;
    const last = this.#listeners.pop()!;
    if (index < this.#listeners.length) this.#listeners[index] = last;
  }

  /** Calls every listener once. */
  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners.splice(0)) {
      if (typeof listener === 'function') listener();
      else listener.handleEvent();
    }
  }
}
