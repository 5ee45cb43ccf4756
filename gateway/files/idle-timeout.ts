import type { Readable } from 'node:stream';

/** One of the two ends between which a body is relayed. */
export type Side = 'client' | 'subgraph';

/** Aborts a relayed request when no bytes have moved for a while, and records which side was idle. */
export class IdleTimeout {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #awaitedSide: Side = 'subgraph';
  /** The side that was idle for too long. Null before the timeout. */
  timedOutSide: Side | null = null;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      this.timedOutSide = this.#awaitedSide;
      this.#controller.abort();
    }, timeoutMs);
  }

  /** Aborted by the timeout and by `cancel`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  /** Yields the bytes that one side sends, at the pace at which the other side reads them. Does not destroy the source if the iteration ends early. */
  async *relay(source: Readable, from: Side): AsyncGenerator<Buffer, void> {
    const to = from === 'client' ? 'subgraph' : 'client';
    this.#await(from);
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      this.#await(to);
      yield chunk;
      this.#await(from);
    }
    this.#await(to);
  }

  #await(side: Side): void {
    this.#awaitedSide = side;
    this.#timer.refresh();
  }
}
