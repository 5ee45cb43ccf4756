import type { Until } from './client-disconnect.js';
import type { Pool } from 'undici';
import type { CircuitBreaker } from './circuit-breaker.js';
import { Waiting, type Deadlines } from './deadlines.js';
import { Exchange, type ExchangeListener, type Failure } from './exchange.js';
import type { Retries } from './retries.js';
import { SubgraphFault, type FaultReason } from './subgraph-fault.js';

type Headers = Readonly<Record<string, string>>;

export interface SubgraphRequest {
  /** A JSON text. */
  body: string;
  /** Beside those that say JSON. A function is called for each try: a signature, for one, is believed once only. */
  headers: Headers | (() => Headers);
  /** Whether the subgraph may see it twice: true for queries. */
  isRepeatable: boolean;
  /** Where it goes, when not to the path of the subgraph's own URL. */
  path?: string;
  /** Ends it at once. */
  signal?: Until;
}

/** What the calls to one subgraph have in common. */
export interface Connection {
  readonly name: string;
  readonly path: string;
  readonly pool: Pool;
  readonly deadlines: Deadlines;
  readonly breaker: CircuitBreaker;
  readonly retries: Retries;
}

const JSON_HEADERS = ['content-type', 'application/json', 'accept', 'application/graphql-response+json, application/json'];

/** One request on its way to its answer, over one or more exchanges that share one deadline. */
export class Call extends Waiting implements ExchangeListener {
  readonly #connection: Connection;
  readonly #request: SubgraphRequest;
  readonly #resolve: (text: string) => void;
  readonly #reject: (reason: unknown) => void;
  #exchange: Exchange | null = null;
  #retries = 0;
  #pause: NodeJS.Timeout | null = null;

  constructor(connection: Connection, request: SubgraphRequest, resolve: (text: string) => void, reject: (reason: unknown) => void) {
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
    this.#connection.retries.earn();
    this.#send();
  }

  heard(): void {
    this.#connection.breaker.heard();
  }

  answered(text: string): void {
    this.#connection.breaker.answered();
    this.#leave();
    this.#resolve(text);
  }

  failed(failure: Failure): void {
    const { breaker, deadlines, retries } = this.#connection;
    if (failure.isTransient) breaker.failed();
    else if (failure.wasSent) breaker.answered();
    const pause = retries.pauseMs(failure, this.#request.isRepeatable, this.#retries, deadlines.remainingMs(this.startedAt));
    if (pause === null) return this.#fault('UNAVAILABLE', failure.message, failure.cause);
    this.#retries++;
    this.#pause = setTimeout(() => this.#send(), pause);
  }

  /** The deadline passed. */
  expire(): void {
    this.#connection.breaker.failed(this.startedAt);
    this.#exchange?.cancel();
    this.#fault('TIMEOUT', 'did not answer in time');
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    this.#exchange?.cancel();
    this.#leave();
    this.#reject(this.#request.signal!.reason);
  }

  #send(): void {
    const { breaker, pool, path } = this.#connection;
    if (!breaker.admits()) return this.#fault('UNAVAILABLE', 'circuit breaker is open');
    const { body, path: ownPath = path } = this.#request;
    this.#exchange = new Exchange(this);
    pool.dispatch({ path: ownPath, method: 'POST', headers: this.#headers(), body }, this.#exchange);
  }

  /** Names and values in turn, which is how undici needs them in the end. */
  #headers(): string[] {
    let { headers } = this.#request;
    if (typeof headers === 'function') headers = headers();
    const flat = JSON_HEADERS.slice();
    for (const name in headers) flat.push(name, headers[name]!);
    return flat;
  }

  #fault(reason: FaultReason, message: string, cause?: Error): void {
    this.#leave();
    const tries = this.#retries > 0 ? ` (tried ${this.#retries + 1} times)` : '';
    this.#reject(new SubgraphFault(this.#connection.name, reason, message + tries, { cause }));
  }

  #leave(): void {
    this.#connection.deadlines.delete(this);
    this.#request.signal?.removeEventListener('abort', this);
    if (this.#pause) clearTimeout(this.#pause);
    this.#exchange = null;
  }
}
