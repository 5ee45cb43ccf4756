import { type GraphQLError } from 'graphql';
import { clientErrorOf, Failure, Failures } from './fetch/failures.js';
import { contextArguments } from './fetch/context-arguments.js';
import { merge } from './fetch/merge.js';
import { Lookup, PendingRequest, type Part } from './fetch/pending-request.js';
import { applyRewrites } from './fetch/rewrites.js';
import type { SendRequest, SubgraphResponse } from '../transport/subgraph-response.js';
import { SubgraphRequests, type RootAnswer } from './fetch/subgraph-requests.js';
import { isObject, NullPrototypeObject, type JsonObject } from '../json.js';
import type { CompiledPlan, EntityFetch, Fetch, Step } from './plan/compile-plan.js';
import { eachPosition, tracePositions, type PathStep } from './plan/path.js';
import type { SchemaTypes } from './schema-types.js';
import { providedKeys } from './fetch/provided-keys.js';
import type { Variables } from './variables.js';

/** One run of a query plan: it sends the plan's requests and merges what they bring into one tree. */
export class Execution {
  /** What was fetched, by response key; it holds more than the client asked for, such as keys. */
  readonly data: JsonObject;
  readonly errors: GraphQLError[] = [];
  readonly failures: Failures;
  /** Objects that stand at several places of the tree. */
  readonly shared = new Set<JsonObject>();
  /** Hears of steps that have run under a name. */
  onTold: ((id: string) => void) | null = null;

  readonly #requests: SubgraphRequests;
  readonly #lookups = new Map<number, Map<string, Lookup>>();
  readonly #pending = new Map<string, PendingRequest>();

  constructor(
    private readonly plan: CompiledPlan,
    private readonly variables: Variables,
    private readonly types: SchemaTypes,
    send: SendRequest,
    /**
     * The run that this one is a part of: both fill one tree, and this one asks nothing that the other has asked. Requests
     * are its own, as are errors: the other waits for none of them.
     */
    private readonly beside?: Execution,
  ) {
    this.#requests = new SubgraphRequests(send, variables, types);
    this.data = beside ? beside.data : new NullPrototypeObject();
    this.failures = new Failures(beside?.failures);
  }

  /** Runs the plan, or a step of it, to its end; what fails is in `errors` and `failures`. */
  async run(step: Step | null = this.plan.step): Promise<void> {
    if (step) await this.#run(step);
  }

  /** Runs what is left of a subscription's plan for one of its events. */
  async complete(event: SubgraphResponse): Promise<void> {
    const primary = this.plan.primary!;
    this.#add(primary, this.#requests.rootAnswer(primary, event), [], [this.data]);
    await this.run();
  }

  async #run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'Sequence':
        for (const one of step.steps) await this.#run(one);
        return;
      case 'Parallel':
        await Promise.all(step.steps.map((one) => this.#run(one)));
        return;
      case 'Mutations':
        for (const { key, isNonNull, step: one } of step.fields) {
          if (one) await this.#run(one);
          if (isNonNull && (this.data[key] ?? null) === null) return;
        }
        return;
      case 'Tracked':
        await this.#run(step.step);
        return this.onTold?.(step.id);
      case 'Condition': {
        const branch = this.variables.isTrue(step.variable) ? step.ifTrue : step.ifFalse;
        if (branch) await this.#run(branch);
        return;
      }
      case 'Fetch':
        return this.#fetch(step.path, step.fetch);
      case 'Entities':
        return step.fetch.contextRewrites.length > 0
          ? this.#contextualEntities(step.path, step.fetch)
          : this.#entities(step.path, step.fetch);
    }
  }

