import { type GraphQLError } from 'graphql';
import { isObject, NullPrototypeObject, parseJson, stringifyJson, type JsonObject } from '../json.js';
import type { SendRequest, SubgraphResponse } from '../transport/subgraph-response.js';
import { contextArguments } from './fetch/context-arguments.js';
import { EntityBatch, EntityLookup, type EntityQuery } from './fetch/entity-batch.js';
import { FetchFailure, FetchFailures } from './fetch/fetch-failures.js';
import { merge } from './fetch/merge.js';
import { applyRewrites } from './fetch/rewrites.js';
import { SubgraphGraphQLError } from './fetch/subgraph-graphql-error.js';
import { SubgraphRequests, type RootResult } from './fetch/subgraph-requests.js';
import type { CompiledPlan, Step } from './plan/compiled-plan.js';
import type { EntityFetch, Fetch } from './fetch/fetch.js';
import { forEachObjectAt, forEachObjectWithPath, type PathStep } from './plan/path.js';
import { planCoverage, unplannedFieldError, type PlanCoverage } from './plan/plan-coverage.js';
import type { SchemaTypes } from './schema-types.js';
import type { OperationTrace } from './trace/operation-trace.js';
import type { Variables } from './variables.js';

/** An object of the data, and the lookup whose entity is merged into it. */
interface LookupTarget {
  object: JsonObject;
  lookup: EntityLookup;
}

/** One run of a query plan. It sends the plan's requests and merges the responses into one object tree, the fetched data. */
export class Execution {
  /**
   * The fetched data, by the plan's response keys. It includes fields that the client did not select, such as keys of
   * entities.
   */
  readonly data: JsonObject;
  readonly errors: GraphQLError[] = [];
  readonly failures: FetchFailures;
  /** The objects that are at several places of the data. */
  readonly sharedObjects = new Set<JsonObject>();
  /** Called with the id of each tracked step that has run. */
  onStepCompleted: ((id: string) => void) | null = null;

  /** The required values that the representation being written lacks, with the failed fetches that are the causes. */
  readonly #missing: { owner: JsonObject; key: string; cause: FetchFailure | undefined }[] = [];
  readonly #onMissing = (owner: JsonObject, key: string): void =>
    void this.#missing.push({ owner, key, cause: this.failures.find(owner, key) });
  readonly #requests: SubgraphRequests;
  /** By entity query id, then by representation. */
  readonly #lookups = new Map<number, Map<string, EntityLookup>>();
  /** The batches that are not sent yet, by subgraph. */
  readonly #batches = new Map<string, EntityBatch>();

  constructor(
    private readonly plan: CompiledPlan,
    private readonly variables: Variables,
    private readonly types: SchemaTypes,
    send: SendRequest,
    /**
     * The initial run, for the run of a deferred step. Both runs fill the same data, and this one reuses the lookups of the
     * initial run. It has its own requests and errors, so that the initial run waits for none of them.
     */
    private readonly initialRun?: Execution,
    trace?: OperationTrace,
  ) {
    this.#requests = new SubgraphRequests(send, variables, types, plan.mergedOperations, trace);
    this.data = initialRun ? initialRun.data : new NullPrototypeObject();
    this.failures = new FetchFailures(initialRun?.failures);
  }

  /** Tells which fields the plan fetches. */
  get coverage(): PlanCoverage {
    return planCoverage(this.plan, this.types);
  }

  /** Runs the plan, or one of its steps. Errors of subgraphs go to `errors` and `failures`. */
  async run(step: Step | null = this.plan.step): Promise<void> {
    if (step) await this.#runStep(step);
  }

  /** Runs the plan of a subscription for one event: merges the event and fetches the remaining fields. */
  async complete(event: SubgraphResponse): Promise<void> {
    const eventFetch = this.plan.eventFetch!;
    this.#mergeRootResult(eventFetch, this.#requests.readRootResponse(eventFetch, event), [], [this.data]);
    await this.run();
  }

