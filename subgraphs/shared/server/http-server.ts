import fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { codeOfStatus } from '../errors/error-codes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body of this route's requests is read as it comes, by the route itself. */
    hasStreamBody?: boolean;
  }
}

export interface HttpServerOptions {
  logger: Logger;
  /** Bytes of the largest body. */
  bodyLimit: number;
  /** Throws while the server cannot answer yet, or any more. */
  checkReadiness: () => Promise<unknown>;
}

/** How long a client may take to send a request; one whose body is a stream may take as long as it goes on. */
const REQUEST_TIMEOUT_MS = 10_000;
/** How long requests in flight may hold up the closing of a server. */
const CLOSING_MS = 5_000;

/**
 * What all six servers have in common: bodies are JSON and kept as bytes, every refusal is JSON with a code, and
 * `/health/live` and `/health/ready` answer without credentials.
 */
export function createHttpServer({ logger, bodyLimit, checkReadiness }: HttpServerOptions): FastifyInstance {
  const server = fastify({
    loggerInstance: logger,
    bodyLimit,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 0, // Node knows one for all requests; a stream must be allowed to last.
    http: { headersTimeout: REQUEST_TIMEOUT_MS },
    return503OnClosing: false, // What is in flight finishes; its connection closes behind it.
    frameworkErrors: (_error, _request, reply) => void sendError(reply as unknown as Reply<unknown>, 400, 'This address cannot be read.'),
  });
  server.addHook('onRoute', (route) => {
    if (!route.config?.hasStreamBody && String(route.method) !== 'GET')
      route.onRequest = [limitReceiveTime, ...[route.onRequest ?? []].flat()];
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

  server.setNotFoundHandler((_request, reply) => sendError(reply, 404, 'There is nothing at this address.'));
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return sendError(reply, status, error.message);
    logger.error({ err: error, requestId: request.id }, 'request failed');
    return sendError(reply, status, 'Something went wrong on our side.');
  });
  return server as unknown as FastifyInstance;
}

/** Ends the connection of a client that does not get its request said in time. */
function limitReceiveTime({ raw }: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  const timer = setTimeout(() => raw.complete || raw.destroy(), REQUEST_TIMEOUT_MS);
  raw.once('close', () => clearTimeout(timer));
  done();
}

interface Reply<Sent> {
  code(status: number): { send(body: object): Sent };
}

/** Sends a refusal in the form of a GraphQL response, so that GraphQL clients can read it. */
export const sendError = <Sent>(reply: Reply<Sent>, status: number, message: string): Sent =>
  reply.code(status).send({ errors: [{ message, extensions: { code: codeOfStatus(status) } }] });
