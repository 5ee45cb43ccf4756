import { HeaderMap, type ApolloServer, type BaseContext, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import { maskError } from '../../subgraphs/shared/errors/mask-error.js';
import { isSubscription } from './is-subscription.js';
import { streamResponder, type SubscriptionOptions } from '../subscriptions/stream-responder.js';
import { prefersEvents, streamType } from './stream-type.js';
import { refuseCrossSite } from './cross-site.js';
import { acceptsParts, answerInParts, takingParts } from './in-parts.js';
import { readJsonOnly } from './json-body.js';
import { bodyParameters, queryParameters, type Parameters } from './parameters.js';
import { requestError } from './request-error.js';
import { responseBody } from './response-body.js';
import { JSON_RESPONSE, responseType } from './response-type.js';
import { statusOf } from './status.js';

export interface GraphqlRouteOptions<Context extends BaseContext> {
  /** Started. Its own CSRF prevention is not asked. */
  apollo: ApolloServer<Context>;
  /** A GraphQLError that it throws is the answer: nothing of the operation is run. */
  context: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>;
  /** Whose pages may send what needs no preflight. */
  corsOrigins: readonly string[];
  /** Answers an operation without Apollo Server, where it knows it; undefined where it does not. */
  shortcut?: (parameters: Parameters, contextValue: Context, isGet: boolean) => Promise<FormattedExecutionResult> | undefined;
  /** Without it no subscription is answered. */
  subscriptions?: SubscriptionOptions<Context>;
}

const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE'];

/**
 * GraphQL over HTTP at `/graphql`: POST with JSON, GET for queries. Answers `application/graphql-response+json` to who
 * asks for it and else `application/json`; every refusal is JSON with a code.
 */
export async function graphqlRoute<Context extends BaseContext>(
  server: FastifyInstance,
  { apollo, context, corsOrigins, shortcut, subscriptions }: GraphqlRouteOptions<Context>,
): Promise<void> {
  const allowedOrigins = new Set(corsOrigins);
  const streams = subscriptions ? streamResponder(server, subscriptions) : null;

  await server.register(async (route) => {
    readJsonOnly(route);
    route.route({ method: METHODS, url: '/graphql', exposeHeadRoute: false, onRequest: before, handler });
  });

  /** Refuses what is not to be read. */
  function before(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const { method, headers } = request;
    try {
      if (method !== 'GET' && method !== 'POST') throw requestError(405, 'Send GET or POST.', 'GET, POST');
      refuseCrossSite(headers, allowedOrigins);
      done();
    } catch (error) {
      sendError(request, reply, error);
    }
  }

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      return await answer(request, reply);
    } catch (error) {
      return sendError(request, reply, error);
    }
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { accept } = request.headers;
    const wanted = responseType(accept);
    const stream = streams && streamType(accept);
    if (!wanted && !stream && !acceptsParts(accept))
      throw requestError(406, 'The answer is application/graphql-response+json or application/json.');
    const single = wanted ?? { type: JSON_RESPONSE, isLegacy: false };
    const parameters = parametersOf(request);

    if (streams && isSubscription(parameters)) {
      if (!stream) throw requestError(406, 'A subscription is answered as text/event-stream or multipart/mixed;subscriptionSpec=1.0.');
      const contextValue = await context(request, reply);
      const refusal = await streams.respondToSubscription(request, reply, stream, { ...parameters, contextValue });
      return refusal ? send(reply, statusOf(refusal, undefined, single.isLegacy), single.type, refusal) : reply;
    }

    const contextValue = await context(request, reply);
    const later = acceptsParts(accept) ? takingParts(contextValue) : null;
    const known = shortcut?.(parameters, contextValue, request.method === 'GET');
    const { result, status } = known
      ? { result: await known, status: undefined }
      : await byApollo(request, reply, parameters, contextValue);
    if (later?.parts) {
      await answerInParts(request, reply, result, later.parts);
      return reply;
    }
    if (streams && stream && result.data !== undefined && (!wanted || prefersEvents(accept))) {
      await streams.respondWithSingleEvent(request, reply, stream, result);
      return reply;
    }
    return send(reply, statusOf(result, status, single.isLegacy), single.type, result);
  }

  async function byApollo(request: FastifyRequest, reply: FastifyReply, parameters: Parameters, contextValue: Context) {
    const { http, body } = await apollo.executeOperation({ ...parameters, http: httpRequest(request) }, { contextValue });
    if (body.kind !== 'single') throw new Error('an incremental result has no single answer');
    for (const [name, value] of http.headers) void reply.header(name, value);
    return { result: body.singleResult, status: http.status };
  }
}

const parametersOf = ({ method, body, query }: FastifyRequest): Parameters =>
  method === 'GET' ? queryParameters(query as Record<string, unknown>) : bodyParameters(body);

/** What Apollo Server and its plugins see of the request. */
function httpRequest({ method, headers, url, body }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const search = url.indexOf('?');
  return { method, headers: map, search: search < 0 ? '' : url.slice(search), body };
}

/** Answers a refusal; anything else is ours, and the server's error handler writes it to the log. */
function sendError({ headers: { accept } }: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof GraphQLError)) throw error;
  const { status, headers } = (error.extensions.http ?? {}) as { status?: number; headers?: ReadonlyMap<string, string> };
  for (const [name, value] of headers ?? []) void reply.header(name, value);
  const result = { errors: [maskError(error.toJSON())] };
  return send(reply, statusOf(result, status, false), responseType(accept)?.type ?? JSON_RESPONSE, result);
}

const send = (reply: FastifyReply, status: number, type: string, result: FormattedExecutionResult): FastifyReply =>
  reply
    .code(status)
    .header('content-type', `${type}; charset=utf-8`)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .send(responseBody(result));
