import type { EntityFetch } from '../plan/compile-plan.js';
import type { JsonObject } from '../../json.js';
import type { Failure } from './failures.js';
import type { PlacedError } from './placed-error.js';

/** What one question about one entity was answered. */
export class Lookup {
  /** Null where the subgraph does not know the entity. */
  entity: JsonObject | null = null;
  /** Errors within the entity; their paths begin there. */
  errors: PlacedError[] | null = null;
  failure: Failure | null = null;
  /** Resolves when the answer is there, whatever it is; null afterwards. */
  pending: Promise<void> | null = null;
  /** Who holds the entity's objects; others take copies. */
  holder: object | null = null;
}

/** One question of a request, about as many entities as came together. */
export interface Part {
  fetch: EntityFetch;
  /** JSON texts, and the lookups that they answer. */
  representations: string[];
  lookups: Lookup[];
}

/**
 * A request to one subgraph that is still being filled. What the steps of a plan ask of it until the event loop turns,
 * goes out together: two questions are two fields of one operation, the same question from two places is one.
 */
export class PendingRequest {
  readonly #parts = new Map<number, Part>();
  readonly sent: Promise<void>;

  constructor(send: (parts: readonly Part[]) => Promise<void>) {
    this.sent = new Promise((resolve, reject) => {
      process.nextTick(() => send([...this.#parts.values()]).then(resolve, reject));
    });
  }

  ask(fetch: EntityFetch, representation: string, lookup: Lookup): void {
    let part = this.#parts.get(fetch.entityQueryId);
    if (!part) this.#parts.set(fetch.entityQueryId, (part = { fetch, representations: [], lookups: [] }));
    part.representations.push(representation);
    part.lookups.push(lookup);
  }
}
