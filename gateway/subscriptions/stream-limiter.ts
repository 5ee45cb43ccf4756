import { codedError } from '../../subgraphs/shared/errors/coded-error.js';

/** Counts the open streams of each client, so that none takes all the connections for itself. */
export class StreamLimiter {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a place for one more stream of the client; the answer gives it back, once. Throws RATE_LIMITED where there is none. */
  acquire(client: string): () => void {
    const count = this.#counts.get(client) ?? 0;
    if (count >= this.#limit) throw codedError('RATE_LIMITED', `No more than ${this.#limit} streams may be open at once.`);
    this.#counts.set(client, count + 1);
    return () => {
      const left = this.#counts.get(client)! - 1;
      if (left > 0) this.#counts.set(client, left);
      else this.#counts.delete(client);
    };
  }
}
