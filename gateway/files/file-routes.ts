import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Client, type Dispatcher } from 'undici';
import { requestTarget } from '../../subgraphs/shared/http/request-target.js';
import { sendError } from '../../subgraphs/shared/server/http-server.js';
import { requestLine, sign, type SigningKey } from '../../subgraphs/shared/viewer/signature.js';
import { IdleTimeout } from './idle-timeout.js';

/** The subgraph that stores the files. */
export interface FileSubgraph {
  name: string;
  url: string;
  key: SigningKey;
}

export interface FileRouteOptions {
  /** The longest time without any bytes, in milliseconds. The whole transfer has no timeout. Defaults to 30 seconds. */
  idleTimeoutMs?: number;
}

const IDLE_TIMEOUT_MS = 30_000;
/** The time that a client which still uploads has to read a response, in milliseconds. */
const LINGER_MS = 2000;

const REQUEST_HEADERS = ['content-type', 'content-length'] as const;
const RESPONSE_HEADERS = ['content-type', 'content-length', 'content-disposition', 'x-content-type-options', 'cache-control'] as const;

/**
 * Registers `PUT /uploads/<token>` and `GET /files/<token>`. They relay requests to the subgraph that issued the token and
 * alone can verify it. Bodies are streamed at the pace of the slower side, and when one side disconnects, so does the other.
 */
export async function fileRoutes(
  server: FastifyInstance,
  { name, url, key }: FileSubgraph,
  { idleTimeoutMs = IDLE_TIMEOUT_MS }: FileRouteOptions = {},
): Promise<void> {
  const { origin, headers: credentials } = requestTarget(url);

  await server.register(async (route) => {
    route.removeAllContentTypeParsers();
    route.addContentTypeParser('*', (_request, _payload, done) => done(null));
    route.put('/uploads/:token', { config: { hasStreamBody: true } }, relay);
    route.get('/files/:token', { exposeHeadRoute: false }, relay);
  });

  async function relay(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { method, headers, raw } = request;
    const path = request.url.split('?', 1)[0]!;
    const requestId = randomUUID();
    void reply.header('x-request-id', requestId);
    if (method === 'PUT' && headers['content-length'] === undefined)
      return sendError(reply, 411, 'Content-Length is missing. Send it with the size of the file in bytes.');

    // A new connection: the subgraph may be closing an idle one, and a streamed body cannot be sent again.
    const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0 });
    const idleTimeout = new IdleTimeout(idleTimeoutMs);
    reply.raw.once('close', () => {
      idleTimeout.cancel();
      void client.destroy();
    });
    reply.raw.once('finish', () => raw.complete || linger(raw));
    try {
      const response = await client.request({
        path,
        method: method as Dispatcher.HttpMethod,
        headers: {
          ...pick(headers, REQUEST_HEADERS),
          ...credentials,
          ...sign(name, key, { requestId, viewer: null }, requestLine(method, path)),
        },
        body: hasBody(headers) ? Readable.from(idleTimeout.relay(raw, 'client'), BYTES) : null,
        signal: idleTimeout.signal,
      });
      if (!isForClients(response.statusCode)) {
        response.body.destroy();
        throw new Error(`${name} responded ${response.statusCode}`);
      }
      void reply.code(response.statusCode).headers(pick(response.headers, RESPONSE_HEADERS));
      return reply.send(Readable.from(idleTimeout.relay(response.body, 'subgraph'), BYTES));
    } catch (error) {
      if (reply.raw.destroyed) return reply.hijack(); // The client has disconnected, so there is nobody to respond to.
      if (idleTimeout.timedOutSide === 'client')
        return sendError(reply, 408, `No bytes arrived for ${idleTimeoutMs / 1000} seconds. Start the upload again.`);
      request.log.warn({ err: error, requestId }, 'file transfer failed');
      return sendError(reply, 503, 'The file storage is not available. Try again later.');
    }
  }
}

const BYTES = { objectMode: false };

const hasBody = (headers: IncomingHttpHeaders): boolean => Number(headers['content-length'] ?? 0) > 0;

/** True if a response of the subgraph with this status is relayed. 401 rejects the signature of the gateway, which clients must not see. */
const isForClients = (status: number): boolean => (status >= 200 && status < 300) || (status >= 400 && status < 500 && status !== 401);

function pick(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])));
}

/** Reads on for a while from a client that still uploads after the response. Otherwise its connection breaks before it has read the response. */
function linger(request: IncomingMessage): void {
  // Not `resume()`: it has no effect while the iterator that relayed the bytes waits for one, and is undone when that ends.
  request.on('data', () => undefined);
  setTimeout(() => request.complete || request.socket.destroy(), LINGER_MS).unref();
}
