import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { DeadlineEntry, type Deadlines } from './deadlines.js';
import { HttpExchange, type ExchangeFailure, type ExchangeListener } from './http-exchange.js';
import type { RetryPolicy } from './retry-policy.js';
import { SubgraphFault, type FaultOptions, type FaultReason } from './subgraph-fault.js';

type Headers = Readonly<Record<string, string>>;

/** A POST request to a subgraph. */
export interface SubgraphRequest {
  /** A JSON text. */
  body: string;
  /**
   * Headers besides `content-type` and `accept`. A function is called for each attempt with the milliseconds that are left of the
   * request's time, because a signature is valid once.
   */
  headers: Headers | ((timeoutMs: number) => Headers);
  /** True if the subgraph may receive the request twice, as with queries. */
  isRepeatable: boolean;
  /** The path of the URL. Defaults to that of the subgraph's own URL. */
  path?: string;
  /** Called with the status and the headers of each response, also of one that is not usable. */
  onResponseHead?: (status: number, headers: IncomingHttpHeaders) => void;
  /** Cancels the request when it is aborted. */
  signal?: AbortSignalLike;
}

/** The state that all calls to one subgraph share. */
export interface SubgraphConnection {
  readonly name: string;
  readonly path: string;
  /** The headers of each request, names and values in turn: the form that undici would otherwise convert an object to. */
  readonly headers: readonly string[];
  readonly dispatcher: Dispatcher;
  /** The largest response body, in bytes. */
  readonly maxResponseBytes: number;
  readonly deadlines: Deadlines;
  readonly breaker: CircuitBreaker;
  readonly retryPolicy: RetryPolicy;
}

/** A request to a subgraph with its retries: one or more HTTP exchanges that share one deadline. */
export class SubgraphCall extends DeadlineEntry implements ExchangeListener {
  readonly #connection: SubgraphConnection;
  readonly #request: SubgraphRequest;
  readonly #resolve: (text: string) => void;
  readonly #reject: (reason: unknown) => void;
  #exchange: HttpExchange | null = null;
  /** True if the subgraph may have received the request in an earlier attempt. */
  #wasSent = false;
  #retries = 0;
  #retryTimer: NodeJS.Timeout | null = null;

  constructor(
    connection: SubgraphConnection,
    request: SubgraphRequest,
    resolve: (text: string) => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.#connection = connection;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { signal } = this.#request;
    if (signal?.aborted) return this.#reject(signal.reason);
    signal?.addEventListener('abort', this);
    this.#connection.deadlines.add(this);
    this.#connection.retryPolicy.recordRequest();
    this.#send();
  }

  onActivity(): void {
    this.#connection.breaker.recordActivity();
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    this.#request.onResponseHead?.(status, headers);
  }

  onResponse(text: string): void {
    this.#connection.breaker.recordResponse();
    this.#cleanUp();
    this.#resolve(text);
  }

  onFailure(failure: ExchangeFailure): void {
    const { breaker, deadlines, retryPolicy } = this.#connection;
    this.#wasSent ||= failure.wasSent;
    if (failure.isTransient) breaker.recordFailure();
    else if (failure.wasSent) breaker.recordResponse();
    const delay = retryPolicy.retryDelayMs(failure, this.#request.isRepeatable, this.#retries, deadlines.remainingMs(this.startedAt));
    if (delay === null) return this.#fail('UNAVAILABLE', failure.message, { cause: failure.cause, wasSent: this.#wasSent });
    this.#retries++;
    this.#retryTimer = setTimeout(() => this.#send(), delay);
  }

  /** Called by Deadlines when the deadline has passed. */
  expire(): void {
    this.#connection.breaker.recordFailure(this.startedAt);
    const wasSent = this.#wasSent || this.#exchange?.wasSent === true;
    this.#exchange?.cancel();
    this.#fail('TIMEOUT', 'did not respond in time', { wasSent });
  }

  /** Called by the request's signal when it is aborted. */
  handleEvent(): void {
    this.#exchange?.cancel();
    this.#cleanUp();
    this.#reject(this.#request.signal!.reason);
  }

  #send(): void {
    const { breaker, dispatcher, path: defaultPath, maxResponseBytes } = this.#connection;
    if (!breaker.allowsRequest()) return this.#fail('UNAVAILABLE', 'circuit breaker is open');
    const { body, path = defaultPath, headers } = this.#request;
    const kind = { isGraphQL: path === defaultPath, isSigned: typeof headers === 'function' };
    this.#exchange = new HttpExchange(this, kind, maxResponseBytes);
    dispatcher.dispatch({ path, method: 'POST', headers: this.#headers(), body }, this.#exchange);
  }

  /** Returns names and values in turn. Credentials of the subgraph's URL replace those of the request. */
  #headers(): string[] {
    let { headers } = this.#request;
    if (typeof headers === 'function') headers = headers(Math.floor(this.#connection.deadlines.remainingMs(this.startedAt)));
    const flat = this.#connection.headers.slice();
    for (const name in headers) if (name !== 'authorization' || !flat.includes(name)) flat.push(name, headers[name]!);
    return flat;
  }

  #fail(reason: FaultReason, message: string, options: FaultOptions = {}): void {
    this.#cleanUp();
    const attempts = this.#retries > 0 ? ` (${this.#retries + 1} attempts)` : '';
    this.#reject(new SubgraphFault(this.#connection.name, reason, message + attempts, options));
  }

  #cleanUp(): void {
    this.#connection.deadlines.delete(this);
    this.#request.signal?.removeEventListener('abort', this);
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#exchange = null;
  }
}
