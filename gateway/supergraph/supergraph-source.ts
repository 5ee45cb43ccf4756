import type { Logger } from 'pino';

export type SupergraphListener = (supergraph: string) => void;

/** A source of a supergraph that may change while the gateway runs. */
export interface SupergraphSource {
  /** The SDL of the current supergraph. */
  readonly current: string;
  /** Calls the listener with each new SDL from now on. Returns a function that removes the listener. */
  onChange(listener: SupergraphListener): () => void;
  /** Stops following changes. Afterwards no listener is called. */
  close(): Promise<void>;
}

/** The current SDL of a source, and the listeners for new ones. */
export class LatestSupergraph {
  #current: string;
  readonly #listeners = new Set<SupergraphListener>();
  readonly #logger: Logger;

  constructor(first: string, logger: Logger) {
    this.#current = first;
    this.#logger = logger;
  }

  get current(): string {
    return this.#current;
  }

  onChange(listener: SupergraphListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sets the current SDL and calls all listeners, unless it has not changed. An error of one listener does not affect the others. */
  replace(supergraph: string): void {
    if (supergraph === this.#current) return;
    this.#current = supergraph;
    for (const listener of this.#listeners) {
      try {
        listener(supergraph);
      } catch (error) {
        this.#logger.error({ err: error }, 'listener for a new supergraph failed');
      }
    }
  }

  removeListeners(): void {
    this.#listeners.clear();
  }
}
