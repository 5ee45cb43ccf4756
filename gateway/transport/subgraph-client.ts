import type { Log } from '../log.js';
import { Client, Pool } from 'undici';
import { requestTarget, type RequestTarget } from '../../subgraphs/shared/http/request-target.js';
import { CircuitBreaker, STALL_SHARE } from './circuit-breaker.js';
import { ACCEPT_ENCODING } from './content-decoding.js';
import { Deadlines } from './deadlines.js';
import { H2cDispatcher } from './h2c-dispatcher.js';
import { RetryPolicy } from './retry-policy.js';
import { SubgraphFault } from './subgraph-fault.js';
import { SubgraphCall, type SubgraphConnection, type SubgraphRequest } from './subgraph-call.js';

export type { SubgraphRequest };

/** The number of connections to one subgraph. Further requests wait in a queue. */
const CONNECTIONS = 64;
/** The default of the largest response body of a subgraph, in bytes. */
const DEFAULT_MAX_RESPONSE_BYTES = 32 * 1024 * 1024;
/** The largest response to a probe, in bytes. */
const MAX_PROBE_BYTES = 1024 * 1024;

/** The headers of each request, names and values in turn. */
const JSON_HEADERS = ['content-type', 'application/json', 'accept', 'application/graphql-response+json, application/json'];
/** undici's own timers are coarse, so other code limits the time of requests. */
const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 };

export interface SubgraphClientOptions {
  /** Identifies the subgraph in faults and in the log. */
  name: string;
  /** `http://`, `https://` or, for HTTP/2 without TLS, `h2c://`. It may contain a user and a password. */
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

  /** Throws a SubgraphFault if the URL is not valid. */
  constructor({ name, url, timeoutMs, maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES, logger }: SubgraphClientOptions) {
    const target = subgraphTarget(name, url);
    const deadlines = new Deadlines(timeoutMs, () => breaker.detectStall());
    const probe = () => respondsToProbe(target, timeoutMs * STALL_SHARE);
    const breaker = new CircuitBreaker(name, timeoutMs, deadlines, probe, logger);
    this.name = name;
    this.#connection = {
      name,
      path: target.path,
      headers: [...JSON_HEADERS, 'accept-encoding', ACCEPT_ENCODING, ...Object.entries(target.headers).flat()],
      dispatcher: target.isH2c
        ? new H2cDispatcher(target.origin, timeoutMs)
        : new Pool(target.origin, { connections: CONNECTIONS, connectTimeout: timeoutMs, ...NO_TIMEOUTS }),
      maxResponseBytes,
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
    this.#closed ??= this.#connection.dispatcher.close();
    return this.#closed;
  }
}

/** Parses the URL of a subgraph. Throws a SubgraphFault without the URL if it is not valid. */
export function subgraphTarget(name: string, url: string): RequestTarget {
  try {
    return requestTarget(url);
  } catch (error) {
    throw new SubgraphFault(name, 'UNAVAILABLE', (error as Error).message);
  }
}

/**
 * Sends a query that every subgraph can resolve on a connection of its own. It is not signed: a refusal is a response too.
 * Resolves with false after a server error (5xx) and if there is no complete response in time.
 */
async function respondsToProbe({ origin, path, isH2c, headers: credentials }: RequestTarget, timeoutMs: number): Promise<boolean> {
  const client = isH2c ? new H2cDispatcher(origin, timeoutMs) : new Client(origin, NO_TIMEOUTS);
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...credentials };
    const { statusCode, body } = await client.request({ origin, path, method: 'POST', headers, body: '{"query":"{__typename}"}', signal });
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) if ((bytes += chunk.length) > MAX_PROBE_BYTES) return false;
    return statusCode < 500;
  } catch {
    return false;
  } finally {
    void client.destroy();
  }
}
