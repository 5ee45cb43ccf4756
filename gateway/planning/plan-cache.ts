import { LRUCache } from 'lru-cache';

/** The limits of a plan cache. */
export interface CacheLimits<Value> {
  /** The maximum number of entries. Default: 1,000. */
  maxEntries?: number;
  /** The maximum size of all values and keys together, in bytes. Default: 64 MiB. */
  maxBytes?: number;
  /** Returns the estimated memory that a value takes, in bytes. */
  bytesOf(value: Value): number;
}

/**
 * A least-recently-used cache of values that are created asynchronously, such as plans. Each supergraph has a cache of its
 * own.
 */
export class PlanCache<Value extends object> {
  readonly #values: LRUCache<string, Value>;
  readonly #inProgress = new Map<string, Promise<Value>>();

  constructor({ maxEntries = 1_000, maxBytes = 64 * 1024 * 1024, bytesOf }: CacheLimits<Value>) {
    this.#values = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: (value, key) => Math.max(1, Math.ceil(bytesOf(value)) + 2 * key.length),
    });
  }

  /** The number of cached values. */
  get size(): number {
    return this.#values.size;
  }

  /** Returns the cached value. It is synchronous, so that most requests need no promise. */
  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  /** Returns the value that is being created; undefined if none is. */
  pending(key: string): Promise<Value> | undefined {
    return this.#inProgress.get(key);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  /**
   * Creates and caches a value. Calls with the same key share the work until it is done; if it fails, all of them reject and
   * nothing is cached.
   */
  create(key: string, work: () => Promise<Value>): Promise<Value> {
    const inProgress = this.#inProgress.get(key);
    if (inProgress) return inProgress;
    const created = work()
      .then((value) => {
        this.#values.set(key, value);
        return value;
      })
      .finally(() => this.#inProgress.delete(key));
    this.#inProgress.set(key, created);
    return created;
  }
}
