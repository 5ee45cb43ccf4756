import type { BaseContext } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { refusal as refusalOf } from './batch.js';
import { isPageVisit } from './page-visit.js';
import { addVary, refuseUnknownCodings, sendBody } from './content-coding.js';
import { streamResponder, type SubscriptionOptions, type SubscriptionRequest } from './stream-responder.js';
import { refuseCrossSite } from './cross-site.js';
import { toGraphQLError, type ErrorReporter } from './error-reporter.js';
import { readJsonOnly } from './json-body.js';
import { acceptsMultipart, enableDefer, sendMultipartResponse } from './multipart-response.js';
import type { OperationExecutor } from './operation-executor.js';
import { bodyParameters, queryParameters, type Parameters } from './parameters.js';
import { requestError } from './request-error.js';
import { responseBody } from './response-body.js';
import { DEFAULT_RESPONSE_TYPE, JSON_RESPONSE, ResponseTypes } from './response-type.js';
import { statusOf } from './status.js';
import { prefersEvents, streamType } from './stream-type.js';

export interface GraphqlRouteOptions<Context extends BaseContext> {
  operations: OperationExecutor<Context>;
  /** Creates the context of a request. If it throws a GraphQLError, the response has this error and the operation is not executed. */
  context: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>;
  /** Origins whose pages may send requests that browsers send without a preflight. */
  corsOrigins: readonly string[];
  /** Returns further headers of the response to a request that was executed. */
  headersOf?: (contextValue: Context, result: FormattedExecutionResult) => ResponseHeaders | undefined;
  /** Without these options subscriptions are not supported. */
  subscriptions?: SubscriptionOptions<Context>;
  /** The path of the explorer, to which a browser is redirected that opens this URL. Null if there is none. */
  explorerPath?: string | null;
  /** The advice to a client that uploads files in multipart requests. Empty if the graph has no uploads. */
  uploadAdvice?: string;
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
  { operations, context, corsOrigins, headersOf, subscriptions, explorerPath = null, uploadAdvice = '' }: GraphqlRouteOptions<Context>,
): Promise<void> {
  const allowedOrigins = new Set(corsOrigins);
  const responseTypes = new ResponseTypes();
  const reporterOf = (reply: FastifyReply): ErrorReporter =>
    operations.errorReporter(server.log, reply.getHeader('x-request-id') as string | undefined);
  const streams = subscriptions ? streamResponder(server, subscriptions, reporterOf) : null;

  await server.register(async (route) => {
    readJsonOnly(route, uploadAdvice);
    route.route({ method: METHODS, url: '/graphql', exposeHeadRoute: false, onRequest: refuseBeforeBody, handler });
  });

  /** Refuses requests whose body must not be read. */
  function refuseBeforeBody(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const { method, headers } = request;
    if (explorerPath !== null && isPageVisit(request)) return void reply.header('vary', 'Accept').redirect(explorerPath);
    try {
      if (method !== 'GET' && method !== 'POST')
        throw requestError(405, `The method ${method} is not supported. Use POST, or GET for queries.`, 'GET, POST');
      refuseCrossSite(headers, allowedOrigins);
      refuseUnknownCodings(request);
      done();
    } catch (error) {
      void sendError(request, reply, error);
    }
  }

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      return await respond(request, reply);
    } catch (error) {
      return await sendError(request, reply, error);
    }
  }

  async function respond(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { accept } = request.headers;
    const accepted = responseTypes.choose(accept);
    const stream = streams && streamType(accept);
    const acceptsParts = acceptsMultipart(accept);
    if (!accepted && !stream && !acceptsParts) throw requestError(406, NOT_ACCEPTABLE);
    const { type, isLegacy } = accepted ?? DEFAULT_RESPONSE_TYPE;
    const contextValue = await context(request, reply);
    const operation = operations.prepare(parametersOf(request));
    if (operation.isSubscription && streams) {
      if (!stream) throw requestError(406, SUBSCRIPTION_NOT_ACCEPTABLE);
      const subscribe = (subscription: SubscriptionRequest<Context>) => operations.subscribe(operation, subscription);
      const refusal = await streams.respondToSubscription(request, reply, stream, contextValue, subscribe);
      if (!refusal) return reply;
      const result = operations.clientResult(refusal, contextValue, reporterOf(reply));
      return send(request, reply, statusOf(result, undefined, isLegacy), type, result);
    }

    const subsequent = acceptsParts ? enableDefer(contextValue) : null;
    const executed = await operations.execute(operation, contextValue, request);
    for (const [name, value] of executed.headers ?? []) void reply.header(name, value);
    const result = operations.clientResult(executed.result, contextValue, reporterOf(reply));
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
    return send(request, reply, statusOf(result, executed.status, isLegacy), type, result, headers?.['cache-control']);
  }

  /** Sends an error that was thrown before there was a result. */
  function sendError(request: FastifyRequest, reply: FastifyReply, thrown: unknown): Sent {
    if (reply.sent) throw thrown; // A stream has begun.
    const error = toGraphQLError(thrown);
    const { status, headers } = (error.extensions.http ?? {}) as { status?: number; headers?: ReadonlyMap<string, string> };
    for (const [name, value] of headers ?? []) void reply.header(name, value);
    const result = { errors: [reporterOf(reply)(error)] };
    const type = responseTypes.choose(request.headers.accept)?.type ?? JSON_RESPONSE;
    return send(request, reply, statusOf(result, status, false), type, refusalOf(request.body, type, result));
  }
}

const NOT_ACCEPTABLE = 'None of the types in the Accept header is supported. Accept application/graphql-response+json or application/json.';
const SUBSCRIPTION_NOT_ACCEPTABLE =
  'The response to a subscription is a stream. Accept text/event-stream or multipart/mixed;subscriptionSpec=1.0.';

const parametersOf = ({ method, body, query }: FastifyRequest): Parameters =>
  method === 'GET' ? queryParameters(query as Record<string, unknown>) : bodyParameters(body);

/** Adds headers to those that are set. Only the values of `vary` are added to each other. */
function setHeaders(reply: FastifyReply, headers: ResponseHeaders): void {
  for (const name in headers) {
    if (name === 'vary') addVary(reply, [headers[name]!].flat().join(', '));
    else void reply.header(name, headers[name]);
  }
}

type Sent = FastifyReply | Promise<FastifyReply>;

const send = (
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  type: string,
  result: FormattedExecutionResult | FormattedExecutionResult[],
  cacheControl: string | string[] = 'no-store',
): Sent => {
  void reply
    .code(status)
    .header('content-type', `${type}; charset=utf-8`)
    .header('cache-control', cacheControl)
    .header('x-content-type-options', 'nosniff');
  return sendBody(request, reply, Array.isArray(result) ? JSON.stringify(result) : responseBody(result));
};
