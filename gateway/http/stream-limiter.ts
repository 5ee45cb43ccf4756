import { codedError } from '../../subgraphs/shared/errors/coded-error.js';

/** Limits the number of streams or sockets that each client has open, so that no client uses up the connections. */
export class StreamLimiter {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  /** @param what the plural of what is counted. */
  constructor(
    limit: number,
    private readonly what = 'streams',
  ) {
    this.#limit = limit;
  }

  /** Counts one more of a client. Returns the function that releases it. Throws RATE_LIMITED if the client has reached the limit. */
  acquire(client: string): () => void {
    const count = this.#counts.get(client) ?? 0;
    if (count >= this.#limit)
      throw codedError('RATE_LIMITED', `A client may have at most ${this.#limit} open ${this.what}. Close one before you open another.`);
    this.#counts.set(client, count + 1);
    return () => {
      const remaining = this.#counts.get(client)! - 1;
      if (remaining > 0) this.#counts.set(client, remaining);
      else this.#counts.delete(client);
    };
  }
}
