import type { WebSocket as Connection } from 'graphql-ws';
import { CloseCode } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import { isObject, parseJson } from '../json.js';

/** The close code for a client that should connect again later (IANA registry of WebSocket close codes). */
export const TRY_AGAIN_LATER = 1013;
/** The close code of a server that restarts. Clients connect again, and start their subscriptions again. */
export const SERVICE_RESTART = 1012;
/** The close code of a server that failed (RFC 6455, section 7.4.1). */
export const INTERNAL_ERROR = 1011;
/** The bytes of the longest reason of a close frame (RFC 6455, section 5.5). */
const MAX_REASON_BYTES = 123;

export interface ClientSocketOptions {
  /** The largest number of bytes of messages that wait for the client, besides one result. */
  maxUnreadBytes: number;
  /** The interval of pings, in milliseconds. A client that has not answered one when the next is due is disconnected. Defaults to 12 s. */
  pingIntervalMs?: number;
  /** The longest time in which the client takes one result, in milliseconds. Defaults to 30 s. */
  maxWriteMs?: number;
  logger: Logger;
}

/** The connection to one client, with a bounded buffer for what the client has not read. */
export class ClientSocket implements Connection {
  readonly #socket: WebSocket;
  readonly #options: ClientSocketOptions;
  /** Aborted as soon as the connection begins to close, for whichever reason. */
  readonly #closing = new AbortController();
  /** Resolves when the result that was sent last has left the buffer. */
  #lastResult: Promise<void> = Promise.resolve();
  /** A time of `performance.now()`; null while no result is in the buffer. */
  #writingSince: number | null = null;
  #unreadBytes = 0;
  #hasAnsweredPing = true;

  constructor(socket: WebSocket, options: ClientSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    const timer = setInterval(() => this.#check(), options.pingIntervalMs ?? 12_000);
    socket.on('pong', () => (this.#hasAnsweredPing = true));
    // The connection is closed with the code for the error, such as 1009 for a message that is too long.
    socket.on('error', (error) => options.logger.debug({ err: error }, 'WebSocket connection failed'));
    socket.once('close', () => {
      clearInterval(timer);
      this.#closing.abort();
    });
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Sends a message that is not a result. Closes the connection if the client leaves too many of them unread. */
  send(text: string): void {
    if (!this.#isOpen) return;
    const bytes = Buffer.byteLength(text);
    this.#unreadBytes += bytes;
    this.#socket.send(text, () => (this.#unreadBytes -= bytes));
    if (this.#unreadBytes > this.#options.maxUnreadBytes) this.close(TRY_AGAIN_LATER, 'The client does not read its messages');
  }

  /**
   * Sends a result of an operation, after the client has taken the previous results of all its operations. Resolves when the
   * client has taken it, and when the connection is closed. Sends nothing if the signal is aborted before.
   */
  sendResult(id: string, payload: Buffer | string, signal: AbortSignal): Promise<void> {
    const result = this.#lastResult.then(() => (signal.aborted || !this.#isOpen ? undefined : this.#write(nextMessage(id, payload))));
    this.#lastResult = result;
    return result;
  }

  /** Begins to close the connection. The client has 5 seconds to answer. Does nothing if it is closing already. */
  close(code: number, reason: string): void {
    this.#closing.abort();
    this.#socket.close(code, truncate(reason));
  }

  onMessage(receive: (message: string) => Promise<void>): void {
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!this.#isOpen) return;
      if (isBinary) return this.close(CloseCode.BadRequest, 'Messages must be text frames');
      receive(messageOf(data.toString()) as string).catch((error: unknown) => {
        if (isUnexpectedMessage(error)) return this.close(CloseCode.BadRequest, error.message);
        this.#options.logger.error({ err: error }, 'WebSocket message failed');
        this.close(INTERNAL_ERROR, 'Internal server error');
      });
    });
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && !this.#closing.signal.aborted;
  }

  #write(message: Buffer): Promise<void> {
    this.#writingSince = performance.now();
    return new Promise((resolve) => {
      this.#socket.send(message, { binary: false }, () => {
        this.#writingSince = null;
        resolve();
      });
    });
  }

  /** Disconnects a client that does not respond. A ping behind a long result is answered late, so the result has a time limit of its own. */
  #check(): void {
    const { maxWriteMs = 30_000 } = this.#options;
    if (this.#writingSince !== null) {
      if (performance.now() - this.#writingSince > maxWriteMs) this.close(TRY_AGAIN_LATER, 'The client reads too slowly');
      return;
    }
    if (!this.#hasAnsweredPing) return this.#socket.terminate();
    this.#hasAnsweredPing = false;
    this.#socket.ping();
  }
}

/**
 * Returns a message as parsed JSON, which graphql-ws takes in place of the text; its own parser would lose digits of numbers. It insists on
 * a document, so an operation that is requested by its hash or id gets an empty one.
 */
function messageOf(text: string): unknown {
  let message: unknown;
  try {
    message = parseJson(text);
  } catch {
    return text; // graphql-ws refuses it.
  }
  const payload = isObject(message) && message.type === 'subscribe' ? message.payload : undefined;
  if (isObject(payload) && BY_REFERENCE.some((name) => payload[name] != null)) payload.query ??= '';
  return message;
}

/** The members of a request that name its document in place of `query`. */
const BY_REFERENCE = ['extensions', 'documentId', 'doc_id'];

/** True for the error of graphql-ws for a message that only servers send. */
const isUnexpectedMessage = (error: unknown): error is Error =>
  error instanceof Error && error.message.startsWith('Unexpected message of type');

const nextMessage = (id: string, payload: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`), Buffer.from(payload), Buffer.from('}')]);

/** Returns the text cut to the longest reason of a close frame. */
function truncate(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > MAX_REASON_BYTES) text = text.slice(0, -1);
  return text;
}
