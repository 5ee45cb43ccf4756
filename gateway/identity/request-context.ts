import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.js';
import { ClientDisconnect } from '../transport/client-disconnect.js';
import type { Claims } from './claims.js';
import type { Identify } from './identity.js';
import { reportCost } from './report-cost.js';

/** Returns the headers of the subgraph requests of a client request, given its headers and the claims of its token. */
type CreateSubgraphHeaders = (headers: IncomingHttpHeaders, claims: Claims | null) => GatewayContext['subgraphHeaders'];

/**
 * Returns the function that creates the context of a client request: a new request id, which is also sent as
 * `X-Request-Id`, the authenticated client and the headers for subgraphs.
 * @param identify null if credentials are ignored.
 */
export function requestContext(
  identify: Identify | null,
  createSubgraphHeaders: CreateSubgraphHeaders,
): (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext> {
  const disconnects = new ClientDisconnects();
  return async (request, reply) => {
    const requestId = randomUUID();
    void reply.header('x-request-id', requestId);
    const signal = disconnects.of(request.raw.socket);
    const context: GatewayContext = { requestId, viewer: null, signal };
    context.onCost = (cost) => reportCost(cost, context, request, reply);
    const authenticate = identify?.(request.headers, requestId);
    if (authenticate) Object.assign(context, await authenticate(), { authenticate });
    context.subgraphHeaders = createSubgraphHeaders(request.headers, context.token?.claims ?? null);
    return context;
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
