import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';
import { codeOf } from '../../subgraphs/shared/errors/coded-error.js';
import type { GatewayContext } from '../context.js';
import { ClientRates, type SetHeader } from '../rate-limits/client-rates.js';
import type { RateLimits } from '../rate-limits/rate-limit.js';
import { clientInfo } from '../studio/client-info.js';
import type { Authenticator } from './authenticator.js';
import type { ClientConnections } from './client-connections.js';
import { credentialOf } from './credential.js';
import { reportCost } from './report-cost.js';

/** A request of a client, by whichever transport it arrived. */
export interface ClientRequest {
  /** Identifies the request in all logs. */
  requestId: string;
  headers: IncomingHttpHeaders;
  /** The key by which the address of the client is counted. */
  address: string;
  /** Aborted when the client no longer waits for the response. */
  signal: AbortSignalLike;
  /** Sets a header of the response; undefined if the response has none. */
  setHeader?: SetHeader;
}

/**
 * Creates the context of a client request and counts the request. Rejects with UNAUTHENTICATED for a credential that is not valid, and
 * with RATE_LIMITED for one request too many.
 */
export type CreateContext = (request: ClientRequest) => Promise<GatewayContext>;

/**
 * Returns the function that creates contexts, each with the authenticated viewer and its rates. Requests without a viewer are counted by
 * address, and so are those with an invalid credential. Without an authenticator credentials are ignored.
 * @param namesClients true if contexts have the name and version of the client application.
 */
export const contextCreator =
  (authenticator: Authenticator | null, rateLimits: RateLimits, namesClients = false): CreateContext =>
  async ({ requestId, headers, address, signal, setHeader }) => {
    const credential = authenticator && credentialOf(headers);
    const ratesOfAddress = (): ClientRates => new ClientRates(address, rateLimits.addresses, setHeader);
    const authenticate = credential ? () => authenticator.authenticate(credential, requestId) : undefined;
    const viewer = authenticate ? await authenticate().catch((error: unknown) => refuseCredential(error, ratesOfAddress())) : null;
    const rates = viewer ? new ClientRates(viewer.userId, rateLimits.viewers, setHeader) : ratesOfAddress();
    const admission = rates.admitRequest();
    if (admission) await admission;
    const context: GatewayContext = { requestId, viewer, address, rates, authenticate, signal };
    if (namesClients) context.client = clientInfo(headers);
    context.onCost = (cost) => reportCost(cost, context, headers, setHeader);
    return context;
  };

/** Returns the function that creates the context of an HTTP request with a new request id, which is also sent as `X-Request-Id`. */
export const httpContext =
  (createContext: CreateContext, connections: ClientConnections) =>
  (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => {
    const requestId = randomUUID();
    const setHeader = (name: string, value: string): void => void reply.header(name, value);
    setHeader('x-request-id', requestId);
    return createContext({ requestId, headers: request.headers, ...connections.clientOf(request), setHeader });
  };

/** Counts a request with an invalid credential, and throws the error with which it is refused. */
async function refuseCredential(error: unknown, rates: ClientRates): Promise<never> {
  if (codeOf(error) === 'UNAUTHENTICATED') await rates.admitRequest();
  throw error;
}
