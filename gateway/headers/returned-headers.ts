import { formatCacheControl, NO_STORE, parseCacheControl, strictest, type CachePolicy } from './cache-control.js';
import type { Contributions } from './response-rules.js';
import { isHeaderValue } from './reserved-headers.js';

/** The largest size of the headers that subgraphs add to one response, in bytes. Many clients accept 16 KiB in total. */
const MAX_BYTES = 12 * 1024;
/** The headers whose values cannot be joined by commas. */
const SEPARATE = new Set(['set-cookie', 'www-authenticate']);
const CACHE_CONTROL = 'cache-control';

/** The headers of the response to a client, by name in lower case. */
export type ReturnedFields = Record<string, string | string[]>;

/** Merges the headers that the responses of subgraphs contribute to one response of the gateway. */
export class ReturnedHeaders {
  readonly #values = new Map<string, readonly string[]>();
  #cachePolicy: CachePolicy | null = null;
  #bytes = 0;
  /** True if a header was left out because it was not valid or there were too many. */
  isIncomplete = false;

  /** Adds the contributions of one response. A response without `cache-control` contributes the strictest policy. */
  add(contributions: Contributions, contributesCachePolicy: boolean): void {
    for (const [name, { values, algorithm }] of contributions) {
      if (name === CACHE_CONTROL) continue;
      const known = this.#values.get(name);
      if (SEPARATE.has(name) || algorithm === 'append') this.#set(name, [...new Set([...(known ?? []), ...values])], known);
      else if (algorithm === 'last' || !known) this.#set(name, values, known);
    }
    if (!contributesCachePolicy) return;
    const values = contributions.get(CACHE_CONTROL)?.values;
    const policy = values ? parseCacheControl(values.join()) : NO_STORE;
    this.#cachePolicy = this.#cachePolicy ? strictest(this.#cachePolicy, policy) : policy;
  }

  /**
   * Returns the headers of the response.
   * @param isCacheable false if no cache may store the response, whatever the subgraphs' policies.
   */
  fields(isCacheable: boolean): ReturnedFields {
    const fields: ReturnedFields = Object.create(null) as ReturnedFields;
    for (const [name, values] of this.#values) fields[name] = SEPARATE.has(name) ? [...values] : values.join(', ');
    if (this.#cachePolicy) fields[CACHE_CONTROL] = formatCacheControl(isCacheable ? this.#cachePolicy : NO_STORE);
    return fields;
  }

  #set(name: string, values: readonly string[], known: readonly string[] = []): void {
    const valid = values.filter(isHeaderValue);
    const bytes = this.#bytes + sizeOf(name, valid) - sizeOf(name, known);
    if (valid.length < values.length || bytes > MAX_BYTES) this.isIncomplete = true;
    if (bytes > MAX_BYTES || valid.length === 0) return;
    this.#bytes = bytes;
    this.#values.set(name, valid);
  }
}

const sizeOf = (name: string, values: readonly string[]): number =>
  values.reduce((bytes, value) => bytes + name.length + value.length + 4, 0);
