import type { GatewayGraphQLRequest, GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { LRUCache } from 'lru-cache';
import { SubgraphClient } from '../transport/subgraph-client.js';
import { parseSubgraphResponse } from '../transport/subgraph-response.js';
import type { GraphQLDataSource, ProcessOptions, ResponseHead, SubgraphHooks } from './data-source.js';
import { bodyOf } from './subgraph-request.js';

/** The maximum number of URLs to which one data source keeps connections open. */
const MAX_URLS = 20;
const TIMEOUT_MS = 30_000;
/** Matches the body of a query, which the subgraph may receive twice. */
const QUERY = /^\{"query":"\s*(?:\{|query\b)/;
/** The headers that the transport itself sets. Hooks that copy the headers of a client must not change them. */
const TRANSPORT_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The settings and hooks of a data source. */
export interface RemoteDataSourceOptions<Context extends object> extends SubgraphHooks<Context> {
  /** The URL of the subgraph's GraphQL endpoint. */
  url?: string;
  /** Identifies the subgraph in the log. Default: its URL. */
  name?: string;
  /** The maximum time of a request with its retries, in milliseconds. Default: 30,000. */
  timeoutMs?: number;
}

/**
 * Sends GraphQL requests to a subgraph over HTTP, with a pool of connections, retries of queries and a circuit breaker. Hooks
 * are methods of a subclass, or functions in the options.
 */
export class RemoteGraphQLDataSource<Context extends object = Record<string, unknown>> implements GraphQLDataSource<Context> {
  url = '';
  name?: string;
  timeoutMs = TIMEOUT_MS;
  readonly #clients = new LRUCache<string, SubgraphClient>({ max: MAX_URLS, dispose: (client) => void client.close() });

  constructor(options: RemoteDataSourceOptions<Context> & ThisType<RemoteGraphQLDataSource<Context>> = {}) {
    Object.assign(this, options);
  }

  willSendRequest?(options: ProcessOptions<Context>): void | Promise<void>;
  didReceiveResponse?(received: {
    response: GatewayGraphQLResponse;
    request: GatewayGraphQLRequest;
    context: Context;
  }): GatewayGraphQLResponse | Promise<GatewayGraphQLResponse>;
  didEncounterError?(...args: Parameters<NonNullable<SubgraphHooks<Context>['didEncounterError']>>): void;

  async process(options: ProcessOptions<Context>): Promise<GatewayGraphQLResponse> {
    const { request, context } = options;
    const http = { method: 'POST', url: this.url, headers: new Headers([...(request.http?.headers ?? [])]) };
    request.http = http;
    await this.willSendRequest?.(options);
    const response = await this.#send(request, request.http ?? http, context);
    return this.didReceiveResponse ? this.didReceiveResponse({ response, request, context }) : response;
  }

  /** Closes the connections once the pending requests have ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  async #send(
    request: GatewayGraphQLRequest,
    http: NonNullable<GatewayGraphQLRequest['http']>,
    context: Context,
  ): Promise<GatewayGraphQLResponse> {
    let head: ResponseHead | undefined;
    try {
      const body = bodyOf(request);
      const text = await this.#clientOf(http.url).post({
        body,
        headers: Object.fromEntries([...http.headers].filter(([name]) => !TRANSPORT_HEADERS.has(name.toLowerCase()))),
        isRepeatable: QUERY.test(body),
        onResponseHead: (status, headers) => void (head = { status, headers: new Headers(Object.entries(headers).flatMap(toEntries)) }),
      });
      return { ...parseSubgraphResponse(this.name ?? this.url, text), http: head } as GatewayGraphQLResponse;
    } catch (error) {
      this.didEncounterError?.(error as Error, http, head, context, request);
      throw error;
    }
  }

  #clientOf(url: string): SubgraphClient {
    let client = this.#clients.get(url);
    if (!client) {
      client = new SubgraphClient({ name: this.name ?? url, url, timeoutMs: this.timeoutMs });
      this.#clients.set(url, client);
    }
    return client;
  }
}

const toEntries = ([name, value]: [string, string | string[] | undefined]): [string, string][] =>
  [value ?? []].flat().map((item) => [name, item]);
