/** The largest total size of the documents, in bytes of memory. */
const MAX_BYTES = 16 * 1024 * 1024;
/** The largest number of documents. */
const MAX_DOCUMENTS = 4096;

export interface PersistedQueriesLimits {
  maxBytes?: number;
  maxDocuments?: number;
}

interface PersistedQuery {
  query: string;
  /** The principal whose request added the document. */
  principal: string;
  bytes: number;
}

/** The documents that one principal added. */
interface Share {
  /** The hashes of the documents, the least recently used first. */
  hashes: Set<string>;
  bytes: number;
}

/**
 * The documents that clients can request by their SHA-256 alone (automatic persisted queries). The space is shared fairly: when it
 * is full, the principal whose documents take the most loses the least recently used of them. A principal that adds documents
 * without end therefore evicts its own, and those of others stay.
 */
export class PersistedQueries {
  readonly #queries = new Map<string, PersistedQuery>();
  readonly #shares = new Map<string, Share>();
  readonly #maxBytes: number;
  /** Each document counts as at least this many bytes, so that the limit of bytes also limits the number of documents. */
  readonly #minBytes: number;
  #bytes = 0;

  constructor({ maxBytes = MAX_BYTES, maxDocuments = MAX_DOCUMENTS }: PersistedQueriesLimits = {}) {
    this.#maxBytes = maxBytes;
    this.#minBytes = maxBytes / maxDocuments;
  }

  /** Returns the document with a hash; undefined if it is not stored. */
  find(hash: string): string | undefined {
    const found = this.#queries.get(hash);
    if (!found) return undefined;
    const { hashes } = this.#shares.get(found.principal)!;
    hashes.delete(hash);
    hashes.add(hash);
    return found.query;
  }

  /**
   * Stores a valid document. One that is stored already stays with the principal that added it first.
   * @param hash the SHA-256 of the document, in lower-case hexadecimal digits.
   */
  add(hash: string, query: string, principal: string): void {
    if (this.find(hash) !== undefined) return;
    const bytes = Math.max(2 * query.length, this.#minBytes);
    const share = this.#shares.get(principal) ?? { hashes: new Set(), bytes: 0 };
    this.#shares.set(principal, share);
    this.#queries.set(hash, { query, principal, bytes });
    share.hashes.add(hash);
    share.bytes += bytes;
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes) this.#evict();
  }

  /** Removes the least recently used document of the principal whose documents take the most space. */
  #evict(): void {
    let [principal, largest] = this.#shares.entries().next().value!;
    for (const entry of this.#shares) if (entry[1].bytes > largest.bytes) [principal, largest] = entry;
    const [hash] = largest.hashes;
    const { bytes } = this.#queries.get(hash!)!;
    this.#queries.delete(hash!);
    largest.hashes.delete(hash!);
    largest.bytes -= bytes;
    this.#bytes -= bytes;
    if (largest.hashes.size === 0) this.#shares.delete(principal);
  }
}
