import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A connection whose client has asked for WebSocket. */
export interface Upgrade {
  socket: Socket;
  /** The bytes that arrived after the request. */
  head: Buffer;
}

/**
 * The requests of clients that ask for WebSocket. They pass through the hooks of the server like other requests, so that one
 * that is refused gets an ordinary response. A request for another protocol, such as `h2c`, is served as if it had not asked.
 */
export class UpgradeRequests {
  readonly #pending = new WeakMap<IncomingMessage, Upgrade>();

  constructor(server: FastifyInstance) {
    server.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      // Node.js removes its listener with the upgrade. Without one, an error of the connection would end the process.
      socket.on('error', () => socket.destroy());
      const response = responseOn(socket, request);
      if (!response) return void socket.destroy();
      if (asksForWebSocket(request)) {
        this.#pending.set(request, { socket, head });
        response.once('finish', () => socket.destroySoon());
        server.routing(request, response);
      } else {
        response.detachSocket(socket);
        server.server.emit('connection', withoutUpgrade(request, socket, head));
      }
    });
  }

  /** Returns the connection of a request that asks for WebSocket; undefined for other requests. */
  of(request: IncomingMessage): Upgrade | undefined {
    return this.#pending.get(request);
  }
}

/**
 * Returns the response to a request, after which the connection is closed. Returns null if an earlier request on the connection is
 * still waiting for its response (pipelining): Node.js can no longer send them in order.
 */
function responseOn(socket: Socket, request: IncomingMessage): ServerResponse | null {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    response.assignSocket(socket);
    return response;
  } catch {
    return null;
  }
}

const asksForWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade!.split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket');

/** Returns the connection with the request put back to its beginning, without the header `Upgrade`. */
function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage, socket: Socket, head: Buffer): Socket {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]!.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  return socket;
}
