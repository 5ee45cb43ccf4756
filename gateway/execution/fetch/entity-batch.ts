import type { JsonObject } from '../../json.js';
import type { EntityFetch } from './fetch.js';
import type { SubgraphErrorWithPath } from './error-paths.js';
import type { FetchFailure } from './fetch-failures.js';

/** The lookup of one entity by one entity query, and its result. */
export class EntityLookup {
  /** The fields that the subgraph returned; null until then, and if the subgraph does not know the entity. */
  entity: JsonObject | null = null;
  /** Errors within the entity; their paths begin at the entity. */
  errors: SubgraphErrorWithPath[] | null = null;
  failure: FetchFailure | null = null;
  /** Resolves when the request has ended, also if it failed; null before the lookup is sent and after the request. */
  response: Promise<void> | null = null;
  /** The response path whose objects contain the entity's nested objects themselves; objects at other paths get copies. */
  owner: object | null = null;
}

/** An entity query of a request, with the representations of all entities that it is sent for. */
export interface EntityQuery {
  fetch: EntityFetch;
  /** The representations as JSON. The lookup at the same index gets the result. */
  representations: string[];
  lookups: EntityLookup[];
}

/**
 * A batch of entity queries to one subgraph. It collects what the steps of a plan look up during one tick of the event loop,
 * as a DataLoader does, and sends it as one request. Lookups of the same entity query share one field of the operation.
 */
export class EntityBatch {
  readonly #queries = new Map<number, EntityQuery>();
  readonly response: Promise<void>;

  constructor(send: (queries: readonly EntityQuery[]) => Promise<void>) {
    this.response = new Promise((resolve, reject) => {
      process.nextTick(() => send([...this.#queries.values()]).then(resolve, reject));
    });
  }

  add(fetch: EntityFetch, representation: string, lookup: EntityLookup): void {
    let query = this.#queries.get(fetch.entityQueryId);
    if (!query) this.#queries.set(fetch.entityQueryId, (query = { fetch, representations: [], lookups: [] }));
    query.representations.push(representation);
    query.lookups.push(lookup);
  }
}
