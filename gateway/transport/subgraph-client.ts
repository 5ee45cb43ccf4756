import type { Log } from '../log.js';
import { Client, Pool } from 'undici';
import { CircuitBreaker, STALL_SHARE } from './circuit-breaker.js';
import { Deadlines } from './deadlines.js';
import { RetryPolicy } from './retry-policy.js';
import { SubgraphCall, type SubgraphConnection, type SubgraphRequest } from './subgraph-call.js';

export type { SubgraphRequest };

/** The number of connections to one subgraph. Further requests wait in a queue. */
const CONNECTIONS = 64;
/** The default of the largest response body of a subgraph, in bytes. */
const DEFAULT_MAX_RESPONSE_BYTES = 32 * 1024 * 1024;
/** The largest response to a probe, in bytes. */
const MAX_PROBE_BYTES = 1024 * 1024;

export interface SubgraphClientOptions {
  /** Identifies the subgraph in faults and in the log. */
  name: string;
  url: string;
  /** The timeout of a request with all its retries, in milliseconds. */
  timeoutMs: number;
  /** The largest response body in bytes. Defaults to 32 MiB. */
  maxResponseBytes?: number;
  /** Logs when the circuit breaker opens and closes. */
  logger?: Log;
}

/** An HTTP client of one subgraph, with a connection pool, deadlines, retries and a circuit breaker. */
export class SubgraphClient {
  readonly name: string;
  readonly #connection: SubgraphConnection;
  #closed: Promise<void> | null = null;

  constructor({ name, url, timeoutMs, maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES, logger }: SubgraphClientOptions) {
    const { origin, pathname, search } = new URL(url);
    const deadlines = new Deadlines(timeoutMs, () => breaker.detectStall());
    const probe = () => respondsToProbe(origin, pathname + search, timeoutMs * STALL_SHARE);
    const breaker = new CircuitBreaker(name, timeoutMs, deadlines, probe, logger);
    this.name = name;
    this.#connection = {
      name,
      path: pathname + search,
      pool: new Pool(origin, {
        connections: CONNECTIONS,
        maxResponseSize: maxResponseBytes,
        connectTimeout: timeoutMs,
        // Deadlines cover the whole request with millisecond precision; undici's own timers are coarse.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
      deadlines,
      breaker,
      retryPolicy: new RetryPolicy(),
    };
  }

  /**
   * Sends a request and returns the text of the response, of limited size, for `parseSubgraphResponse`.
   * Rejects with a SubgraphFault, or with the reason of the request's signal.
   */
  post(request: SubgraphRequest): Promise<string> {
    return new Promise((resolve, reject) => new SubgraphCall(this.#connection, request, resolve, reject).start());
  }

  /** Closes the connections once the pending requests have ended. */
  close(): Promise<void> {
    this.#closed ??= this.#connection.pool.close();
    return this.#closed;
  }
}

/**
 * Sends a query that every subgraph can resolve on a connection of its own. It is not signed: a refusal is a response too.
 * Resolves with false after a server error (5xx) and if there is no complete response in time.
 */
async function respondsToProbe(origin: string, path: string, timeoutMs: number): Promise<boolean> {
  const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0, maxResponseSize: MAX_PROBE_BYTES });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const { statusCode, body } = await client.request({ path, method: 'POST', headers, body: '{"query":"{__typename}"}', signal });
    await body.arrayBuffer();
    return statusCode < 500;
  } catch {
    return false;
  } finally {
    void client.destroy();
  }
}
