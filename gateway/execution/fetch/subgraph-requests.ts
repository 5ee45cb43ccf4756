import { GraphQLError } from 'graphql';
import { codedError } from '../../../subgraphs/shared/errors/coded-error.js';
import { isObject, type Json, type JsonObject } from '../../json.js';
import type { SendRequest, SubgraphResponse } from '../../transport/subgraph-response.js';
import type { Fetch } from './fetch.js';
import type { SchemaTypes } from '../schema-types.js';
import type { Variables } from '../variables.js';
import type { EntityQuery } from './entity-batch.js';
import { withValidPaths, type SubgraphErrorWithPath } from './error-paths.js';
import { FetchFailure } from './fetch-failures.js';
import { entityQueryKey, type MergedOperations } from './merged-operations.js';
import { applyOutputRewrites, rewrittenPath } from './rewrites.js';
import type { SentRequests } from './sent-requests.js';
import { SubgraphGraphQLError } from './subgraph-graphql-error.js';

/** The result of a fetch of root fields. */
export interface RootResult {
  data: JsonObject | null;
  /** Errors that are reported at their own path. */
  errors: readonly SubgraphErrorWithPath[];
  /** The reason why fields are missing; null if `data` is there. */
  failure: FetchFailure | null;
}

/**
 * Writes the requests of one execution and reads the responses. A request that fails becomes a FetchFailure; nothing is
 * thrown.
 */
export class SubgraphRequests {
  constructor(
    private readonly send: SendRequest,
    private readonly variables: Variables,
    private readonly types: SchemaTypes,
    private readonly mergedOperations: MergedOperations,
    /** Records the requests; undefined if nothing does. */
    private readonly sentRequests?: SentRequests,
  ) {}

  async fetchRootFields(fetch: Fetch): Promise<RootResult> {
    const response = await this.#send([fetch], fetch.operationJson, this.variables.toJsonMembers(fetch.variables));
    return response instanceof FetchFailure ? { data: null, errors: [], failure: response } : this.readRootResponse(fetch, response);
  }

  /** Reads the response to a fetch of root fields. */
  readRootResponse(fetch: Fetch, { data = null, errors: subgraphErrors }: SubgraphResponse): RootResult {
    const errors = withValidPaths(subgraphErrors).map((error) => {
      const path = error.path && rewrittenPath(fetch.outputRewrites, error.path);
      // The path of an error that is at no field of the request would not be found in the response.
      return { ...error, path: path && fetch.providedKeys().has(String(path[0])) ? path : undefined };
    });
    if (data) {
      applyOutputRewrites(fetch.outputRewrites, data, this.types);
      return { data, errors, failure: null };
    }
    // An error without a path is reported at every field that is missing. Otherwise the first error, reported at its own
    // path, is the reason for all of them.
    const requestError = errors.find(({ path }) => !path);
    const cause = requestError ?? errors[0];
    const failure = cause ? new FetchFailure(new SubgraphGraphQLError(fetch.subgraph, cause, undefined), !requestError) : null;
    return { data, errors: errors.filter(({ path }) => path), failure };
  }

  /** Returns the JSON body of a request for root fields. */
  rootRequestBody(fetch: Fetch): string {
    return requestBody(fetch.operationJson, this.variables.toJsonMembers(fetch.variables));
  }

