import type { Logger } from 'pino';

export type SupergraphListener = (supergraph: string) => void;

/** Where the supergraph comes from while the gateway runs. */
export interface SupergraphSource {
  /** The SDL to serve now. */
  readonly current: string;
  /** Tells the listener each new SDL from now on; the answer takes the listener off again. */
  onChange(listener: SupergraphListener): () => void;
  /** Ends the watching. No listener is told anything after. */
  close(): Promise<void>;
}

/** The SDL that a source found last, and those who are told when another comes. */
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

  /** Tells everybody, unless it is what they have. A listener that fails does not keep it from the others. */
  replace(supergraph: string): void {
    if (supergraph === this.#current) return;
    this.#current = supergraph;
    for (const listener of this.#listeners) {
      try {
        listener(supergraph);
      } catch (error) {
        this.#logger.error({ err: error }, 'a new supergraph could not be taken over');
      }
    }
  }

  silence(): void {
    this.#listeners.clear();
  }
}
