import { LRUCache } from 'lru-cache';

export interface CacheLimits<Value> {
  /** Entries; 1,000 if not said. */
  maxEntries?: number;
  /** Bytes of all values and keys together; 64 MB if not said. */
  maxBytes?: number;
  /** About how many bytes of memory a value takes. */
  bytesOf(value: Value): number;
}

/** What was made for operations of one supergraph: the ones used last stay. A reloaded supergraph gets a new cache. */
export class PlanCache<Value extends object> {
  readonly #made: LRUCache<string, Value>;
  readonly #inProgress = new Map<string, Promise<Value>>();

  constructor({ maxEntries = 1_000, maxBytes = 64 * 1024 * 1024, bytesOf }: CacheLimits<Value>) {
    this.#made = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: (value, key) => Math.max(1, Math.ceil(bytesOf(value)) + 2 * key.length),
    });
  }

  /** How many values are kept. */
  get size(): number {
    return this.#made.size;
  }

  /** The value, at once, where it is there: no promise on the way of most requests. */
  get(key: string): Value | undefined {
    return this.#made.get(key);
  }

  /** Makes the value and keeps it. Those who ask meanwhile share the work; when it fails all fail, and nothing is kept. */
  make(key: string, work: () => Promise<Value>): Promise<Value> {
    const begun = this.#inProgress.get(key);
    if (begun) return begun;
    const made = work()
      .then((value) => {
        this.#made.set(key, value);
        return value;
      })
      .finally(() => this.#inProgress.delete(key));
    this.#inProgress.set(key, made);
    return made;
  }
}
