import { once } from 'node:events';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, parseMessage, type Message } from 'graphql-ws';
import { createWebSocketStream, WebSocket } from 'ws';
import { parseJson } from '../json.js';
import type { EventStreamRequest } from './read-event-stream.js';
import { StreamInterruptedFault, SubgraphFault } from './subgraph-fault.js';

export type SocketRequest = Omit<EventStreamRequest, 'dispatcher' | 'lastEventId'>;

/** The time that a subgraph has to answer a close frame, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1_000;
const NORMAL_CLOSURE = 1000;
/** The id of the only operation of a socket. */
const ID = '1';

/** A connection to a subgraph for one subscription, by the protocol `graphql-transport-ws`. */
export class SubgraphSocket {
  readonly #subgraph: string;
  readonly #socket: WebSocket;
  readonly #messages: AsyncIterator<string | Buffer, unknown>;
  readonly #acknowledgement: NodeJS.Timeout;
  readonly #pings: NodeJS.Timeout;
  #isRunning = false;
  /** A time of `performance.now()`. */
  #aliveAt = performance.now();
  #closeCode = 0;
  #timeout: StreamInterruptedFault | null = null;

  constructor({ subgraph, url, headers, maxEventBytes, connectTimeoutMs, idleTimeoutMs }: SocketRequest) {
    const settings = {
      headers,
      maxPayload: maxEventBytes,
      handshakeTimeout: connectTimeoutMs,
      closeTimeout: CLOSE_TIMEOUT_MS,
      perMessageDeflate: false,
    };
    this.#subgraph = subgraph;
    this.#socket = new WebSocket(url, GRAPHQL_TRANSPORT_WS_PROTOCOL, settings);
    const keepAlive = () => (this.#aliveAt = performance.now());
    for (const event of ['open', 'message', 'ping', 'pong']) this.#socket.on(event, keepAlive);
    this.#socket.on('error', () => undefined); // `opened` and `nextMessage` throw it.
    this.#socket.once('close', (code) => (this.#closeCode = code));
    const stream = createWebSocketStream(this.#socket, { readableObjectMode: true }).on('error', () => undefined);
    this.#messages = stream[Symbol.asyncIterator]();
    this.#acknowledgement = setTimeout(() => this.#expire('did not acknowledge the connection in time'), connectTimeoutMs);
    this.#pings = setInterval(() => this.#ping(idleTimeoutMs), idleTimeoutMs / 2);
  }

  /** Resolves when the connection is open. */
  async opened(): Promise<void> {
    await once(this.#socket, 'open').catch((error: Error) => {
      throw this.#fault(error.message, error);
    });
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Starts the operation, whose JSON is given, after the subgraph has acknowledged the connection. */
  start(body: string): void {
    clearTimeout(this.#acknowledgement);
    this.#isRunning = true;
    this.#socket.send(`{"id":"${ID}","type":"subscribe","payload":${body}}`);
  }

  /** Returns the next message. Throws a StreamInterruptedFault if the connection is closed. */
  async nextMessage(): Promise<Message> {
    const next = await this.#messages.next().catch((error: Error) => {
      throw this.#fault(error.message, error);
    });
    if (next.done) throw this.#fault(`closed the socket with ${this.#closeCode}`);
    try {
      return parseMessage(parseJson(next.value.toString()));
    } catch {
      // The message of the error quotes the text, which may hold personal data.
      throw new SubgraphFault(this.#subgraph, 'UNAVAILABLE', 'sent a message that is not of graphql-transport-ws');
    }
  }

  /** Completes the operation and closes the connection. */
  close(): void {
    clearTimeout(this.#acknowledgement);
    clearInterval(this.#pings);
    if (this.#socket.readyState !== WebSocket.OPEN) return this.#socket.terminate();
    if (this.#isRunning) this.send({ id: ID, type: 'complete' });
    this.#socket.close(NORMAL_CLOSURE);
    this.#socket.resume(); // To read the close frame.
  }

  /** Asks for a sign of life, unless messages of the subgraph wait to be read. */
  #ping(idleTimeoutMs: number): void {
    if (this.#socket.isPaused) this.#aliveAt = performance.now();
    else if (performance.now() - this.#aliveAt > idleTimeoutMs) this.#expire(`sent nothing for ${idleTimeoutMs} ms`);
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  #expire(message: string): void {
    this.#timeout = new StreamInterruptedFault(this.#subgraph, 'TIMEOUT', message);
    this.#socket.terminate();
  }

  #fault(message: string, cause?: Error): StreamInterruptedFault {
    return this.#timeout ?? new StreamInterruptedFault(this.#subgraph, 'UNAVAILABLE', message, { cause });
  }
}
