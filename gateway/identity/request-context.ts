import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from '../context.js';
import { credentialOf } from './credential.js';
import type { Identity } from './identity.js';

/** Makes the context of a client's request: a fresh request id (also in the answer's headers) and the proven viewer. */
export const requestContext =
  (identity: Identity) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => {
    const requestId = randomUUID();
    void reply.header('x-request-id', requestId);
    const credential = credentialOf(request.headers);
    if (!credential) return { requestId, viewer: null };
    try {
      return { requestId, viewer: await identity.viewer(credential, requestId) };
    } catch (error) {
      throw withStatus(error, { UNAUTHENTICATED: 401, UNAVAILABLE: 503, TIMEOUT: 503 });
    }
  };

/** The error with the HTTP status of its code: nothing of the operation was run. */
function withStatus(error: unknown, statuses: Readonly<Record<string, number>>): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const status = statuses[String(error.extensions.code)];
  return status ? new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } }) : error;
}
