import { JsonWriter } from './json-writer.js';

/**
 * The JSON writers of one generation. A response borrows a writer while it is written and gives it back, so that the next
 * response reuses its memory. Responses are written synchronously: the pool has more than one writer only if writing one
 * response starts another.
 */
export class JsonWriterPool {
  readonly #idle: JsonWriter[] = [];

  /** Returns an empty writer that no other caller gets until it is returned to the pool. */
  borrow(): JsonWriter {
    return this.#idle.pop() ?? new JsonWriter();
  }

  giveBack(writer: JsonWriter): void {
    writer.reset();
    this.#idle.push(writer);
  }
}
