import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';
import { codeOf } from '../../subgraphs/shared/errors/coded-error.js';
import type { GatewayContext } from '../context.js';
import { ClientRates, type SetHeader } from '../rate-limits/client-rates.js';
import type { RateLimits } from '../rate-limits/rate-limit.js';
import { clientInfo } from '../studio/client-info.js';
import type { Claims } from './claims.js';
import type { ClientConnections } from './client-connections.js';
import type { Identify, Identity } from './identity.js';
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

export interface ContextOptions {
  /** Null if credentials are ignored. */
  identify: Identify | null;
  rateLimits: RateLimits;
  /** True if contexts have the name and version of the client application. */
  namesClients: boolean;
  /** Returns the headers of the subgraph requests of a client request, given its headers and the claims of its token. */
  createSubgraphHeaders: (headers: IncomingHttpHeaders, claims: Claims | null) => GatewayContext['subgraphHeaders'];
}

/**
 * Returns the function that creates contexts, each with the authenticated client, its rates and the headers for subgraphs. Anonymous
 * requests are counted by address, and so are those with an invalid credential.
 */
export const contextCreator =
  ({ identify, rateLimits, namesClients, createSubgraphHeaders }: ContextOptions): CreateContext =>
  async ({ requestId, headers, address, signal, setHeader }) => {
    let authenticate: (() => Promise<Identity>) | undefined;
    let identity = ANONYMOUS;
    try {
      authenticate = identify?.(headers, requestId) ?? undefined;
      if (authenticate) identity = await authenticate();
    } catch (error) {
      if (codeOf(error) === 'UNAUTHENTICATED') await new ClientRates(address, rateLimits.addresses, setHeader).admitRequest();
      throw error;
    }
    const { viewer, token } = identity;
    const principal = viewer?.userId ?? token?.principal;
    const rates = new ClientRates(principal ?? address, principal === undefined ? rateLimits.addresses : rateLimits.viewers, setHeader);
    const admission = rates.admitRequest();
    if (admission) await admission;
    const subgraphHeaders = createSubgraphHeaders(headers, token?.claims ?? null);
    const context: GatewayContext = { requestId, viewer, token, address, rates, authenticate, signal, subgraphHeaders };
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

const ANONYMOUS: Identity = { viewer: null };
