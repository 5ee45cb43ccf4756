import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Planner, PlanningFault } from '../planning/planner.js';
import type { Credentials } from '../authorization/clause.js';
import type { Deliver } from './defer/delivery.js';
import type { OperationRequest } from './operation.js';
import { Generation } from './generation.js';
import type { Send } from './fetch/subgraph-requests.js';

/** How long a replaced supergraph keeps planning for requests that began with it, in milliseconds. */
const GRACE_MS = 30_000;
/** How many do so at the most, as each may hold a thread: of more than that the oldest ends early. */
const FORMER = 2;

export interface FederationGatewayOptions<Context> {
  /** A composed supergraph, as SDL. */
  supergraph: string;
  /** Makes the planner of a supergraph; rejects where it does not load. */
  planner: (supergraph: string) => Promise<Planner>;
  /** The way to the subgraphs for one request. */
  sender: (context: Context, generation: Generation) => Send;
  /** What the client of a request has proved, for the supergraph's authorization directives; and which of the policies hold. */
  credentials: (context: Context, policies: readonly string[]) => Promise<Credentials>;
  /** Hears of errors that the client does not: those of fields that it did not select, where all that it did select is there. */
  onUnseen: (error: GraphQLError, context: Context) => void;
  /** Takes what is answered later, of a client that takes answers in parts; without it none does. */
  deliver?: (context: Context) => Deliver | undefined;
  /** Hears why an operation is answered whole that could be deferred. */
  onUndeferred?: (fault: PlanningFault, context: Context) => void;
}

/** Executes operations over the subgraphs of a supergraph: what Apollo Server calls a gateway. */
export class FederationGateway<Context> implements GatewayInterface {
  readonly #options: FederationGatewayOptions<Context>;
  readonly #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  readonly #generations = new WeakMap<GraphQLSchema, Generation>();
  /** Those that were replaced, the oldest first, each with what ends it. */
  readonly #former = new Map<Generation, NodeJS.Timeout>();
  #current: Generation | null = null;
  /** One update after another: one that loads slowly must not bring an old supergraph back. */
  #updated: Promise<void> = Promise.resolve();

  constructor(options: FederationGatewayOptions<Context>) {
    this.#options = options;
  }

  onSchemaLoadOrUpdate(callback: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  async load(): Promise<GatewayLoadResult> {
    await this.update(this.#options.supergraph);
    return { executor: (request) => this.#execute(request) };
  }

  /**
   * Serves another supergraph from now on; requests in flight finish on the one that they began with. Rejects, and goes on
   * serving the old one, where the new one does not load.
   */
  update(supergraph: string): Promise<void> {
    const updated = this.#updated.then(() => this.#replace(supergraph));
    this.#updated = updated.catch(() => undefined); // Told to whom asked for it, and no reason to refuse the next.
    return updated;
  }

  async #replace(supergraph: string): Promise<void> {
    const generation = await this.#load(supergraph);
    this.#generations.set(generation.schema, generation);
    const former = this.#current;
    this.#current = generation;
    for (const listener of this.#listeners) listener({ apiSchema: generation.schema, coreSupergraphSdl: supergraph });
    if (former) this.#retire(former);
  }

  async #load(supergraph: string): Promise<Generation> {
    const planner = await this.#options.planner(supergraph);
    try {
      return new Generation(supergraph, planner);
    } catch (error) {
      await planner.close();
      throw error;
    }
  }

  /** The generation that serves new requests. */
  get current(): Generation {
    if (!this.#current) throw new Error('The gateway has not loaded its supergraph yet.');
    return this.#current;
  }

  /** Returns the generation that an operation was validated under, which a new supergraph may have replaced since. */
  generationOf(schema: GraphQLSchema): Generation {
    const generation = this.#generations.get(schema);
    if (!generation) throw new Error('The schema belongs to no supergraph of this gateway.');
    return generation;
  }

  /** What an operation needs to run for one client. */
  request(context: Context, generation: Generation, given: Readonly<Record<string, unknown>>): OperationRequest {
    const { sender, credentials, onUnseen, deliver, onUndeferred } = this.#options;
    return {
      given,
      send: sender(context, generation),
      credentials: (policies) => credentials(context, policies),
      onUnseen: (error) => onUnseen(error, context),
      deliver: deliver?.(context),
      onUndeferred: (fault) => onUndeferred?.(fault, context),
    };
  }

  async stop(): Promise<void> {
    await this.#updated;
    await Promise.all([this.#current?.close(), ...[...this.#former.keys()].map((former) => this.#end(former))]);
  }

  #retire(former: Generation): void {
    this.#former.set(former, setTimeout(() => void this.#end(former), GRACE_MS).unref());
    const [oldest] = this.#former.keys();
    if (this.#former.size > FORMER) void this.#end(oldest!);
  }

  #end(former: Generation): Promise<void> {
    clearTimeout(this.#former.get(former));
    this.#former.delete(former);
    return former.close();
  }

  async #execute(request: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> {
    if (!(request.operation as unknown)) return { errors: [new GraphQLError(unknownOperation(request.request.operationName))] };
    const generation = this.generationOf(request.schema);
    const operation = generation.operation(request);
    return operation.execute(this.request(request.context as Context, generation, request.request.variables ?? {}));
  }
}

const unknownOperation = (name: string | undefined): string =>
  name === undefined ? 'The document has several operations: say which by operationName.' : `The document has no operation "${name}".`;
