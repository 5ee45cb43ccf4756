import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.js';
import { ClientDisconnect } from '../transport/client-disconnect.js';
import { clientInfo } from '../studio/client-info.js';
import type { Authenticator } from './authenticator.js';
import { credentialOf } from './credential.js';
import { reportCost } from './report-cost.js';

/**
 * Returns the function that creates the context of a client request: a new request id, which is also sent as
 * `X-Request-Id`, and the authenticated viewer. Without an authenticator credentials are ignored.
 * @param namesClients true if the context has the name and version of the client application.
 */
export function requestContext(
  authenticator: Authenticator | null,
  namesClients = false,
): (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext> {
  const disconnects = new ClientDisconnects();
  return async (request, reply) => {
    const requestId = randomUUID();
    void reply.header('x-request-id', requestId);
    const signal = disconnects.of(request.raw.socket);
    const credential = authenticator && credentialOf(request.headers);
    const context: GatewayContext = { requestId, viewer: null, signal };
    if (namesClients) context.client = clientInfo(request.headers);
    context.onCost = (cost) => reportCost(cost, context, request, reply);
    if (!credential) return context;
    const authenticate = () => authenticator.authenticate(credential, requestId);
    return Object.assign(context, { viewer: await authenticate(), authenticate });
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