  /** Fields of a root type: of the answer's root, or of root objects within it (a payload's `query`). */
  async #fetch(path: readonly PathStep[], fetch: Fetch): Promise<void> {
    const targets: JsonObject[] = path.length === 0 ? [this.data] : [];
    eachPosition(this.data, path, (object) => void targets.push(object));
    if (targets.length === 0) return;
    const answer = await this.#requests.root(fetch);
    if (fetch.isMutation) this.#lookups.clear(); // What was known of entities may be true no longer.
    this.#add(fetch, answer, path, targets);
  }

  #add(fetch: Fetch, { data, errors, failure }: RootAnswer, path: readonly PathStep[], targets: readonly JsonObject[]): void {
    for (const [index, target] of targets.entries()) {
      if (data) merge(target, data, this.types, index > 0);
      if (failure) this.failures.add(target, providedKeys(fetch), failure);
    }
    if (errors.length === 0) return;
    tracePositions(this.data, path, (_object, at) => {
      for (const error of errors) this.errors.push(clientErrorOf(error, error.path && [...at, ...error.path]));
    });
  }

  /** Fields of entities: each distinct entity is asked for once in a request, wherever and however often it stands. */
  async #entities(path: readonly PathStep[], fetch: EntityFetch): Promise<void> {
    const found: { object: JsonObject; lookup: Lookup }[] = [];
    const standIns = new Map<string, JsonObject>();
    // An object that stands at several places is asked about once; what takes its place does so at all of them.
    const seen = this.shared.size > 0 ? new Map<JsonObject, JsonObject>() : null;
    eachPosition(this.data, path, (object, holder, key) => {
      const inPlace = seen?.get(object);
      if (inPlace) {
        if (inPlace !== object) (holder as JsonObject)[key] = inPlace;
        return;
      }
      seen?.set(object, object);
      const text = this.#represent(fetch, object);
      if (text === undefined) return;
      if (this.plan.mayShare && fetch.requires.isAllOf(object)) {
        const standIn = standIns.get(text);
        if (standIn) {
          this.shared.add(standIn);
          seen?.set(object, standIn);
          (holder as JsonObject)[key] = standIn;
          return;
        }
        standIns.set(text, object);
      }
      found.push({ object, lookup: this.#ask(fetch, text) });
    });
    await settled(found);
    this.#take(path, fetch, found);
  }

  /** The same where arguments come from objects above the entity: what is asked depends on the place, too. */
  async #contextualEntities(path: readonly PathStep[], fetch: EntityFetch): Promise<void> {
    const found: { object: JsonObject; lookup: Lookup }[] = [];
    const requests = new Map<string, Map<string, Lookup>>();
    tracePositions(this.data, path, (object, _path, above) => {
      const text = this.#represent(fetch, object);
      if (text === undefined) return;
      const context = JSON.stringify(contextArguments(fetch.contextRewrites, object, above, this.types));
      if (!requests.has(context)) requests.set(context, new Map());
      const lookups = requests.get(context)!;
      if (!lookups.has(text)) lookups.set(text, new Lookup());
      found.push({ object, lookup: lookups.get(text)! });
    });
    await Promise.all(
      [...requests].map(([context, lookups]) =>
        this.#send([{ fetch, representations: [...lookups.keys()], lookups: [...lookups.values()] }], context.slice(1, -1)),
      ),
    );
    this.#take(path, fetch, found);
  }

  #represent(fetch: EntityFetch, object: JsonObject): string | undefined {
    let cause: Failure | undefined;
    const onMissing = this.failures.isEmpty ? null : (holder: JsonObject, key: string) => void (cause ??= this.failures.of(holder, key));
    const text = fetch.requires.write(object, onMissing);
    if (cause) {
      // What it needs was to come from a request that failed: it fails with it, rather than being asked half.
      this.failures.add(object, providedKeys(fetch), cause);
      return undefined;
    }
    if (text === undefined || fetch.inputRewrites.length === 0) return text;
    const representation = JSON.parse(text) as JsonObject;
    applyRewrites(fetch.inputRewrites, representation, this.types);
    return JSON.stringify(representation);
  }

  #ask(fetch: EntityFetch, text: string): Lookup {
    let lookups = this.#lookups.get(fetch.entityQueryId);
    if (!lookups) this.#lookups.set(fetch.entityQueryId, (lookups = new Map()));
    let lookup = lookups.get(text) ?? (this.beside && this.beside.#lookups.get(fetch.entityQueryId)?.get(text));
    if (lookup) return lookup;
    lookups.set(text, (lookup = new Lookup()));
    const request = this.#pendingRequest(fetch.subgraph);
    request.ask(fetch, text, lookup);
    lookup.pending = request.sent;
    return lookup;
  }

  #pendingRequest(subgraph: string): PendingRequest {
    let request = this.#pending.get(subgraph);
    if (!request) {
      request = new PendingRequest((parts) => {
        this.#pending.delete(subgraph);
        return this.#send(parts);
      });
      this.#pending.set(subgraph, request);
    }
    return request;
  }

  async #send(parts: readonly Part[], contextArguments?: string): Promise<void> {
    this.errors.push(...(await this.#requests.entities(parts, contextArguments)));
  }

  #take(path: readonly PathStep[], fetch: EntityFetch, found: readonly { object: JsonObject; lookup: Lookup }[]): void {
    const withErrors = new Map<JsonObject, Lookup>();
    for (const { object, lookup } of found) {
      if (lookup.failure) this.failures.add(object, providedKeys(fetch), lookup.failure);
      if (lookup.errors) {
        withErrors.set(object, lookup);
        // An error that left nothing of the entity explains all that is missing of it.
        if (!isObject(lookup.entity))
          this.failures.add(object, providedKeys(fetch), new Failure(clientErrorOf(lookup.errors[0]!, undefined), true));
      }
      if (!isObject(lookup.entity)) continue;
      const copies = lookup.holder !== null && (lookup.holder !== path || !this.plan.mayShare);
      lookup.holder ??= path;
      merge(object, lookup.entity, this.types, copies);
    }
    if (withErrors.size === 0) return;
    tracePositions(this.data, path, (object, at) => {
      for (const error of withErrors.get(object)?.errors ?? []) this.errors.push(clientErrorOf(error, [...at, ...(error.path ?? [])]));
    });
  }
}

/** Waits for the answers that are still to come. */
async function settled(found: readonly { lookup: Lookup }[]): Promise<void> {
  const pending = new Set<Promise<void>>();
  for (const { lookup } of found) if (lookup.pending) pending.add(lookup.pending);
  for (const one of pending) await one;
}
