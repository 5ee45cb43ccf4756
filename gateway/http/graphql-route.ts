import { HeaderMap, type ApolloServer, type BaseContext, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { DEFAULT_LIMITS } from '../guards/limits.js';
import { streamResponder, type SubscriptionOptions } from './stream-responder.js';
import { refuseCrossSite } from './cross-site.js';
import { clientResult, errorReporter, toGraphQLError } from './error-reporter.js';
import type { SubgraphErrorRules } from './subgraph-errors.js';
import { isSubscription } from './is-subscription.js';
import { readJsonOnly } from './json-body.js';
import { acceptsMultipart, enableDefer, sendMultipartResponse } from './multipart-response.js';
import { bodyParameters, queryParameters, type Parameters } from './parameters.js';
import { requestError } from './request-error.js';
import { responseBody } from './response-body.js';
import { DEFAULT_RESPONSE_TYPE, JSON_RESPONSE, ResponseTypes } from './response-type.js';
import { statusOf } from './status.js';
import { prefersEvents, streamType } from './stream-type.js';
import { refuseConditionalSubscriptions } from './subscription-conditions.js';

export interface GraphqlRouteOptions<Context extends BaseContext> {
  /** A started server. Its own CSRF prevention is not used. */
  apollo: ApolloServer<Context>;
  /** Creates the context of a request. If it throws a GraphQLError, the response has this error and the operation is not executed. */
  context: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>;
  /** Origins whose pages may send requests that browsers send without a preflight. */
  corsOrigins: readonly string[];
  /** Executes an operation without Apollo Server if it can; otherwise returns undefined. */
  executeKnown?: (parameters: Parameters, contextValue: Context, isGet: boolean) => Promise<ExecutionResult> | undefined;
  /** Checks a document before Apollo Server validates it. Throws the GraphQLError to refuse it with. */
  checkDocument?: (query: string) => void;
  /** The largest number of tokens of a document. */
  maxTokens?: number;
  /** Returns members of the `extensions` of the response to a request that was executed or refused. */
  extensionsOf?: (contextValue: Context) => Record<string, unknown> | undefined;
  /** Returns further headers of the response to a request that was executed. */
  headersOf?: (contextValue: Context, result: FormattedExecutionResult) => ResponseHeaders | undefined;
  /** The parts of subgraphs' errors that clients see. By default their errors are masked like all others. */
  subgraphErrors?: SubgraphErrorRules;
  /** Without these options subscriptions are not supported. */
  subscriptions?: SubscriptionOptions<Context>;
}

/** Headers by name in lower case. */
type ResponseHeaders = Readonly<Record<string, string | string[]>>;

const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE'];

/**
 * Serves GraphQL over HTTP at `/graphql`: POST with a JSON body, and GET for queries and subscriptions. Responses are
 * `application/graphql-response+json` if the client prefers it, otherwise `application/json`. Every refusal is JSON with a code.
 */
export async function graphqlRoute<Context extends BaseContext>(
  server: FastifyInstance,
  {
    apollo,
    context,
    corsOrigins,
    executeKnown,
    checkDocument,
    maxTokens = DEFAULT_LIMITS.tokens,
    extensionsOf,
    headersOf,
    subgraphErrors,
    subscriptions,
  }: GraphqlRouteOptions<Context>,
): Promise<void> {
  const allowedOrigins = new Set(corsOrigins);
  const responseTypes = new ResponseTypes();
  const reporterOf = (reply: FastifyReply) => errorReporter(reply, subgraphErrors);
  const streams = subscriptions ? streamResponder(server, subscriptions, reporterOf) : null;

  await server.register(async (route) => {
    readJsonOnly(route);
    route.route({ method: METHODS, url: '/graphql', exposeHeadRoute: false, onRequest: refuseBeforeBody, handler });
  });

  /** Refuses requests whose body must not be read. */
  function refuseBeforeBody(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const { method, headers } = request;
    try {
      if (method !== 'GET' && method !== 'POST')
        throw requestError(405, `The method ${method} is not supported. Use POST, or GET for queries.`, 'GET, POST');
      refuseCrossSite(headers, allowedOrigins);
      done();
    } catch (error) {
      sendError(request, reply, error);
    }
  }

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      return await respond(request, reply);
    } catch (error) {
      return sendError(request, reply, error);
    }
  }

  async function respond(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { accept } = request.headers;
    const accepted = responseTypes.choose(accept);
    const stream = streams && streamType(accept);
    const acceptsParts = acceptsMultipart(accept);
    if (!accepted && !stream && !acceptsParts) throw requestError(406, NOT_ACCEPTABLE);
    const { type, isLegacy } = accepted ?? DEFAULT_RESPONSE_TYPE;
    const parameters = parametersOf(request);
    refuseConditionalSubscriptions(parameters, maxTokens);

    if (streams && isSubscription(parameters, maxTokens)) {
      if (!stream) throw requestError(406, SUBSCRIPTION_NOT_ACCEPTABLE);
      const contextValue = await context(request, reply);
      checkDocument?.(parameters.query!);
      const refusal = await streams.respondToSubscription(request, reply, stream, { ...parameters, contextValue });
      if (!refusal) return reply;
      const result = withExtensions(clientResult(refusal, reporterOf(reply)), extensionsOf?.(contextValue));
      return send(reply, statusOf(result, undefined, isLegacy), type, result);
    }

    const contextValue = await context(request, reply);
    const subsequent = acceptsParts ? enableDefer(contextValue) : null;
    const known = executeKnown?.(parameters, contextValue, request.method === 'GET');
    if (!known && parameters.query) checkDocument?.(parameters.query);
    const executed = known ? { result: await known, status: undefined } : await executeByApollo(request, reply, parameters, contextValue);
    const result = withExtensions(clientResult(executed.result, reporterOf(reply)), extensionsOf?.(contextValue));
    const headers = headersOf?.(contextValue, result);
    if (headers) setHeaders(reply, headers);
    if (subsequent?.results) {
      await sendMultipartResponse(request, reply, result, subsequent.results, reporterOf(reply));
      return reply;
    }
    if (streams && stream && result.data !== undefined && (!accepted || prefersEvents(accept))) {
      await streams.respondWithSingleEvent(reply, stream, result);
      return reply;
    }
    return send(reply, statusOf(result, executed.status, isLegacy), type, result, headers?.['cache-control']);
  }

  async function executeByApollo(request: FastifyRequest, reply: FastifyReply, parameters: Parameters, contextValue: Context) {
    const { http, body } = await apollo.executeOperation({ ...parameters, http: httpRequest(request) }, { contextValue });
    if (body.kind !== 'single') throw new Error('Apollo Server returned an incremental result. The gateway defers fragments itself.');
    for (const [name, value] of http.headers) void reply.header(name, value);
    return { result: body.singleResult, status: http.status };
  }

  /** Sends an error that was thrown before there was a result. */
  function sendError({ headers: { accept } }: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
    if (reply.sent) throw thrown; // A stream has begun.
    const error = toGraphQLError(thrown);
    const { status, headers } = (error.extensions.http ?? {}) as { status?: number; headers?: ReadonlyMap<string, string> };
    for (const [name, value] of headers ?? []) void reply.header(name, value);
    const result = { errors: [reporterOf(reply)(error)] };
    return send(reply, statusOf(result, status, false), responseTypes.choose(accept)?.type ?? JSON_RESPONSE, result);
  }
}

