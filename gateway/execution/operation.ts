import { Kind, type ExecutionResult, type GraphQLError } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import type { Credentials } from '../authorization/access-requirement.js';
import { unauthorizedFieldError } from '../authorization/unauthorized-field-error.js';
import type { IsOverrideActive } from '../planning/override-labels.js';
import type { PlanningError } from '../planning/planner.js';
import type { SendRequest, SubgraphResponse } from '../transport/subgraph-response.js';
import type { OpenEventStream, StreamEvent } from '../transport/open-event-stream.js';
import { completeEvents } from './complete-events.js';
import { DeferUsages } from './defer/defer-usages.js';
import { executeIncrementally } from './defer/execute-incrementally.js';
import type { OnSubsequentResults } from './defer/incremental-results.js';
import { Execution } from './execution.js';
import { SubgraphRequests } from './fetch/subgraph-requests.js';
import { conditionVariables } from './plan/conditions.js';
import { OperationVariants, type OperationSource, type OperationVariant } from './operation-variants.js';
import { buildResponse, type ResponseScope } from './response/build-response.js';
import type { OperationTrace } from './trace/operation-trace.js';
import { Variables } from './variables.js';

/** One request of a client to execute an operation. */
export interface OperationRequest {
  /** The values of the variables, as the client sent them. */
  variableValues: Readonly<Record<string, unknown>>;
  send: SendRequest;
  /** Returns the client's credentials. `policies` are the names of the policies to evaluate. */
  getCredentials: (policies: readonly string[]) => Promise<Credentials>;
  /**
   * Called with each error that is not in the response: the error of a field that the client did not select, if it leaves
   * none of the selected fields null.
   */
  onUnreportedError: (error: GraphQLError) => void;
  /**
   * Gets the results of deferred fragments, if there are any. Without it the response contains all fields, and nothing is
   * deferred.
   */
  onSubsequentResults?: OnSubsequentResults;
  /** Returns true or false to decide whether a custom label of a progressive override is active, or undefined. */
  isOverrideActive?: IsOverrideActive;
  /** Called before the operation is planned, which most requests need not wait for. Throws or rejects to refuse the request. */
  beforePlanning?: () => void | Promise<void>;
  /** Called with the reason why an operation with `@defer` is executed without deferring: the planner fails on it. */
  onDeferFallback?: (error: PlanningError) => void;
  /** Records the plan and its subgraph requests; undefined if nothing does. */
  trace?: OperationTrace;
}

/** A request with its variables, credentials and variant. */
interface PreparedRequest {
  variant: OperationVariant;
  variables: Variables;
  credentials: Pick<Credentials, 'isAuthenticated'>;
  onUnreportedError: OperationRequest['onUnreportedError'];
}

/** A client's operation. It is planned once per variant and can be executed any number of times. */
export class Operation {
  readonly #source: OperationSource;
  readonly #variants: OperationVariants;
  readonly #deferUsages: DeferUsages | null;
  /** The variables of `@skip` and `@include` whose values may be null. */
  readonly #nullableConditions: readonly string[];

