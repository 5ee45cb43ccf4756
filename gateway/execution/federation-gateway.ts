import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayGraphQLRequestMetrics,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';
import { GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Planner, PlanningError } from '../planning/planner.js';
import type { Credentials } from '../authorization/access-requirement.js';
import type { OnSubsequentResults } from './defer/incremental-results.js';
import type { Operation, OperationRequest } from './operation.js';
import { SubgraphGraphQLError } from './fetch/subgraph-graphql-error.js';
import { OperationTrace } from './trace/operation-trace.js';
import { Generation } from './generation.js';
import type { SendRequest } from '../transport/subgraph-response.js';

/** The time that a replaced generation stays open for the requests that started with it, in milliseconds. */
const RETIREMENT_MS = 30_000;
/** The maximum number of replaced generations that stay open. Each may hold a planner thread, so the oldest is closed early. */
const MAX_RETIRED = 2;

export interface FederationGatewayOptions<Context> {
  /** The SDL of the supergraph to load first, or the function that returns it. */
  supergraph: string | (() => Promise<string>);
  /** Creates the planner of a supergraph. Rejects if the supergraph is invalid. */
  createPlanner: (supergraph: string) => Promise<Planner>;
  /**
   * Returns the function that sends the requests of one client request to the subgraphs. `isTraced` is true if they are asked for
   * traces, by the header of `TRACE_HEADER`.
   */
  createSender: (context: Context, generation: Generation, isTraced: boolean) => SendRequest;
  /**
   * Returns the client's credentials for the supergraph's authorization directives, including which of the policies are
   * satisfied.
   */
  getCredentials: (context: Context, policies: readonly string[]) => Promise<Credentials>;
  /**
   * Called with each error that is not in the response: the error of a field that the client did not select, if it leaves
   * none of the selected fields null.
   */
  onUnreportedError: (error: GraphQLError, context: Context) => void;
  /** Returns the receiver of the results of deferred fragments, for clients that accept incremental delivery. */
  onSubsequentResults?: (context: Context) => OnSubsequentResults | undefined;
  /** Called with each generation before it executes requests. If it rejects, the generation is not used. */
  prepare?: (generation: Generation) => Promise<void>;
  /** The percentages of the requests for which custom labels of progressive overrides are active. Default: 0. */
  overridePercentages?: ReadonlyMap<string, number>;
  /** Returns true if a custom label is active for a request, false if not, and undefined to let the percentages decide. */
  isOverrideActive?: (label: string, context: Context) => boolean | undefined;
  /** Called with each supergraph that is loaded, before its operations are checked: its API schema, and the parsed SDL. */
  onSupergraph?: (apiSchema: GraphQLSchema, supergraph: DocumentNode) => void;
  /** Called before an operation is planned. Throws or rejects with a GraphQLError to refuse the request. */
  beforePlanning?: (context: Context) => void | Promise<void>;
  /** Called with the reason why an operation with `@defer` is executed without deferring. */
  onDeferFallback?: (error: PlanningError, context: Context) => void;
}

/** Executes operations over the subgraphs of a supergraph, as a gateway of Apollo Server. */
export class FederationGateway<Context> implements GatewayInterface {
  readonly #options: FederationGatewayOptions<Context>;
  readonly #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  readonly #generations = new WeakMap<GraphQLSchema, Generation>();
  /** The replaced generations that are still open, oldest first, with the timers that close them. */
  readonly #retired = new Map<Generation, NodeJS.Timeout>();
  #current: Generation | null = null;
  /** Updates run one after another, so that a supergraph that loads slowly cannot replace a newer one. */
  #lastUpdate: Promise<void> = Promise.resolve();

  constructor(options: FederationGatewayOptions<Context>) {
    this.#options = options;
  }

  onSchemaLoadOrUpdate(callback: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  async load(): Promise<GatewayLoadResult> {
    const { supergraph } = this.#options;
    await this.update(typeof supergraph === 'string' ? supergraph : await supergraph());
    return { executor: (request) => this.execute(request, request.context as Context) };
  }

  /**
   * Replaces the supergraph. Requests in flight finish on the generation that they started with. Rejects if the new supergraph
   * does not load; the current one then stays.
   */
  update(supergraph: string): Promise<void> {
    const update = this.#lastUpdate.then(() => this.#replace(supergraph));
    this.#lastUpdate = update.catch(() => undefined); // The caller gets the error; the next update still runs.
    return update;
  }

  async #replace(supergraph: string): Promise<void> {
    const generation = await this.#loadGeneration(supergraph);
    this.#generations.set(generation.schema, generation);
    const former = this.#current;
    this.#current = generation;
    for (const listener of this.#listeners) listener({ apiSchema: generation.schema, coreSupergraphSdl: supergraph });
    if (former) this.#retire(former);
  }

  async #loadGeneration(supergraph: string): Promise<Generation> {
    const planner = await this.#options.createPlanner(supergraph);
    try {
      const { overridePercentages, onSupergraph, prepare } = this.#options;
      const generation = new Generation(supergraph, planner, { overridePercentages, onSupergraph });
      await prepare?.(generation);
      return generation;
    } catch (error) {
      await planner.close();
      throw error;
    }
  }

