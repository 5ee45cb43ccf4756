import type { ExecutionResult } from 'graphql';
import type { StreamEvent } from '../../../subgraphs/shared/server/event-stream.js';

/** A source of events that a test controls. */
export class ControlledEvents implements AsyncIterableIterator<StreamEvent> {
  /** How many events were asked for. */
  requestedCount = 0;
  /** Settles when nobody wants more events, in the time of `performance.now()`. */
  readonly closed: Promise<number>;
  #leave!: (at: number) => void;
  #waiting: (() => void)[] = [];
  #queue: (() => IteratorResult<StreamEvent>)[] = [];

  constructor() {
    this.closed = new Promise((resolve) => (this.#leave = resolve));
  }

  send(count: number, id?: string): void {
    this.#put(() => ({ done: false, value: { ...(id && { id }), result: { data: { count } } } }));
  }
  sendResult(result: ExecutionResult): void {
    this.#put(() => ({ done: false, value: { result } }));
  }
  /** Many events of 100 KB each, more than all buffers between here and a client hold. */
  flood(count: number): void {
    const data = { count: 0, filler: 'x'.repeat(100_000) };
    for (let index = 0; index < count; index++) this.#put(() => ({ done: false, value: { result: { data } } }));
  }
  end(): void {
    this.#put(() => ({ done: true, value: undefined }));
  }
  fail(error: Error): void {
    this.#put(() => {
      throw error;
    });
  }

  async next(): Promise<IteratorResult<StreamEvent>> {
    this.requestedCount++;
    if (this.#queue.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#queue.shift()!();
  }
  async return(): Promise<IteratorResult<StreamEvent>> {
    this.#leave(performance.now());
    this.end();
    return { done: true, value: undefined };
  }
  [Symbol.asyncIterator](): this {
    return this;
  }

  #put(step: () => IteratorResult<StreamEvent>): void {
    this.#queue.push(step);
    this.#waiting.shift()?.();
  }
}
