import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';
import type { GatewayContext } from '../context.js';
import { ClientDisconnect } from '../transport/client-disconnect.js';
import type { Claims } from './claims.js';
import type { Identify } from './identity.js';
import { reportCost } from './report-cost.js';

/** A request of a client, by whichever transport it arrived. */
export interface ClientRequest {
  /** Identifies the request in all logs. */
  requestId: string;
  headers: IncomingHttpHeaders;
  /** Aborted when the client no longer waits for the response. */
  signal: AbortSignalLike;
  /** Sets a header of the response; undefined if the response has none. */
  setHeader?: (name: string, value: string) => void;
}

/** Creates the context of a client request. Throws UNAUTHENTICATED for a credential that is not valid. */
export type CreateContext = (request: ClientRequest) => Promise<GatewayContext>;

/** Returns the headers of the subgraph requests of a client request, given its headers and the claims of its token. */
type CreateSubgraphHeaders = (headers: IncomingHttpHeaders, claims: Claims | null) => GatewayContext['subgraphHeaders'];

/**
 * Returns the function that creates contexts, each with the authenticated client and the headers for subgraphs.
 * @param identify null if credentials are ignored.
 */
export const contextCreator =
  (identify: Identify | null, createSubgraphHeaders: CreateSubgraphHeaders): CreateContext =>
  async ({ requestId, headers, signal, setHeader }) => {
    const context: GatewayContext = { requestId, viewer: null, signal };
    context.onCost = (cost) => reportCost(cost, context, headers, setHeader);
    const authenticate = identify?.(headers, requestId);
    if (authenticate) Object.assign(context, await authenticate(), { authenticate });
    context.subgraphHeaders = createSubgraphHeaders(headers, context.token?.claims ?? null);
    return context;
  };

/** Returns the function that creates the context of an HTTP request with a new request id, which is also sent as `X-Request-Id`. */
export function httpContext(createContext: CreateContext): (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext> {
  const disconnects = new ClientDisconnects();
  return (request, reply) => {
    const requestId = randomUUID();
    const setHeader = (name: string, value: string) => void reply.header(name, value);
    setHeader('x-request-id', requestId);
    return createContext({ requestId, headers: request.headers, signal: disconnects.of(request.raw.socket), setHeader });
  };
}

/** The signals of the open connections. All requests on a connection share its signal. */
class ClientDisconnects {
  readonly #bySocket = new WeakMap<Socket, ClientDisconnect>();

  of(socket: Socket): ClientDisconnect {
    const existing = this.#bySocket.get(socket);
    if (existing) return existing;
    const disconnect = new ClientDisconnect();
    socket.once('close', () => disconnect.abort());
    this.#bySocket.set(socket, disconnect);
    return disconnect;
  }
}