  async #runStep(step: Step): Promise<void> {
    switch (step.kind) {
      case 'Sequence':
        for (const child of step.steps) await this.#runStep(child);
        return;
      case 'Parallel':
        await Promise.all(step.steps.map((child) => this.#runStep(child)));
        return;
      case 'Mutations':
        for (const { responseKey, isNonNull, step: fieldStep } of step.fields) {
          if (fieldStep) await this.#runStep(fieldStep);
          if (isNonNull && (this.data[responseKey] ?? null) === null) return;
        }
        return;
      case 'Tracked':
        await this.#runStep(step.step);
        return this.onStepCompleted?.(step.id);
      case 'Fetch':
        return this.#fetchRootFields(step.path, step.fetch);
      case 'Entities':
        return step.fetch.contextRewrites.length > 0
          ? this.#fetchEntitiesWithContext(step.path, step.fetch)
          : this.#fetchEntities(step.path, step.fetch);
    }
  }

  /** Fetches root fields, for the root of the data or for objects of a root type within it (such as a payload's `query`). */
  async #fetchRootFields(path: readonly PathStep[], fetch: Fetch): Promise<void> {
    const targets: JsonObject[] = path.length === 0 ? [this.data] : [];
    forEachObjectAt(this.data, path, (object) => void targets.push(object));
    if (targets.length === 0) return;
    const result = await this.#requests.fetchRootFields(fetch);
    if (fetch.isMutation) this.#lookups.clear(); // The mutation may have changed the entities.
    this.#mergeRootResult(fetch, result, path, targets);
  }

