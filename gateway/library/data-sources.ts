import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { isObject } from '../json.js';
import { TRACE_HEADER } from '../transport/trace-header.js';
import type { Log } from '../log.js';
import { SubgraphFault, clientError } from '../transport/subgraph-fault.js';
import { checkedResponse, type SendRequest } from '../transport/subgraph-response.js';
import type { GraphQLDataSource, SubgraphDefinition } from './data-source.js';
import { lazyRequest } from './subgraph-request.js';

/** The data sources of the subgraphs, by name and URL. They outlive supergraphs: a new one uses the connections of the old one. */
export class DataSources<Context extends object> {
  readonly #sources = new Map<string, GraphQLDataSource<Context>>();

  constructor(
    private readonly create: (definition: SubgraphDefinition) => GraphQLDataSource<Context>,
    private readonly log: Log,
  ) {}

  of({ name, url }: SubgraphDefinition): GraphQLDataSource<Context> {
    const key = `${name} ${url}`;
    let source = this.#sources.get(key);
    if (!source) this.#sources.set(key, (source = this.create({ name, url })));
    return source;
  }

  /** Returns the function that sends subgraph requests for one request of a client. `urls` are those of its supergraph. */
  sender(incoming: GatewayGraphQLRequestContext, urls: ReadonlyMap<string, string>, isTraced: boolean): SendRequest {
    const context = incoming.context as Context;
    return async (name, body) => {
      const request = lazyRequest(body);
      if (isTraced) request.http = { method: 'POST', url: urls.get(name) ?? '', headers: new Headers(TRACE_HEADER) };
      try {
        const source = this.of({ name, url: urls.get(name) });
        const response = await source.process({ request, context, kind: 'incoming operation', incomingRequestContext: incoming });
        return checkedResponse(name, isObject(response) ? response : {});
      } catch (error) {
        throw this.#toClientError(error, name);
      }
    };
  }

  /** Rejects if a subgraph of a supergraph does not answer the smallest query. */
  async checkHealth(urls: ReadonlyMap<string, string>): Promise<void> {
    await Promise.all(
      [...urls].map(async ([name, url]) => {
        const request = lazyRequest('{"query":"{__typename}"}');
        const { errors } = await this.of({ name, url }).process({ request, context: {} as Context, kind: 'health check' });
        if (errors?.[0]) throw new Error(`The subgraph ${name} failed its health check: ${errors[0].message}`);
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sources.values()].map((source) => (source as { close?: () => Promise<void> }).close?.()));
  }

  /** Returns the error that a client may see. The log gets the fault of a subgraph, which names internals. */
  #toClientError(error: unknown, subgraph: string): Error {
    if (!(error instanceof SubgraphFault)) return error as Error;
    this.log.warn({ err: error, subgraph }, 'subgraph request failed');
    return clientError(error);
  }
}
