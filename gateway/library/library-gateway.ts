import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';
import { OperationTypeNode, parse } from 'graphql';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import type { Credentials } from '../authorization/access-requirement.js';
import { FederationGateway } from '../execution/federation-gateway.js';
import { subgraphUrls } from '../execution/schema-types.js';
import type { Log } from '../log.js';
import { createPlanner } from '../planning/create-planner.js';
import { DataSources } from './data-sources.js';
import type { GraphQLDataSource, SubgraphDefinition } from './data-source.js';
import { toLog } from './logger.js';
import type { FederationGatewayOptions } from './options.js';
import { RemoteGraphQLDataSource } from './remote-data-source.js';

/**
 * Executes operations over the subgraphs of a supergraph, as a gateway of Apollo Server. It replaces `ApolloGateway` of
 * `@apollo/gateway`.
 */
export class LibraryGateway<Context extends object = Record<string, unknown>> implements GatewayInterface {
  readonly #options: FederationGatewayOptions<Context>;
  readonly #log: Log;
  readonly #sources: DataSources<Context>;
  readonly #gateway: FederationGateway<GatewayGraphQLRequestContext>;
  #cleanUp: (() => Promise<void>) | undefined;

  /** Throws if `supergraphSdl` is missing. */
  constructor(options: FederationGatewayOptions<Context>) {
    if (!(options.supergraphSdl as unknown)) throw new Error(NO_SUPERGRAPH);
    const log = toLog(options.logger);
    this.#options = options;
    this.#log = log;
    this.#sources = new DataSources((definition) => this.#createDataSource(definition), log);
    this.#gateway = new FederationGateway({
      supergraph: () => this.#openSupergraph(),
      createPlanner: (supergraph) => createPlanner(supergraph, log, options.plansInThread),
      createSender: (request, { subgraphUrls: urls }, isTraced) => this.#sources.sender(request, urls, isTraced),
      getCredentials: ({ context }, policies) => this.#getCredentials(context as Context, policies),
      onUnreportedError: (error) => log.warn({ err: error }, 'a field that only the query plan selected failed'),
      onDeferFallback: (error) => log.warn({ err: error }, 'operation with @defer was executed without deferring'),
    });
  }

  onSchemaLoadOrUpdate(callback: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    return this.#gateway.onSchemaLoadOrUpdate(callback);
  }

  /** Loads the supergraph. Rejects if it is invalid, or if its source fails. */
  async load(): Promise<GatewayLoadResult> {
    try {
      await this.#gateway.load();
    } catch (error) {
      await this.stop();
      throw error;
    }
    return { executor: (request) => this.#execute(request) };
  }

  async stop(): Promise<void> {
    const cleanUp = this.#cleanUp;
    this.#cleanUp = undefined;
    await cleanUp?.();
    await this.#gateway.stop();
    await this.#sources.close();
  }

  async #execute(request: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> {
    // Contrary to its type, `operation` is undefined if the document has no operation with the requested name.
    if ((request.operation as unknown) && request.operation.operation === OperationTypeNode.SUBSCRIPTION)
      return { errors: [codedError('BAD_REQUEST', NO_SUBSCRIPTIONS)] };
    return this.#gateway.execute(request, request);
  }

  /** Returns the first supergraph, and follows its updates. */
  async #openSupergraph(): Promise<string> {
    const { supergraphSdl: source } = this.#options;
    if (typeof source === 'string') return source;
    const hooks = {
      update: (supergraph: string): void => this.#update(supergraph),
      healthCheck: (supergraph: string) => this.#sources.checkHealth(subgraphUrls(parse(supergraph, { noLocation: true }))),
      getDataSource: (definition: SubgraphDefinition) => this.#sources.of(definition),
    };
    const { supergraphSdl, cleanup } = await (typeof source === 'function' ? source(hooks) : source.initialize(hooks));
    this.#cleanUp = cleanup;
    return supergraphSdl;
  }

  #update(supergraph: string): void {
    this.#gateway.update(supergraph).then(
      () => this.#log.info({}, 'new supergraph loaded'),
      (error: unknown) => this.#log.error({ err: error }, 'new supergraph failed to load; the current supergraph stays'),
    );
  }

  #createDataSource({ name, url = '' }: SubgraphDefinition): GraphQLDataSource<Context> {
    const { buildService, willSendRequest, didReceiveResponse, didEncounterError, subgraphTimeoutMs: timeoutMs } = this.#options;
    if (buildService) return buildService({ name, url });
    const hooks = { willSendRequest, didReceiveResponse, didEncounterError };
    return new RemoteGraphQLDataSource<Context>({ name, url, ...(timeoutMs && { timeoutMs }), ...hooks });
  }

  async #getCredentials(context: Context, policies: readonly string[]): Promise<Credentials> {
    const held = await this.#options.getCredentials?.(context, policies);
    return { isAuthenticated: held?.isAuthenticated === true, scopes: new Set(held?.scopes), policies: new Set(held?.policies) };
  }
}

const NO_SUPERGRAPH =
  'The option supergraphSdl is missing. Give the SDL of a supergraph, or a function or object that provides it. ' +
  'Supergraphs of Apollo Uplink and lists of services are not supported: compose with rover or IntrospectAndCompose.';
const NO_SUBSCRIPTIONS = 'Subscriptions are not supported here: Apollo Server has no transport for them.';
