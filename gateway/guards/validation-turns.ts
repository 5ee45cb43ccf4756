import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Lets one new document be validated in each turn of the event loop. Validation takes about as long as ten known requests: without
 * turns, requests of others that arrive at the same time would wait for all new documents, and now wait for one.
 */
export class ValidationTurns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when the caller may validate. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => nextTurn());
    return this.#last;
  }
}
