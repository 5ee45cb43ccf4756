import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.js';
import { ClientDisconnect } from '../transport/client-disconnect.js';
import { credentialOf } from './credential.js';
import type { Authenticator } from './authenticator.js';

/**
 * Makes the context of a client's request: a fresh request id (also in the answer's headers) and the proven viewer. Without
 * an identity nobody is asked for a credential.
 */
export const requestContext =
  (identity: Authenticator | null) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => {
    const requestId = randomUUID();
    void reply.header('x-request-id', requestId);
    const signal = untilGone(request);
    const credential = identity && credentialOf(request.headers);
    if (!credential) return { requestId, viewer: null, signal };
    const authenticate = () => identity.authenticate(credential, requestId);
    return { requestId, viewer: await authenticate(), authenticate, signal };
  };

const departures = new WeakMap<Socket, ClientDisconnect>();

/** Tells when the client's connection closes. There is one for a connection, as it serves many requests. */
function untilGone({ raw: { socket } }: FastifyRequest): ClientDisconnect {
  let departure = departures.get(socket);
  if (!departure) {
    const made = (departure = new ClientDisconnect());
    socket.once('close', () => made.abort());
    departures.set(socket, made);
  }
  return departure;
}