  /**
   * Sends entity queries in one request and stores the results in their lookups. Returns the errors that belong to no lookup.
   * @param contextArguments the values of `@fromContext` arguments, as JSON members.
   */
  async fetchEntities(queries: readonly EntityQuery[], contextArguments = ''): Promise<GraphQLError[]> {
    const fetches = queries.map(({ fetch }) => fetch);
    const isSingle = queries.length === 1;
    const operation = isSingle ? fetches[0]!.operationJson : this.mergedOperations.operationJson(fetches);
    const variableNames = isSingle ? fetches[0]!.variables : [...new Set(fetches.flatMap(({ variables }) => variables))];
    const representations = queries.map(
      (query, index) => `"${isSingle ? 'representations' : entityQueryKey(index)}":[${query.representations.join()}]`,
    );
    const variables = [...representations, this.variables.toJsonMembers(variableNames), contextArguments]
      .filter((members) => members !== '')
      .join();

    const response = await this.#send(fetches, operation, variables);
    const queriesByKey = new Map(queries.map((query, index) => [isSingle ? '_entities' : entityQueryKey(index), query]));
    const unassigned = response instanceof FetchFailure ? [] : assignErrors(fetches[0]!.subgraph, queriesByKey, response.errors);
    const causes = new Set<UnassignedError>();
    for (const [key, query] of queriesByKey) {
      if (response instanceof FetchFailure) failLookups(query, response);
      else {
        const cause = unassigned.find(({ responseKey }) => responseKey === undefined || responseKey === key);
        if (!this.#readEntities(query, response.data?.[key], cause?.error) && cause) causes.add(cause);
      }
      for (const lookup of query.lookups) lookup.response = null;
    }
    return unassigned.filter((error) => !causes.has(error)).map(({ error }) => error);
  }

  /**
   * Stores the entities of one query in its lookups. Returns false if the subgraph returned no list of entities: every lookup
   * without an error of its own then fails with the cause.
   */
  #readEntities({ fetch, lookups }: EntityQuery, entities: Json | undefined, cause: GraphQLError | undefined): boolean {
    if (Array.isArray(entities) && entities.length === lookups.length) {
      for (const [index, lookup] of lookups.entries()) {
        const entity = entities[index];
        if (isObject(entity)) applyOutputRewrites(fetch.outputRewrites, (lookup.entity = entity), this.types);
        else if (entity !== null) lookup.failure = new FetchFailure(unavailable());
      }
      return true;
    }
    const failure = new FetchFailure(cause ?? unavailable());
    for (const lookup of lookups) if (!lookup.errors) lookup.failure = failure;
    return false;
  }

  /** Sends the request of one fetch, or the one that several entity fetches of a subgraph share. */
  async #send(fetches: readonly Fetch[], operationJson: string, variables: string): Promise<SubgraphResponse | FetchFailure> {
    const { subgraph, isMutation } = fetches[0]!;
    const end = this.sentRequests?.begin(fetches);
    try {
      const response = await this.send(subgraph, requestBody(operationJson, variables), isMutation);
      end?.(response.extensions);
      return response;
    } catch (error) {
      end?.(undefined);
      if (error instanceof GraphQLError) return new FetchFailure(error);
      const cause = error as Error;
      return new FetchFailure(new GraphQLError(cause.message, { originalError: cause }));
    }
  }
}

const requestBody = (operationJson: string, variables: string): string =>
  variables === '' ? `{"query":${operationJson}}` : `{"query":${operationJson},"variables":{${variables}}}`;

/** An error that belongs to no entity. */
interface UnassignedError {
  error: GraphQLError;
  /** The response key of the entity query that it belongs to; undefined if it belongs to none. */
  responseKey: string | undefined;
}

/** Stores the errors of entities in their lookups. Returns the others, without their paths. */
function assignErrors(
  subgraph: string,
  queriesByKey: ReadonlyMap<string, EntityQuery>,
  errors: SubgraphResponse['errors'],
): UnassignedError[] {
  const unassigned: UnassignedError[] = [];
  for (const error of withValidPaths(errors)) {
    const [key, index, ...path] = error.path ?? [];
    const query = typeof key === 'string' ? queriesByKey.get(key) : undefined;
    const lookup = typeof index === 'number' ? query?.lookups[index] : undefined;
    if (query && lookup) (lookup.errors ??= []).push({ ...error, path: rewrittenPath(query.fetch.outputRewrites, path) });
    else unassigned.push({ error: new SubgraphGraphQLError(subgraph, error, undefined), responseKey: query && (key as string) });
  }
  return unassigned;
}

function failLookups({ lookups }: EntityQuery, failure: FetchFailure): void {
  for (const lookup of lookups) lookup.failure = failure;
}

const unavailable = (): GraphQLError => codedError('UNAVAILABLE', 'A subgraph returned no usable response. Try again later.');
