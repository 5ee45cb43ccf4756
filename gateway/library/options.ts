import type { GraphQLDataSource, SubgraphDefinition, SubgraphHooks } from './data-source.js';

/** The functions that a source of supergraphs can call. */
export interface SupergraphSdlHookOptions<Context extends object> {
  /** Replaces the supergraph. One that does not load is logged, and the current one stays. */
  update(supergraphSdl: string): void;
  /** Rejects if a subgraph of the supergraph does not respond. */
  healthCheck(supergraphSdl: string): Promise<void>;
  /** Returns the data source that sends requests to a subgraph. */
  getDataSource(definition: SubgraphDefinition): GraphQLDataSource<Context>;
}

/** Returns the first supergraph, and the function to call when the gateway stops. */
export type SupergraphSdlHook<Context extends object = Record<string, unknown>> = (
  options: SupergraphSdlHookOptions<Context>,
) => Promise<{ supergraphSdl: string; cleanup?: () => Promise<void> }>;

/** A source of supergraphs, such as `IntrospectAndCompose` of `@apollo/gateway`. */
export interface SupergraphManager<Context extends object = Record<string, unknown>> {
  initialize(options: SupergraphSdlHookOptions<Context>): ReturnType<SupergraphSdlHook<Context>>;
}

/** Receives what the gateway logs. `console` is one. */
export interface Logger {
  debug(message?: unknown): void;
  info(message?: unknown): void;
  warn(message?: unknown): void;
  error(message?: unknown): void;
}

/** The properties of a client that the authorization directives of the supergraph are checked against. */
export interface ClientCredentials {
  isAuthenticated: boolean;
  /** The scopes that `@requiresScopes` names. Default: none. */
  scopes?: Iterable<string>;
  /** The policies of `@policy` that the client satisfies. Default: none. */
  policies?: Iterable<string>;
}

/** The options of a FederationGateway. The hooks are called for subgraphs without a data source of `buildService`. */
export interface FederationGatewayOptions<Context extends object = Record<string, unknown>> extends SubgraphHooks<Context> {
  /** The SDL of the supergraph, or what provides it and its updates. */
  supergraphSdl: string | SupergraphSdlHook<Context> | SupergraphManager<Context>;
  /** Creates the data source of a subgraph, for example one of a subclass of `RemoteGraphQLDataSource`. */
  buildService?: (definition: SubgraphDefinition & { url: string }) => GraphQLDataSource<Context>;
  /** The maximum time of a subgraph request with its retries, in milliseconds. Default: 30,000. */
  subgraphTimeoutMs?: number;
  /**
   * Returns the client's credentials for `@authenticated`, `@requiresScopes` and `@policy`. `policies` are the names of the policies
   * that the operation requires. Default: clients are not authenticated.
   */
  getCredentials?: (context: Context, policies: readonly string[]) => ClientCredentials | Promise<ClientCredentials>;
  /** False to plan operations in the main thread, which is then blocked meanwhile. Default: true, in a worker thread. */
  plansInThread?: boolean;
  /** Default: warnings and errors go to the console. */
  logger?: Logger;
}
