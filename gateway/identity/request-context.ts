import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codeOf } from '../../subgraphs/shared/errors/coded-error.js';
import type { GatewayContext } from '../context.js';
import { ClientRates } from '../rate-limits/client-rates.js';
import type { RateLimits } from '../rate-limits/rate-limit.js';
import type { Authenticator } from './authenticator.js';
import type { ClientConnections } from './client-connections.js';
import { credentialOf } from './credential.js';
import { reportCost } from './report-cost.js';

export interface RequestContextOptions {
  /** Without it credentials are ignored. */
  authenticator: Authenticator | null;
  connections: ClientConnections;
  rateLimits: RateLimits;
}

/**
 * Returns the function that creates the context of a client request: a new request id, which is also sent as `X-Request-Id`, the
 * authenticated viewer, and the rates of the viewer. Requests without a viewer are counted by address, and so are those with an invalid
 * credential. Rejects with RATE_LIMITED if there are too many.
 */
export function requestContext({
  authenticator,
  connections,
  rateLimits,
}: RequestContextOptions): (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext> {
  return async (request, reply) => {
    const requestId = randomUUID();
    void reply.header('x-request-id', requestId);
    const { signal, address } = connections.clientOf(request);
    const credential = authenticator && credentialOf(request.headers);
    const setHeader = (name: string, value: string): void => void reply.header(name, value);
    const ratesOfAddress = (): ClientRates => new ClientRates(address, rateLimits.addresses, setHeader);
    const authenticate = credential ? () => authenticator.authenticate(credential, requestId) : undefined;
    const viewer = authenticate ? await authenticate().catch((error: unknown) => refuseCredential(error, ratesOfAddress())) : null;
    const rates = viewer ? new ClientRates(viewer.userId, rateLimits.viewers, setHeader) : ratesOfAddress();
    const admission = rates.admitRequest();
    if (admission) await admission;
    const context: GatewayContext = { requestId, viewer, address, rates, authenticate, signal };
    context.onCost = (cost) => reportCost(cost, context, request, reply);
    return context;
  };
}

/** Counts a request with an invalid credential, and throws the error with which it is refused. */
async function refuseCredential(error: unknown, rates: ClientRates): Promise<never> {
  if (codeOf(error) === 'UNAUTHENTICATED') await rates.admitRequest();
  throw error;
}
