import { GraphQLError } from 'graphql';
import { codedError } from '../../../subgraphs/shared/errors/coded-error.js';
import { isObject, type JsonObject } from '../../json.js';
import type { Fetch } from '../plan/compile-plan.js';
import type { SchemaTypes } from '../schema-types.js';
import type { Variables } from '../variables.js';
import type { SendRequest, SubgraphResponse } from '../../transport/subgraph-response.js';
import { placed, type PlacedError } from './placed-error.js';
import { clientErrorOf, Failure } from './failures.js';
import { mergedOperation, partKey } from './merged-operation.js';
import type { Part } from './pending-request.js';
import { applyOutputRewrites, rewrittenPath } from './rewrites.js';

/** The fields of a root, as far as they came. */
export interface RootAnswer {
  data: JsonObject | null;
  errors: readonly PlacedError[];
  failure: Failure | null;
}

/** Merged operations as JSON strings, by the first of their fetches and then by the numbers of all. */
const mergedOperations = new WeakMap<object, Map<string, string>>();

/** Writes the requests of one execution and reads their answers; nothing that goes wrong between is thrown. */
export class SubgraphRequests {
  constructor(
    private readonly send: SendRequest,
    private readonly variables: Variables,
    private readonly types: SchemaTypes,
  ) {}

  async root(fetch: Fetch): Promise<RootAnswer> {
    const answer = await this.#ask(fetch, fetch.operationJson, this.variables.text(fetch.variables));
    return answer instanceof Failure ? { data: null, errors: [], failure: answer } : this.rootAnswer(fetch, answer);
  }

  /** What an answer to a fetch of root fields means. */
  rootAnswer(fetch: Fetch, { data = null, errors: said }: SubgraphResponse): RootAnswer {
    const errors = placed(said).map((error) => (error.path ? { ...error, path: rewrittenPath(fetch.outputRewrites, error.path) } : error));
    if (data) {
      applyOutputRewrites(fetch.outputRewrites, data, this.types);
      return { data, errors, failure: null };
    }
    // An error with a path tells of itself, and explains the rest; one without tells of every field that is missing for it.
    const whole = errors.find(({ path }) => !path);
    const cause = whole ?? errors[0];
    const failure = cause ? new Failure(clientErrorOf(cause, undefined), !whole) : null;
    return { data, errors: errors.filter(({ path }) => path), failure };
  }

  /** The JSON body of a request for root fields. */
  body(fetch: Fetch): string {
    return requestBody(fetch.operationJson, this.variables.text(fetch.variables));
  }

  /**
   * Asks the parts' questions in one request and notes the answers in their lookups. Answers the errors that belong to
   * none of them.
   */
  async entities(parts: readonly Part[], contextArguments = ''): Promise<GraphQLError[]> {
    const [first] = parts as [Part, ...Part[]];
    const isAlone = parts.length === 1;
    const operation = isAlone ? first.fetch.operationJson : this.#merged(parts);
    const key = (index: number): string => (isAlone ? '_entities' : partKey(index));
    const names = isAlone ? first.fetch.variables : [...new Set(parts.flatMap(({ fetch }) => fetch.variables))];
    const representations = parts.map(
      (part, index) => `"${isAlone ? 'representations' : partKey(index)}":[${part.representations.join()}]`,
    );
    const variables = [...representations, this.variables.text(names), contextArguments].filter((text) => text !== '').join();

    const answer = await this.#ask(first.fetch, operation, variables);
    const unplaced: GraphQLError[] = [];
    for (const [index, part] of parts.entries()) {
      if (answer instanceof Failure) fail(part, answer);
      else unplaced.push(...this.#note(part, key(index), answer));
      for (const lookup of part.lookups) lookup.pending = null;
    }
    return unplaced;
  }

  #note(part: Part, key: string, { data, errors }: SubgraphResponse): GraphQLError[] {
    const entities = data?.[key];
    const unplaced: GraphQLError[] = [];
    for (const error of placed(errors)) {
      const [field, index, ...path] = error.path ?? [];
      const lookup = typeof index === 'number' ? part.lookups[index] : undefined;
      if (field === key && lookup) (lookup.errors ??= []).push({ ...error, path: rewrittenPath(part.fetch.outputRewrites, path) });
      else if (field === undefined || field === key) unplaced.push(clientErrorOf(error, undefined));
    }
    if (Array.isArray(entities) && entities.length === part.lookups.length) {
      for (const [index, lookup] of part.lookups.entries()) {
        const entity = entities[index];
        if (isObject(entity)) applyOutputRewrites(part.fetch.outputRewrites, (lookup.entity = entity), this.types);
        else if (entity !== null) lookup.failure = new Failure(unavailable());
      }
      return unplaced;
    }
    // Nothing came at all: what it was for is null because of the first error that says so.
    const failure = new Failure(unplaced[0] ?? unavailable());
    for (const lookup of part.lookups) if (!lookup.errors) lookup.failure = failure;
    return unplaced.slice(1);
  }

  async #ask({ subgraph, isMutation }: Fetch, operation: string, variables: string): Promise<SubgraphResponse | Failure> {
    try {
      return await this.send(subgraph, requestBody(operation, variables), isMutation);
    } catch (error) {
      if (error instanceof GraphQLError) return new Failure(error);
      const cause = error as Error;
      return new Failure(new GraphQLError(cause.message, { originalError: cause }));
    }
  }

  #merged(parts: readonly Part[]): string {
    const { requires } = parts[0]!.fetch;
    let known = mergedOperations.get(requires);
    if (!known) mergedOperations.set(requires, (known = new Map()));
    const name = parts.map(({ fetch }) => fetch.entityQueryId).join();
    let operation = known.get(name);
    if (!operation) known.set(name, (operation = JSON.stringify(mergedOperation(parts.map(({ fetch }) => fetch.operation)))));
    return operation;
  }
}

const requestBody = (operationJson: string, variables: string): string =>
  variables === '' ? `{"query":${operationJson}}` : `{"query":${operationJson},"variables":{${variables}}}`;

function fail({ lookups }: Part, failure: Failure): void {
  for (const lookup of lookups) lookup.failure = failure;
}

const unavailable = (): GraphQLError => codedError('UNAVAILABLE', 'A part of the graph is not available.');
