import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { Agent } from 'undici';
import type { AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import type { RequestTarget } from '../../subgraphs/shared/http/request-target.js';
import { sign, type SignedRequest, type SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import { RequestDeduplicator } from './request-deduplicator.js';
import { TRACE_HEADER } from './trace-header.js';
import { H2cDispatcher } from './h2c-dispatcher.js';
import { SubgraphClient, subgraphTarget } from './subgraph-client.js';
import { subgraphEvents } from './subgraph-events.js';
import type { SubgraphHeaders } from './subgraph-headers.js';
import { clientError, SubgraphFault } from './subgraph-fault.js';
import { parseSubgraphResponse, type SendRequest } from './subgraph-response.js';

/**
 * The URL of a subgraph, perhaps with a user and a password, and the key that signs requests to it. The key is null if the subgraph
 * accepts unsigned requests.
 */
export interface SubgraphEndpoint {
  url: string;
  /** The URL for subscriptions if it is another one. They are sent over WebSocket if it begins with `ws:` or `wss:`. */
  subscriptionsUrl?: string;
  key: SigningKey | null;
}

/** The request of a client on whose behalf subgraphs are called. */
export interface ClientRequest extends SignedRequest {
  /** True if the subgraphs are asked for traces of their resolvers. */
  isTraced?: boolean;
  /** Aborted when the client no longer waits for the response. */
  signal?: AbortSignalLike;
  /** The headers of its subgraph requests. Undefined if they have none but those of the transport. */
  subgraphHeaders?: SubgraphHeaders;
}

/** A response of a subgraph that several client requests may share. */
interface Received {
  text: string;
  headers: IncomingHttpHeaders;
}

export interface SubgraphTransportOptions {
  /** Returns the endpoint of a subgraph, given its name and its URL in the supergraph. */
  endpoint: (name: string, url: string) => SubgraphEndpoint;
  timeoutMs: number;
  /** The largest response of a subgraph, and the largest event of a subscription, in bytes. Defaults to 32 MiB. */
  maxResponseBytes?: number;
  /** True if equal queries of one viewer that are in flight at the same time are sent once. */
  deduplicates: boolean;
  logger: Logger;
}

interface KeyedClient {
  client: SubgraphClient;
  key: SigningKey | null;
}

const MAX_CLIENTS = 200;

/** Sends requests to subgraphs. It outlives supergraphs: a new one uses the connections of the old one. */
export class SubgraphTransport {
  readonly #options: SubgraphTransportOptions;
  /** Clients by name and URL of the subgraph. Those that were not used for long are closed once their requests have ended. */
  readonly #clients = new LRUCache<string, KeyedClient>({ max: MAX_CLIENTS, dispose: ({ client }) => void client.close() });
  readonly #deduplicator = new RequestDeduplicator<Received>();
  /** Each event stream holds a connection of its own. Their number is limited where clients open them. */
  readonly #eventAgent = new Agent({ connections: null, headersTimeout: 0, bodyTimeout: 0 });

  constructor(options: SubgraphTransportOptions) {
    this.#options = options;
  }

  /** Returns the function that sends subgraph requests on behalf of one client request. `urls` are those of its supergraph, by subgraph. */
  requestSender(clientRequest: ClientRequest, urls: ReadonlyMap<string, string>): SendRequest {
    const { deduplicates } = this.#options;
    const { signal, subgraphHeaders, isTraced = false } = clientRequest;
    let viewer: string | undefined;

    const post = async (name: string, body: string, isMutation: boolean, signal: AbortSignalLike | undefined): Promise<Received> => {
      const { client, key } = this.#clientOf(name, urls.get(name)!);
      const propagated = subgraphHeaders?.headersFor(name).fields;
      const added = isTraced ? { ...propagated, ...TRACE_HEADER } : (propagated ?? NO_HEADERS);
      const headers = key ? (timeoutMs: number) => ({ ...added, ...sign(name, key, clientRequest, body, { timeoutMs }) }) : added;
      let received: IncomingHttpHeaders = {};
      const onResponseHead = (_: number, headers: IncomingHttpHeaders) => void (received = headers);
      const text = await client.post({ body, headers, isRepeatable: !isMutation, signal, onResponseHead });
      return { text, headers: received };
    };
    const send = (name: string, body: string, isMutation: boolean): Promise<Received> => {
      if (isMutation) return post(name, body, true, signal).finally(() => this.#endSharing(clientRequest));
      const sharingKey = subgraphHeaders ? subgraphHeaders.headersFor(name).sharingKey : '';
      // The queries that follow a mutation must see its effects, so they do not share the results of queries sent before it.
      if (!deduplicates || sharingKey === null || clientRequest.operation === 'mutation') return post(name, body, false, signal);
      viewer ??= JSON.stringify(clientRequest.viewer);
      const share = (sharedSignal?: AbortSignal): Promise<Received> => post(name, body, false, sharedSignal);
      return this.#deduplicator.share(
        `${name}\n${viewer}\n${isTraced ? 'traced' : ''}\n${sharingKey}\n${body}`,
        signal,
        share,
        principalOf(clientRequest),
      );
    };
    return async (name, body, isMutation) => {
      try {
        const { text, headers } = await send(name, body, isMutation);
        // The text is shared and parsed by each caller, because the executor modifies the parsed objects.
        const response = parseSubgraphResponse(name, text);
        subgraphHeaders?.onResponse?.(name, headers, isMutation);
        return response;
      } catch (error) {
        throw this.#toClientError(error, clientRequest, isMutation);
      }
    };
  }

  /** Returns the events of a subscription in a subgraph that follow the event with the id `lastEventId`. */
  subscribe(
    clientRequest: ClientRequest,
    urls: ReadonlyMap<string, string>,
    name: string,
    body: string,
    lastEventId: string | undefined,
  ): AsyncIterable<StreamEvent> {
    const { url, subscriptionsUrl = url, key } = this.#options.endpoint(name, urls.get(name)!);
    const added = clientRequest.subgraphHeaders?.headersFor(name).fields;
    const { origin, path, isH2c, headers } = this.#targetOfEvents(clientRequest, name, subscriptionsUrl);
    const { timeoutMs } = this.#options;
    return subgraphEvents({
      subgraph: name,
      url: origin + path,
      headers: () => ({ ...added, ...(key && sign(name, key, clientRequest, body, { timeoutMs })), ...headers }),
      body,
      lastEventId,
      signal: clientRequest.signal,
      dispatcher: isH2c ? new H2cDispatcher(origin, timeoutMs) : this.#eventAgent,
      connectTimeoutMs: timeoutMs,
      maxEventBytes: this.#options.maxResponseBytes,
      onEvent: () => this.#endSharing(clientRequest),
      toClientError: (error) => this.#toClientError(error, clientRequest),
    });
  }

  async close(): Promise<void> {
    await Promise.all([...[...this.#clients.values()].map(({ client }) => client.close()), this.#eventAgent.destroy()]);
  }

  /**
   * Ends the sharing of a client's requests in flight. After a mutation has been answered or an event has arrived, what was
   * read before may be outdated.
   */
  #endSharing(clientRequest: ClientRequest): void {
    this.#deduplicator.endSharing(principalOf(clientRequest));
  }

  /** Returns the error that a client may see, and logs a fault unless the client has left. */
  #toClientError(error: unknown, { requestId, signal }: ClientRequest, isMutation = false): unknown {
    if (signal?.aborted) return CLIENT_LEFT;
    if (!(error instanceof SubgraphFault)) return error;
    this.#options.logger.warn({ err: error, requestId }, 'subgraph request failed');
    return clientError(error, isMutation);
  }

  #targetOfEvents(clientRequest: ClientRequest, name: string, url: string): RequestTarget {
    try {
      return subgraphTarget(name, url);
    } catch (error) {
      throw this.#toClientError(error, clientRequest);
    }
  }

  /** Throws a SubgraphFault if the URL is not valid. */
  #clientOf(name: string, supergraphUrl: string): KeyedClient {
    const id = `${name} ${supergraphUrl}`;
    let keyedClient = this.#clients.get(id);
    if (!keyedClient) {
      const { url, key } = this.#options.endpoint(name, supergraphUrl);
      const { timeoutMs, maxResponseBytes, logger } = this.#options;
      keyedClient = { client: new SubgraphClient({ name, url, timeoutMs, maxResponseBytes, logger }), key };
      this.#clients.set(id, keyedClient);
    }
    return keyedClient;
  }
}

/** Returns the identity of a client whatever credential it uses; all clients without a credential are one. */
const principalOf = ({ viewer }: ClientRequest): string => viewer?.userId ?? '';

const NO_HEADERS = {};
const CLIENT_LEFT = codedError('UNAVAILABLE', 'The client closed its connection.');
