import type { Readable } from 'node:stream';

/** The two sides of a stream that is passed on. */
export type Side = 'client' | 'subgraph';

/** Ends a stream on which nothing has moved for a time, and knows which side was waited for. */
export class IdleTimeout {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #awaited: Side = 'subgraph';
  /** The side that kept the other waiting for too long. */
  timedOutSide: Side | null = null;

  constructor(idleMs: number) {
    this.#timer = setTimeout(() => {
      this.timedOutSide = this.#awaited;
      this.#controller.abort();
    }, idleMs);
  }

  /** Aborted when the time is up, and by `end`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  /** The bytes of one side as the other takes them. The source is left as it is where they are not read to their end. */
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
    this.#awaited = side;
    this.#timer.refresh();
  }
}
