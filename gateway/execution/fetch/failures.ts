import { GraphQLError } from 'graphql';
import { isObject, type JsonObject } from '../../json.js';
import type { SubgraphError } from '../../transport/subgraph-response.js';

/** A request that brought nothing, or not what it was asked for. */
export class Failure {
  /** Whether a client has been told of it at some field that is null because of it. */
  isReported = false;

  constructor(
    readonly error: GraphQLError,
    /** Whether the error has a place of its own, which explains what is missing elsewhere because of it. */
    readonly isPlaced = false,
  ) {
    this.isReported = isPlaced;
  }

  at(path: readonly (string | number)[]): GraphQLError {
    this.isReported = true;
    const { message, extensions, originalError } = this.error;
    return new GraphQLError(message, { path, extensions, originalError });
  }
}

/** Which fields of which objects are missing because a request failed; so each can say why it is null, at its own path. */
export class Failures {
  readonly #ofObject: Map<JsonObject, { keys: ReadonlySet<string>; failure: Failure }[]>;
  readonly #all = new Set<Failure>();

  /** @param beside other requests of the same operation: what failed there is known here, and reported there. */
  constructor(beside?: Failures) {
    this.#ofObject = beside ? beside.#ofObject : new Map();
  }

  get isEmpty(): boolean {
    return this.#ofObject.size === 0;
  }

  add(object: JsonObject, keys: ReadonlySet<string>, failure: Failure): void {
    this.#all.add(failure);
    const known = this.#ofObject.get(object);
    if (known) known.push({ keys, failure });
    else this.#ofObject.set(object, [{ keys, failure }]);
  }

  of(object: JsonObject, key: string): Failure | undefined {
    return this.#ofObject.get(object)?.find(({ keys }) => keys.has(key))?.failure;
  }

  /** Those that no field of the response told of. */
  unreported(): GraphQLError[] {
    return [...this.#all].filter(({ isReported }) => !isReported).map(({ error }) => error);
  }
}

/** What a subgraph reports about itself and clients need not know. */
const INTERNAL = ['serviceName', 'stacktrace', 'exception'];

/** A subgraph's error as the client sees it. */
export function clientErrorOf({ message, extensions }: SubgraphError, path: readonly (string | number)[] | undefined): GraphQLError {
  const shown = Object.fromEntries(Object.entries(isObject(extensions) ? extensions : {}).filter(([name]) => !INTERNAL.includes(name)));
  return new GraphQLError(message, { path, extensions: shown });
}
