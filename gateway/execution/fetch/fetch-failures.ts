import type { GraphQLError } from 'graphql';
import type { JsonObject } from '../../json.js';
import { withPath } from './subgraph-graphql-error.js';

/** The failure of a fetch: the request failed, or the response has no data, or an entity in it is missing or invalid. */
export class FetchFailure {
  /** True once the response has an error for it. */
  isReported = false;

  constructor(
    readonly error: GraphQLError,
    /** True if the error has a response path of its own: fields that are null because of it then get no error of their own. */
    readonly hasOwnPath = false,
  ) {
    this.isReported = hasOwnPath;
  }

  /** Returns the error for a field that is null because of the failure, and marks the failure as reported. */
  errorAt(path: readonly (string | number)[]): GraphQLError {
    this.isReported = true;
    return withPath(this.error, path);
  }
}

/** Records which fields of which objects are missing because a fetch failed, so that each gets an error with its own path. */
export class FetchFailures {
  readonly #byObject: Map<JsonObject, { keys: ReadonlySet<string>; failure: FetchFailure }[]>;
  readonly #all = new Set<FetchFailure>();

  /**
   * @param initialRun the failures of the initial run, for the run of a deferred step: they can be found here, but are
   * reported there.
   */
  constructor(initialRun?: FetchFailures) {
    this.#byObject = initialRun ? initialRun.#byObject : new Map();
  }

  get isEmpty(): boolean {
    return this.#byObject.size === 0;
  }

  add(object: JsonObject, keys: ReadonlySet<string>, failure: FetchFailure): void {
    this.#all.add(failure);
    const known = this.#byObject.get(object);
    if (known) known.push({ keys, failure });
    else this.#byObject.set(object, [{ keys, failure }]);
  }

  /** Returns the failure because of which an object lacks a key; undefined if there is none. */
  find(object: JsonObject, key: string): FetchFailure | undefined {
    return this.#byObject.get(object)?.find(({ keys }) => keys.has(key))?.failure;
  }

  /** Returns the errors of the failures that no field of the response has reported. */
  unreported(): GraphQLError[] {
    return [...this.#all].filter(({ isReported }) => !isReported).map(({ error }) => error);
  }
}
