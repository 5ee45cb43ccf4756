import type { Logger } from 'pino';
import { Pool } from 'undici';
import { Call, type Connection, type SubgraphRequest } from './call.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { Deadlines } from './deadlines.js';
import { Retries } from './retries.js';

export type { SubgraphRequest };

/** Connections to one subgraph; requests beyond them wait in line. */
const CONNECTIONS = 64;
/** Bytes of the largest answer that a subgraph may give. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface SubgraphClientOptions {
  /** For the log. */
  name: string;
  url: string;
  /** Milliseconds for a request with all its retries. */
  timeoutMs: number;
  /** Hears when the circuit breaker opens and closes. */
  logger?: Logger;
}

/** The way to one subgraph over HTTP. */
export class SubgraphClient {
  readonly name: string;
  readonly #connection: Connection;
  #closed: Promise<void> | null = null;

  constructor({ name, url, timeoutMs, logger }: SubgraphClientOptions) {
    const { origin, pathname, search } = new URL(url);
    const deadlines = new Deadlines(timeoutMs, () => breaker.watch());
    const breaker = new CircuitBreaker(name, timeoutMs, deadlines, logger);
    this.name = name;
    this.#connection = {
      name,
      path: pathname + search,
      pool: new Pool(origin, {
        connections: CONNECTIONS,
        maxResponseSize: MAX_ANSWER_BYTES,
        connectTimeout: timeoutMs,
        // Deadlines cover the whole request, and to the millisecond; undici's own timers are coarse.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
      deadlines,
      breaker,
      retries: new Retries(),
    };
  }

  /**
   * The text of the subgraph's answer, of 32 MiB at most; `parseAnswer` reads it.
   * Rejects with a SubgraphFault, or with the reason of the request's signal.
   */
  post(request: SubgraphRequest): Promise<string> {
    return new Promise((resolve, reject) => new Call(this.#connection, request, resolve, reject).start());
  }

  /** Closes the connections once the requests on them have ended. */
  close(): Promise<void> {
    this.#closed ??= this.#connection.pool.close();
    return this.#closed;
  }
}
