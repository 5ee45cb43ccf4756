import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createClient, GRAPHQL_TRANSPORT_WS_PROTOCOL, type Client, type ClientOptions } from 'graphql-ws';
import { WebSocket } from 'ws';

/** Returns graphql-ws's client, which does not connect again. */
export const socketClient = (url: string, options: Partial<ClientOptions> = {}): Client =>
  createClient({ url: socketUrl(url), webSocketImpl: WebSocket, retryAttempts: 0, ...options });

export const socketUrl = (url: string): string => url.replace(/^http/, 'ws');

/** A message of the gateway. */
export interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

/** A socket without a client library, for what no library sends. */
export class RawSocket {
  /** Resolves with the code and the reason of the close frame of the gateway. */
  readonly closed: Promise<{ code: number; reason: string }>;
  #received: Message[] = [];
  #waiting: { resolve: (message: Message) => void; reject: (error: Error) => void }[] = [];

  constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    void this.closed.then(({ code, reason }) => {
      for (const { reject } of this.#waiting) reject(new Error(`The socket was closed with ${code}: ${reason}`));
    });
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      const waiting = this.#waiting.shift();
      if (waiting) waiting.resolve(message);
      else this.#received.push(message);
    });
  }

  /** Sends messages. A string is sent as it is. */
  send(...messages: (Message | string)[]): this {
    for (const message of messages) this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return this;
  }

  /** Returns the next message. Rejects if the socket is closed instead. */
  async next(): Promise<Message> {
    return this.#received.shift() ?? new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Returns the next messages in the order of arrival. */
  async take(count: number): Promise<Message[]> {
    const messages: Message[] = [];
    while (messages.length < count) messages.push(await this.next());
    return messages;
  }
}

export const INIT = { type: 'connection_init' };
export const ACK = { type: 'connection_ack' };
export const subscribeMessage = (id: string, query: string, variables?: object) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});

/** Opens a socket. */
export async function openSocket(
  url: string,
  headers: Record<string, string> = {},
  protocol: string | string[] = GRAPHQL_TRANSPORT_WS_PROTOCOL,
): Promise<RawSocket> {
  const socket = new WebSocket(socketUrl(url), protocol, { headers });
  const raw = new RawSocket(socket);
  await once(socket, 'open');
  return raw;
}

/** Opens a socket and initializes the connection. */
export async function connectSocket(url: string, payload?: object, headers?: Record<string, string>): Promise<RawSocket> {
  const socket = (await openSocket(url, headers)).send({ ...INIT, payload });
  const first = await socket.next();
  if (first.type !== 'connection_ack') throw new Error(`received ${JSON.stringify(first)}`);
  return socket;
}

/** Sends an upgrade request that is refused, and returns the response. */
export async function refusedUpgrade(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(socketUrl(url), GRAPHQL_TRANSPORT_WS_PROTOCOL, { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  return { status: response.statusCode, body: JSON.parse(await text(response)) as { errors: { extensions: { code: string } }[] } };
}
