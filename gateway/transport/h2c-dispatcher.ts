import { connect, type ClientHttp2Session } from 'node:http2';
import { Dispatcher, errors } from 'undici';
import { H2cExchange } from './h2c-exchange.js';

/**
 * Sends requests over HTTP/2 without TLS (h2c), which the client begins without negotiation. All requests share one session, but
 * requests with `reset`, such as event streams, have sessions of their own. No request is sent twice.
 *
 * undici's H2CClient is not used: when the server announces that it ends the session, H2CClient fails all requests in progress.
 */
export class H2cDispatcher extends Dispatcher {
  readonly #origin: string;
  readonly #connectTimeoutMs: number;
  readonly #sessions = new Set<ClientHttp2Session>();
  /** The session of requests without `reset`. Null if there is none that accepts requests. */
  #shared: ClientHttp2Session | null = null;
  #isClosed = false;

  constructor(origin: string, connectTimeoutMs: number) {
    super();
    this.#origin = origin;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const exchange = new H2cExchange(options, handler);
    if (this.#isClosed) exchange.fail(new errors.ClientClosedError('The client is closed'));
    else exchange.start(this.#sessionFor(options));
    return true;
  }

  /** Closes each session once its requests have ended. */
  override close(...[callback]: unknown[]): Promise<void> {
    return this.#end((session) => session.close(), callback);
  }

  /** Closes all sessions at once. Their requests fail. */
  override destroy(...parameters: unknown[]): Promise<void> {
    return this.#end((session) => session.destroy(), parameters.at(-1));
  }

  async #end(endSession: (session: ClientHttp2Session) => void, callback: unknown): Promise<void> {
    this.#isClosed = true;
    const closed = [...this.#sessions].map((session) => new Promise((resolve) => session.once('close', resolve)));
    for (const session of this.#sessions) endSession(session);
    await Promise.all(closed);
    if (typeof callback === 'function') callback();
  }

  #sessionFor({ reset }: Dispatcher.DispatchOptions): ClientHttp2Session {
    if (reset) return this.#open();
    if (!this.#shared || this.#shared.closed || this.#shared.destroyed) this.#shared = this.#open();
    return this.#shared;
  }

  #open(): ClientHttp2Session {
    const session = connect(this.#origin, { settings: { enablePush: false } });
    session.setMaxListeners(0); // Each request that waits for the connection adds some.
    const timeout = setTimeout(() => session.destroy(new errors.ConnectTimeoutError('Connect timeout')), this.#connectTimeoutMs);
    this.#sessions.add(session);
    return session
      .once('connect', () => clearTimeout(timeout))
      .on('error', () => undefined) // Each request of the session fails with this error.
      .once('close', () => {
        clearTimeout(timeout);
        this.#sessions.delete(session);
      });
  }
}
