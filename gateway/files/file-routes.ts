import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Client, type Dispatcher } from 'undici';
import { sendError } from '../../subgraphs/shared/server/http-server.js';
import { requestLine, sign, type SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import { IdleTimeout } from './idle-timeout.js';

/** The subgraph that has the files. */
export interface FileSubgraph {
  name: string;
  url: string;
  key: SigningKey;
}

export interface FileRouteOptions {
  /** For how long nothing may move, in milliseconds. There is no limit of the whole. */
  idleTimeoutMs?: number;
}

const IDLE_MS = 30_000;
/** How long a client that is refused may take to read why, while it still sends. */
const LINGER_MS = 2000;

const ASKED = ['content-type', 'content-length'] as const;
const ANSWERED = ['content-type', 'content-length', 'content-disposition', 'x-content-type-options', 'cache-control'] as const;

/**
 * `PUT /uploads/<token>` and `GET /files/<token>`, passed on to the subgraph that made the token and can read it. Bytes
 * go through as streams, no faster than the slower side takes them, and end on one side when they end on the other.
 */
export async function fileRoutes(
  server: FastifyInstance,
  { name, url, key }: FileSubgraph,
  { idleTimeoutMs = IDLE_MS }: FileRouteOptions = {},
): Promise<void> {
  const { origin } = new URL(url);

  await server.register(async (route) => {
    route.removeAllContentTypeParsers();
    route.addContentTypeParser('*', (_request, _payload, done) => done(null));
    route.put('/uploads/:token', { config: { hasStreamBody: true } }, pass);
    route.get('/files/:token', { exposeHeadRoute: false }, pass);
  });

  async function pass(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { method, headers, raw } = request;
    const path = request.url.split('?', 1)[0]!;
    const requestId = randomUUID();
    void reply.header('x-request-id', requestId);
    if (method === 'PUT' && headers['content-length'] === undefined)
      return sendError(reply, 411, 'The request must say its Content-Length.');

    // A connection of its own: one that was used before may be closed at that moment, and a stream cannot be sent twice.
    const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0 });
    const idle = new IdleTimeout(idleTimeoutMs);
    reply.raw.once('close', () => {
      idle.cancel();
      void client.destroy();
    });
    reply.raw.once('finish', () => raw.complete || linger(raw));
    try {
      const answer = await client.request({
        path,
        method: method as Dispatcher.HttpMethod,
        headers: { ...picked(headers, ASKED), ...sign(name, key, { requestId, viewer: null }, requestLine(method, path)) },
        body: hasBody(headers) ? Readable.from(idle.relay(raw, 'client'), BYTES) : null,
        signal: idle.signal,
      });
      if (!isForClients(answer.statusCode)) {
        answer.body.destroy();
        throw new Error(`${name} answered a stream with ${answer.statusCode}`);
      }
      void reply.code(answer.statusCode).headers(picked(answer.headers, ANSWERED));
      return reply.send(Readable.from(idle.relay(answer.body, 'subgraph'), BYTES));
    } catch (error) {
      if (reply.raw.destroyed) return reply.hijack(); // The client has gone, and with it what was sent for it.
      if (idle.timedOutSide === 'client') return sendError(reply, 408, 'The bytes stopped coming.');
      request.log.warn({ err: error, requestId }, 'a stream failed');
      return sendError(reply, 503, 'The files cannot be reached at this moment.');
    }
  }
}

const BYTES = { objectMode: false };

const hasBody = (headers: IncomingHttpHeaders): boolean => Number(headers['content-length'] ?? 0) > 0;

/** What the subgraph says to the client; that it does not believe its gateway, or fails, is between the two. */
const isForClients = (status: number): boolean => (status >= 200 && status < 300) || (status >= 400 && status < 500 && status !== 401);

function picked(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])));
}

/** A client that has been answered while it sends is heard a little longer: cut at once, it might not read the answer. */
function linger(request: IncomingMessage): void {
  // Not `resume()`: that does nothing while who passed the bytes on still waits for one, and is forgotten when they stop.
  request.on('data', () => undefined);
  setTimeout(() => request.complete || request.socket.destroy(), LINGER_MS).unref();
}