  #mergeRootResult(fetch: Fetch, { data, errors, failure }: RootResult, path: readonly PathStep[], targets: readonly JsonObject[]): void {
    for (const [index, target] of targets.entries()) {
      if (data) merge(target, data, this.types, index > 0);
      if (failure) this.failures.add(target, fetch.providedKeys(), failure);
    }
    if (errors.length === 0) return;
    forEachObjectWithPath(this.data, path, (_object, objectPath) => {
      for (const error of errors)
        this.errors.push(new SubgraphGraphQLError(fetch.subgraph, error, error.path && [...objectPath, ...error.path]));
    });
  }

  /** Fetches fields of entities. A request contains each distinct representation once, however many objects have it. */
  async #fetchEntities(path: readonly PathStep[], fetch: EntityFetch): Promise<void> {
    const targets: LookupTarget[] = [];
    // The first object of each representation. If the plan can share objects, it replaces the equal ones.
    const firstObjects = new Map<string, JsonObject>();
    // By visited object, the object that is now used instead: the object itself, or the first one with the same representation.
    const replacements = this.sharedObjects.size > 0 ? new Map<JsonObject, JsonObject>() : null;
    forEachObjectAt(this.data, path, (object, container, key) => {
      const replacement = replacements?.get(object);
      if (replacement) {
        if (replacement !== object) (container as JsonObject)[key] = replacement;
        return;
      }
      replacements?.set(object, object);
      const representation = this.#writeRepresentation(path, fetch, object);
      if (representation === undefined) return;
      if (this.plan.canShareObjects && fetch.representationWriter.coversObject(object)) {
        const first = firstObjects.get(representation);
        if (first) {
          this.sharedObjects.add(first);
          replacements?.set(object, first);
          (container as JsonObject)[key] = first;
          return;
        }
        firstObjects.set(representation, object);
      }
      targets.push({ object, lookup: this.#lookUp(fetch, representation) });
    });
    await waitForLookups(targets);
    this.#mergeEntities(path, fetch, targets);
  }

  /** Fetches fields of entities with `@fromContext` arguments: sends one request for each distinct set of arguments. */
  async #fetchEntitiesWithContext(path: readonly PathStep[], fetch: EntityFetch): Promise<void> {
    const targets: LookupTarget[] = [];
    const lookupsByContext = new Map<string, Map<string, EntityLookup>>();
    forEachObjectWithPath(this.data, path, (object, _path, ancestors) => {
      const representation = this.#writeRepresentation(path, fetch, object);
      if (representation === undefined) return;
      let cause: FetchFailure | undefined;
      const context = stringifyJson(
        contextArguments(fetch.contextRewrites, object, ancestors, this.types, (owner, key, rewrite) => {
          const isPlanned = this.coverage.includesContext(fetch, path, rewrite);
          cause ??= this.failures.find(owner, key) ?? (isPlanned ? undefined : unplanned(`what arguments of ${owner.__typename} need`));
        }),
      );
      // The value of an argument is missing because its fetch failed: this fetch then fails too, as with a required value.
      if (cause) return this.failures.add(object, fetch.providedKeys(), cause);
      if (!lookupsByContext.has(context)) lookupsByContext.set(context, new Map());
      const lookups = lookupsByContext.get(context)!;
      if (!lookups.has(representation)) lookups.set(representation, new EntityLookup());
      targets.push({ object, lookup: lookups.get(representation)! });
    });
    await Promise.all(
      [...lookupsByContext].map(([context, lookups]) => {
        const query = { fetch, representations: [...lookups.keys()], lookups: [...lookups.values()] };
        return this.#sendBatch([query], context.slice(1, -1));
      }),
    );
    this.#mergeEntities(path, fetch, targets);
  }

  /** Returns an object's representation; undefined if the object lacks a required value, for example because a fetch failed. */
  #writeRepresentation(path: readonly PathStep[], fetch: EntityFetch, object: JsonObject): string | undefined {
    this.#missing.length = 0;
    const json = fetch.representationWriter.write(object, this.#onMissing);
    const hasMissing = this.#missing.length > 0;
    const cause = hasMissing
      ? (this.#missing.find(({ cause: failure }) => failure)?.cause ?? this.#unplannedRequirement(path, fetch, object))
      : undefined;
    if (cause) {
      // A required value is missing because its fetch failed: this fetch then fails too, even if the value is nullable.
      this.failures.add(object, fetch.providedKeys(), cause);
      return undefined;
    }
    if (json === undefined || fetch.inputRewrites.length === 0) return json;
    const representation = parseJson(json) as JsonObject;
    applyRewrites(fetch.inputRewrites, representation, this.types);
    return stringifyJson(representation);
  }

  /** Returns the failure of an entity fetch that requires values which no fetch before it brings; undefined for others. */
  #unplannedRequirement(path: readonly PathStep[], fetch: EntityFetch, { __typename: typename }: JsonObject): FetchFailure | undefined {
    if (typeof typename !== 'string' || this.coverage.includesRequirements(fetch, path, typename)) return undefined;
    return unplanned(`what fields of ${typename} require`);
  }

  /** Returns the known lookup of an entity, or adds a new one to the subgraph's next batch. */
  #lookUp(fetch: EntityFetch, representation: string): EntityLookup {
    let lookups = this.#lookups.get(fetch.entityQueryId);
    if (!lookups) this.#lookups.set(fetch.entityQueryId, (lookups = new Map()));
    let lookup = lookups.get(representation) ?? (this.initialRun && this.initialRun.#lookups.get(fetch.entityQueryId)?.get(representation));
    if (lookup) return lookup;
    lookups.set(representation, (lookup = new EntityLookup()));
    const batch = this.#batchFor(fetch.subgraph);
    batch.add(fetch, representation, lookup);
    lookup.response = batch.response;
    return lookup;
  }

  #batchFor(subgraph: string): EntityBatch {
    let batch = this.#batches.get(subgraph);
    if (!batch) {
      batch = new EntityBatch((queries) => {
        this.#batches.delete(subgraph);
        return this.#sendBatch(queries);
      });
      this.#batches.set(subgraph, batch);
    }
    return batch;
  }

  async #sendBatch(queries: readonly EntityQuery[], contextArguments?: string): Promise<void> {
    this.errors.push(...(await this.#requests.fetchEntities(queries, contextArguments)));
  }

  #mergeEntities(path: readonly PathStep[], fetch: EntityFetch, targets: readonly LookupTarget[]): void {
    const lookupsWithErrors = new Map<JsonObject, EntityLookup>();
    for (const { object, lookup } of targets) {
      if (lookup.failure) this.failures.add(object, fetch.providedKeys(), lookup.failure);
      if (lookup.errors) {
        lookupsWithErrors.set(object, lookup);
        // The error that made the whole entity null is the reason for all its missing fields.
        if (!isObject(lookup.entity))
          this.failures.add(
            object,
            fetch.providedKeys(),
            new FetchFailure(new SubgraphGraphQLError(fetch.subgraph, lookup.errors[0]!, undefined), true),
          );
      }
      if (!isObject(lookup.entity)) continue;
      const shouldCopy = lookup.owner !== null && (lookup.owner !== path || !this.plan.canShareObjects);
      lookup.owner ??= path;
      merge(object, lookup.entity, this.types, shouldCopy);
    }
    if (lookupsWithErrors.size === 0) return;
    forEachObjectWithPath(this.data, path, (object, objectPath) => {
      for (const error of lookupsWithErrors.get(object)?.errors ?? [])
        this.errors.push(new SubgraphGraphQLError(fetch.subgraph, error, [...objectPath, ...(error.path ?? [])]));
    });
  }
}

/** Returns a failure that only fields of the client report: the fetch may be of no use to an object. */
function unplanned(what: string): FetchFailure {
  const failure = new FetchFailure(unplannedFieldError(what));
  failure.isReported = true;
  return failure;
}

/** Waits for the requests of the lookups that have no result yet. */
async function waitForLookups(targets: readonly LookupTarget[]): Promise<void> {
  const responses = new Set<Promise<void>>();
  for (const { lookup } of targets) if (lookup.response) responses.add(lookup.response);
  for (const response of responses) await response;
}
