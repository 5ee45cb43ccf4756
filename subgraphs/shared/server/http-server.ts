import fastify, { LogController, type FastifyError, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

export interface HttpServerOptions {
  logger: Logger;
  /** Bytes of the largest body. */
  bodyLimit: number;
  /** Throws while the server cannot answer yet, or any more. */
  ready: () => Promise<unknown>;
}

/** How long a client may take to send a request. */
const REQUEST_TIMEOUT_MS = 10_000;
/** How long requests in flight may hold up the closing of a server. */
const CLOSING_MS = 5_000;

const CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  413: 'BAD_REQUEST',
  415: 'BAD_REQUEST',
  429: 'RATE_LIMITED',
  503: 'UNAVAILABLE',
};

/**
 * What all six servers have in common: bodies are JSON and kept as bytes, every refusal is JSON with a code, and
 * `/health/live` and `/health/ready` answer without credentials.
 */
export function httpServer({ logger, bodyLimit, ready }: HttpServerOptions): FastifyInstance {
  const server = fastify({
    loggerInstance: logger,
    bodyLimit,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 100 },
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false, // What is in flight finishes; its connection closes behind it.
    frameworkErrors: (_error, _request, reply) => void refuse(reply as unknown as Reply, 400, 'This address cannot be read.'),
  });
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => server.server.closeAllConnections(), CLOSING_MS).unref();
  });
  server.addHook('onSend', async (_request, reply) => void (closing && reply.header('connection', 'close')));

  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const isReady =
      !closing &&
      (await ready().then(
        () => true,
        () => false,
      ));
    return reply.code(isReady ? 200 : 503).send({ status: closing ? 'closing' : isReady ? 'ready' : 'not ready' });
  });

  server.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'There is nothing at this address.'));
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return refuse(reply, status, error.message);
    logger.error({ err: error, requestId: request.id }, 'request failed');
    return refuse(reply, status, 'Something went wrong on our side.');
  });
  return server as unknown as FastifyInstance;
}

interface Reply {
  code(status: number): { send(body: object): unknown };
}

/** Answers as a GraphQL client expects it, whatever went wrong before GraphQL was reached. */
export const refuse = (reply: Reply, status: number, message: string) =>
  reply
    .code(status)
    .send({ errors: [{ message, extensions: { code: CODES[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR') } }] });