  /** The generation that executes new requests. */
  get currentGeneration(): Generation {
    if (!this.#current) throw new Error('The gateway has not loaded its supergraph yet.');
    return this.#current;
  }

  /** Returns the generation that an operation was validated under, which a new supergraph may have replaced since. */
  generationOf(schema: GraphQLSchema): Generation {
    const generation = this.#generations.get(schema);
    if (!generation) throw new Error('The schema belongs to no supergraph of this gateway.');
    return generation;
  }

  /** Returns the request to execute an operation for one client. */
  operationRequest(
    context: Context,
    generation: Generation,
    variableValues: Readonly<Record<string, unknown>>,
    trace?: OperationTrace,
  ): OperationRequest {
    const { createSender, getCredentials, onUnreportedError, onSubsequentResults } = this.#options;
    const { beforePlanning, onDeferFallback, isOverrideActive } = this.#options;
    return {
      variableValues,
      trace,
      send: createSender(context, generation, trace !== undefined),
      getCredentials: (policies) => getCredentials(context, policies),
      onUnreportedError: (error) => onUnreportedError(error, context),
      onSubsequentResults: onSubsequentResults?.(context),
      beforePlanning: () => beforePlanning?.(context),
      onDeferFallback: (error) => onDeferFallback?.(error, context),
      isOverrideActive: isOverrideActive && ((label) => isOverrideActive(label, context)),
    };
  }

  async stop(): Promise<void> {
    await this.#lastUpdate;
    await Promise.all([this.#current?.close(), ...[...this.#retired.keys()].map((generation) => this.#closeRetired(generation))]);
  }

  #retire(generation: Generation): void {
    this.#retired.set(generation, setTimeout(() => void this.#closeRetired(generation), RETIREMENT_MS).unref());
    const [oldest] = this.#retired.keys();
    if (this.#retired.size > MAX_RETIRED) void this.#closeRetired(oldest!);
  }

  #closeRetired(generation: Generation): Promise<void> {
    clearTimeout(this.#retired.get(generation));
    this.#retired.delete(generation);
    return generation.close();
  }

  /** Executes a request that Apollo Server has validated. */
  async execute(request: GatewayGraphQLRequestContext, context: Context): Promise<GatewayExecutionResult> {
    if (!(request.operation as unknown)) return { errors: [new GraphQLError(unknownOperation(request.request.operationName))] };
    const generation = this.generationOf(request.schema);
    const { metrics } = request;
    return this.executeOperation(generation.operation(request), { context, generation, variables: request.request.variables, metrics });
  }

  /** Executes an operation for one client. If the metrics request it, they get the plan with the traces of the subgraphs. */
  executeOperation(
    operation: Operation,
    { context, generation, variables = {}, metrics }: ExecutionOptions<Context>,
  ): Promise<ExecutionResult> {
    if (!metrics?.captureTraces) return operation.execute(this.operationRequest(context, generation, variables));
    const trace = new OperationTrace(metrics.startHrTime);
    return operation.execute(this.operationRequest(context, generation, variables, trace)).then(async (result) => {
      markTracedErrors(result, trace);
      await writeTrace(trace, metrics);
      return result;
    });
  }
}

/** One execution of an operation. */
export interface ExecutionOptions<Context> {
  context: Context;
  generation: Generation;
  variables?: Readonly<Record<string, unknown>>;
  /** The metrics of Apollo Server's usage reports. */
  metrics?: GatewayGraphQLRequestMetrics;
}

/**
 * Marks the errors that the traces of subgraphs have too, as `@apollo/gateway` does: Apollo Server's usage reports then count them
 * once.
 */
function markTracedErrors({ errors = [] }: ExecutionResult, trace: OperationTrace): void {
  const traced = trace.tracedSubgraphs();
  for (const error of errors)
    if (error instanceof SubgraphGraphQLError && traced.has(error.subgraph)) error.extensions.serviceName = error.subgraph;
}

/** Writes the executed plan into metrics. The library of the messages is loaded on the first call. */
async function writeTrace(trace: OperationTrace, metrics: GatewayGraphQLRequestMetrics): Promise<void> {
  const { queryPlanTrace } = await import('./trace/query-plan-trace.js');
  metrics.queryPlanTrace = queryPlanTrace(trace) as typeof metrics.queryPlanTrace;
}

const unknownOperation = (name: string | undefined): string =>
  name === undefined
    ? 'The document has several operations. Set operationName to the one to execute.'
    : `The document has no operation named "${name.slice(0, 100)}".`;
