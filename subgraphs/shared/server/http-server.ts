import fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { respondToParserError } from './parser-error.js';
import { errorBody } from './error-body.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the route reads the body of its requests itself, as a stream. */
    hasStreamBody?: boolean;
  }
}

export interface HttpServerOptions {
  logger: Logger;
  /** The largest size of a request body in bytes. */
  bodyLimit: number;
  /** Rejects while the server cannot respond, such as when its database is unreachable. */
  checkReadiness: () => Promise<unknown>;
  /**
   * The milliseconds within which a client must have sent its request, from the opening of the connection or the first byte.
   * Requests with a streamed body have no limit after their headers. Defaults to 10 seconds.
   */
  requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** The longest interval at which connections are checked for the time limit, in milliseconds. The default of Node.js is 30 seconds. */
const MAX_CHECK_INTERVAL_MS = 2_000;
/** The milliseconds after which a server that closes cuts the connections of requests that are still in progress. */
const CLOSING_MS = 5_000;

/**
 * Creates an HTTP server, with all that the gateway and the five subgraphs have in common: error responses are JSON with a code,
 * and `/health/live` and `/health/ready` respond without credentials.
 */
export function createHttpServer({
  logger,
  bodyLimit,
  checkReadiness,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
}: HttpServerOptions): FastifyInstance {
  const server = fastify({
    loggerInstance: logger,
    bodyLimit,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 0, // Node's timeout would also end streams; see limitReceiveTime.
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(requestTimeoutMs, MAX_CHECK_INTERVAL_MS) },
    clientErrorHandler: respondToParserError,
    return503OnClosing: false, // Requests in progress are finished, and then their connections are closed.
    frameworkErrors: (_error, _request, reply) =>
      void sendError(
        reply as unknown as Reply<unknown>,
        400,
        'The URL of the request is malformed. Percent-encode its special characters.',
      ),
  });
  server.addHook('onRoute', (route) => {
    if (!route.config?.hasStreamBody && String(route.method) !== 'GET')
      route.onRequest = [limitReceiveTime(requestTimeoutMs), ...[route.onRequest ?? []].flat()];
  });
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => server.server.closeAllConnections(), CLOSING_MS).unref();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });

  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const isReady =
      !closing &&
      (await checkReadiness().then(
        () => true,
        () => false,
      ));
    return reply.code(isReady ? 200 : 503).send({ status: closing ? 'closing' : isReady ? 'ready' : 'not ready' });
  });

  server.setNotFoundHandler((_request, reply) => sendError(reply, 404, 'No resource exists at this URL.'));
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return sendError(reply, status, error.message);
    logger.error({ err: error, requestId: request.id }, 'request failed');
    return sendError(reply, status, 'Something went wrong on our side.');
  });
  return server as unknown as FastifyInstance;
}

/** Returns a hook that closes the connection of a client that has not sent its whole request in time. */
const limitReceiveTime =
  (requestTimeoutMs: number) =>
  ({ raw }: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
    const timer = setTimeout(() => raw.complete || raw.destroy(), requestTimeoutMs);
    raw.once('close', () => clearTimeout(timer));
    done();
  };

interface Reply<Sent> {
  code(status: number): { send(body: object): Sent };
}

/** Sends an error response in the form that GraphQL clients expect. */
export const sendError = <Sent>(reply: Reply<Sent>, status: number, message: string): Sent =>
  reply.code(status).send(errorBody(status, message));