const NOT_ACCEPTABLE = 'None of the types in the Accept header is supported. Accept application/graphql-response+json or application/json.';
const SUBSCRIPTION_NOT_ACCEPTABLE =
  'The response to a subscription is a stream. Accept text/event-stream or multipart/mixed;subscriptionSpec=1.0.';

const parametersOf = ({ method, body, query }: FastifyRequest): Parameters =>
  method === 'GET' ? queryParameters(query as Record<string, unknown>) : bodyParameters(body);

const withExtensions = (result: FormattedExecutionResult, extensions: Record<string, unknown> | undefined): FormattedExecutionResult =>
  extensions ? { ...result, extensions: { ...result.extensions, ...extensions } } : result;

/** The HTTP request in the form that Apollo Server and its plugins read. */
function httpRequest({ method, headers, url, body }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const search = url.indexOf('?');
  return { method, headers: map, search: search < 0 ? '' : url.slice(search), body };
}

/** Adds headers to those that are set. Only the values of `vary` are added to each other. */
function setHeaders(reply: FastifyReply, headers: ResponseHeaders): void {
  for (const name in headers)
    void reply.header(name, name === 'vary' ? [reply.getHeader(name) ?? [], headers[name]!].flat().join(', ') : headers[name]);
}

const send = (
  reply: FastifyReply,
  status: number,
  type: string,
  result: FormattedExecutionResult,
  cacheControl: string | string[] = 'no-store',
): FastifyReply =>
  reply
    .code(status)
    .header('content-type', `${type}; charset=utf-8`)
    .header('cache-control', cacheControl)
    .header('x-content-type-options', 'nosniff')
    .send(responseBody(result));
