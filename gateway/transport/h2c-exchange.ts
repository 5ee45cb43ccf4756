import { constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { DecoratorHandler, errors, type Dispatcher } from 'undici';

/** The time in which a server must answer the ping that follows an aborted request, in milliseconds. */
const PING_TIMEOUT_MS = 10_000;
const { HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH, NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;
/** The code of the error of a request that the server has not begun to process. */
export const REQUEST_REFUSED = 'H2_REFUSED_STREAM';

/** One request over HTTP/2 and its response. Calls the handler as undici does. */
export class H2cExchange implements Dispatcher.DispatchController {
  readonly #options: Dispatcher.DispatchOptions;
  readonly #handler: Dispatcher.DispatchHandler;
  #stream: ClientHttp2Stream | null = null;
  #isSettled = false;
  reason: Error | null = null;

  constructor(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
    this.#options = options;
    this.#handler = new DecoratorHandler(handler); // It has undici's current interface also if the handler has the older one.
  }

  get aborted(): boolean {
    return this.reason !== null;
  }

  get paused(): boolean {
    return this.#stream?.isPaused() ?? false;
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  abort(reason: Error): void {
    this.reason = reason;
    this.#stream?.close(NGHTTP2_CANCEL);
    this.fail(reason);
  }

  /** Sends the request when the session is connected. */
  start(session: ClientHttp2Session): void {
    if (!session.connecting) return this.#send(session);
    let cause: Error = new errors.SocketError('The session was closed');
    const onError = (error: Error) => void (cause = error);
    const onClose = () => this.fail(cause);
    const onConnect = () => {
      session.off('error', onError).off('close', onClose);
      this.#send(session);
    };
    session.once('connect', onConnect).once('error', onError).once('close', onClose);
  }

  fail(error: Error): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#handler.onResponseError!(this, error);
  }

  #send(session: ClientHttp2Session): void {
    const { body, reset } = this.#options;
    try {
      this.#handler.onRequestStart!(this, {}); // Throws if the request was cancelled while it waited for the connection.
      if (this.aborted) return;
      this.#stream = session.request(headersOf(this.#options));
    } catch (error) {
      return this.fail(error as Error);
    }
    this.#read(this.#stream);
    this.#stream.end(body);
    this.#stream.once('close', () => {
      if (reset) session.close();
      if (this.aborted) destroyIfSilent(session);
    });
  }

  #read(stream: ClientHttp2Stream): void {
    let hasResponse = false;
    let hasEnded = false;
    let cause: Error | null = null;
    stream
      .once('response', ({ ':status': status, ...headers }: IncomingHttpHeaders & { ':status'?: number }) => {
        hasResponse = true;
        if (!this.#isSettled) this.#handler.onResponseStart!(this, status!, headers);
        stream.on('data', (chunk: Buffer) => void (this.#isSettled || this.#handler.onResponseData!(this, chunk)));
      })
      .once('end', () => void (hasEnded = true))
      .once('error', (error) => void (cause = error))
      // A stream that the server resets also ends before it is closed.
      .once('close', () => {
        if (!hasResponse || !hasEnded || stream.rstCode !== NGHTTP2_NO_ERROR) return this.fail(resetError(stream, cause));
        if (this.#isSettled) return;
        this.#isSettled = true;
        this.#handler.onResponseEnd!(this, {});
      });
  }
}

function headersOf({ path, method, headers, body }: Dispatcher.DispatchOptions): OutgoingHttpHeaders {
  const flat = Array.isArray(headers) ? (headers as string[]) : Object.entries(headers ?? {}).flat();
  const sent: OutgoingHttpHeaders = { [HTTP2_HEADER_METHOD]: method, [HTTP2_HEADER_PATH]: path };
  for (let index = 0; index < flat.length; index += 2) sent[(flat[index] as string).toLowerCase()] = flat[index + 1] as string;
  if (typeof body === 'string') sent['content-length'] = Buffer.byteLength(body);
  return sent;
}

function resetError({ rstCode }: ClientHttp2Stream, cause: Error | null): Error {
  const error = cause ?? new errors.SocketError('The stream was closed before the response was complete');
  return rstCode === NGHTTP2_REFUSED_STREAM ? Object.assign(error, { code: REQUEST_REFUSED }) : error;
}

/** Destroys a session whose server does not answer a ping. A request that is aborted, because its time is over, may be the first sign of that. */
function destroyIfSilent(session: ClientHttp2Session): void {
  if (session.destroyed) return;
  const timeout = setTimeout(() => session.destroy(new errors.SocketError('The server does not respond')), PING_TIMEOUT_MS).unref();
  if (!session.ping(() => clearTimeout(timeout))) clearTimeout(timeout); // Enough pings are under way.
}