  constructor(source: OperationSource) {
    this.#source = source;
    this.#variants = new OperationVariants(source);
    const nodes = [source.operation, ...Object.values(source.fragments)];
    const nullable = source.operation.variableDefinitions?.filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE) ?? [];
    const names = new Set(nullable.map(({ variable: { name } }) => name.value));
    this.#nullableConditions = names.size === 0 ? [] : conditionVariables(nodes).filter((name) => names.has(name));
    this.#deferUsages = source.labels && DeferUsages.of(nodes, source.labels);
  }

  /**
   * Executes a query or mutation. Errors of subgraphs are among the result's errors. Rejects if the operation cannot be planned.
   */
  async execute(request: OperationRequest): Promise<ExecutionResult> {
    const variables = this.#coerceVariables(request.variableValues);
    if (!(variables instanceof Variables)) return { errors: variables };
    const deferred = request.onSubsequentResults && this.#deferUsages ? this.#deferUsages.activeLabels(variables) : null;
    const activeOverrides = this.#source.overrideLabels.draw(request.isOverrideActive);
    if (deferred) return this.#executeIncrementally(request, variables, activeOverrides, deferred);
    const cached = this.#prepareFromCache(variables, request, activeOverrides);
    const prepared = cached ?? (await this.#prepare(variables, request, activeOverrides));
    const { plan } = prepared.variant;
    if (request.trace) request.trace.plan = plan;
    const execution = new Execution(plan, variables, this.#source.types, request.send, undefined, request.trace);
    await execution.run();
    return this.#buildResponse(execution, prepared);
  }

  /** Plans the operation for values of its conditions that clients are likely to send, and without and with its `@defer`. */
  async planAhead(): Promise<void> {
    const activeOverrides = this.#source.overrideLabels.draw();
    const deferred = this.#deferUsages?.activeLabels({ isTrueOrUndefined: () => true }) ?? null;
    for (const isTrue of this.#variants.likelyConditions()) {
      const request = { variables: { isTrue }, filteredOperation: null, activeOverrides };
      await this.#variants.get({ ...request, deferred: null });
      if (deferred) await this.#variants.get({ ...request, deferred });
    }
  }

  /**
   * Subscribes to the events of the subgraph that owns the subscription field, each completed with fields of other subgraphs.
   * Resolves to a result with errors if there is nothing to subscribe to.
   */
  async subscribe(request: OperationRequest, open: OpenEventStream): Promise<AsyncIterable<StreamEvent> | ExecutionResult> {
    const variables = this.#coerceVariables(request.variableValues);
    if (!(variables instanceof Variables)) return { errors: variables };
    const prepared = await this.#prepare(variables, request, this.#source.overrideLabels.draw(request.isOverrideActive));
    const { types } = this.#source;
    const { plan } = prepared.variant;
    const { eventFetch, mergedOperations } = plan;
    const createExecution = (): Execution => new Execution(plan, variables, types, request.send);
    if (!eventFetch) return { errors: this.#buildResponse(createExecution(), prepared).errors ?? [NO_SUBSCRIPTION_FIELD] };
    const requests = new SubgraphRequests(request.send, variables, types, mergedOperations);
    const events = open(eventFetch.subgraph, requests.rootRequestBody(eventFetch));
    return completeEvents(events, async (result) => {
      const execution = createExecution();
      await execution.complete(result as SubgraphResponse);
      const response = this.#buildResponse(execution, prepared);
      // The whole event has failed, not only a field: Relay, for example, ignores errors beside data.
      return result.data ? response : { ...response, data: null };
    });
  }

  async #executeIncrementally(
    request: OperationRequest,
    variables: Variables,
    activeOverrides: readonly string[],
    deferred: ReadonlySet<string>,
  ): Promise<ExecutionResult> {
    const prepared = await this.#prepare(variables, request, activeOverrides, deferred);
    const { plan, planLabels } = prepared.variant;
    if (request.trace) request.trace.plan = plan;
    const createExecution = (initialRun?: Execution): Execution =>
      new Execution(plan, variables, this.#source.types, request.send, initialRun, request.trace);
    const scope = this.#responseScope(prepared);
    return executeIncrementally(
      { scope, plan, planLabels, labels: this.#deferUsages!.labels, createExecution },
      request.onSubsequentResults!,
    );
  }

  #buildResponse(execution: Execution, prepared: PreparedRequest): ExecutionResult {
    return buildResponse(this.#responseScope(prepared), execution);
  }

  #responseScope({ variant: { selection }, variables, credentials, onUnreportedError }: PreparedRequest): ResponseScope {
    return { ...this.#source, selection, variables, refusal: (path) => unauthorizedFieldError(credentials, path), onUnreportedError };
  }

  #coerceVariables(values: Readonly<Record<string, unknown>>): Variables | readonly GraphQLError[] {
    const { schema, operation, plannable } = this.#source;
    const variables = Variables.coerce(schema, operation.variableDefinitions ?? [], values, plannable);
    if (!(variables instanceof Variables)) return variables;
    const nullConditions = this.#nullableConditions.filter((name) => variables.isNull(name));
    return nullConditions.length === 0 ? variables : nullConditions.map(nullCondition);
  }

  /**
   * Prepares a request without a promise, which is possible for most: undefined if credentials are needed or nothing is
   * cached.
   */
  #prepareFromCache(
    variables: Variables,
    { onUnreportedError }: OperationRequest,
    activeOverrides: readonly string[],
  ): PreparedRequest | undefined {
    if (this.#source.accessRequirements) return undefined;
    const variant = this.#variants.cached(variables, activeOverrides);
    return variant && { variant, variables, credentials: ANONYMOUS, onUnreportedError };
  }

  async #prepare(
    variables: Variables,
    request: OperationRequest,
    activeOverrides: readonly string[],
    deferred: ReadonlySet<string> | null = null,
  ): Promise<PreparedRequest> {
    const { accessRequirements } = this.#source;
    const { onUnreportedError, onDeferFallback, beforePlanning } = request;
    const credentials = accessRequirements ? await request.getCredentials(accessRequirements.policies) : ANONYMOUS;
    const filteredOperation = accessRequirements && 'policies' in credentials ? accessRequirements.filterFor(credentials) : null;
    const variantRequest = { variables, filteredOperation, deferred, activeOverrides, beforePlanning, onDeferFallback };
    const variant = await this.#variants.get(variantRequest);
    return { variant, variables, credentials, onUnreportedError };
  }
}

const nullCondition = (variable: string): GraphQLError =>
  codedError('BAD_USER_INPUT', `Variable "$${variable}" is null, but @skip and @include require true or false. Send true or false.`);

const NO_SUBSCRIPTION_FIELD = codedError(
  'BAD_USER_INPUT',
  'The subscription has no field, because @skip or @include excludes it. Send the variables of the condition with other values.',
);

/** The credentials of requests for operations that require none. */
const ANONYMOUS = { isAuthenticated: false };
