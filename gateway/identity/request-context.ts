import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
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
    try {
      return { requestId, viewer: await authenticate(), authenticate, signal };
    } catch (error) {
      throw withStatus(error, { UNAUTHENTICATED: 401, UNAVAILABLE: 503, TIMEOUT: 503 });
    }
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

/** The error with the HTTP status of its code: nothing of the operation was run. */
function withStatus(error: unknown, statuses: Readonly<Record<string, number>>): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const status = statuses[String(error.extensions.code)];
  return status ? new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } }) : error;
}
