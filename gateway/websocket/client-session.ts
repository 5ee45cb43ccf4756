import { randomUUID } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { CloseCode } from 'graphql-ws';
import { interruptible } from '../../subgraphs/shared/async-iterator/interruptible.js';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { errorCodeProperties } from '../../subgraphs/shared/errors/error-codes.js';
import type { GatewayContext } from '../context.js';
import { requestErrorReporter, toGraphQLError, type ErrorReporter } from '../http/error-reporter.js';
import type { OperationExecutor, PreparedOperation } from '../http/operation-executor.js';
import { bodyParameters } from '../http/parameters.js';
import type { StreamLimiter } from '../http/stream-limiter.js';
import type { ClientRequest, CreateContext } from '../identity/request-context.js';
import { clientHeaders } from './client-headers.js';
import { INTERNAL_ERROR, SERVICE_RESTART, TRY_AGAIN_LATER, type ClientSocket } from './client-socket.js';
import { OperationFailure, runRequest, runSubscription } from './run-operation.js';

export interface SessionOptions {
  operations: OperationExecutor<GatewayContext>;
  createContext: CreateContext;
  /** Returns a key of the client for the limits of streams and sockets. */
  clientOf: (context: GatewayContext) => string;
  /** Limits the subscriptions of each client, together with its event streams. */
  streams: StreamLimiter;
  /** Limits the open sockets of each client. */
  sockets: StreamLimiter;
  /** The largest number of operations that run at the same time on one socket. */
  maxOperations: number;
  logger: Logger;
}

/** The request with which a client opened its socket. */
export interface UpgradeRequest {
  /** The key by which the address of the client is counted. */
  address: string;
  headers: IncomingHttpHeaders;
}

/** The milliseconds after which a server that closes no longer waits for requests that are in progress. */
const DRAIN_MS = 4_000;
const OVER = { done: true, value: undefined } as const;

/** The session of a client on one socket: the client authenticates, and runs operations. */
export class ClientSession {
  #headers: IncomingHttpHeaders;
  readonly #running = new Map<AbortController, PreparedOperation>();
  #isCredentialValid = true;
  #isDraining = false;

  /** @param releaseSocket gives back the place that the socket has among those of its address or, later, of its user. */
  constructor(
    private readonly socket: ClientSocket,
    private readonly upgrade: UpgradeRequest,
    private releaseSocket: () => void,
    private readonly options: SessionOptions,
  ) {
    this.#headers = upgrade.headers;
    socket.closing.addEventListener('abort', () => {
      this.releaseSocket();
      for (const cancellation of this.#running.keys()) cancellation.abort();
    });
  }

  /** Authenticates the client by the payload of `connection_init`. Closes the socket and returns false if that fails. */
  async connect(payload: unknown): Promise<boolean> {
    const { createContext, clientOf, sockets, logger } = this.options;
    const requestId = randomUUID();
    const { closing } = this.socket;
    try {
      this.#headers = clientHeaders(this.upgrade.headers, payload);
      const context = await createContext({ requestId, headers: this.#headers, address: this.upgrade.address, signal: closing });
      if (closing.aborted) return false;
      this.releaseSocket();
      this.releaseSocket = () => undefined;
      this.releaseSocket = sockets.acquire(clientOf(context));
      return true;
    } catch (error) {
      const { message, extensions } = requestErrorReporter(logger, requestId)(toGraphQLError(error));
      this.socket.close(closeCodeOf(extensions?.code), message);
      return false;
    }
  }

  /**
   * Returns the operation of a message `subscribe`. It starts with the first `next()`, sends its results itself, because they are
   * JSON already, and yields none. It throws OperationFailure. `return()` cancels it.
   */
  start(id: string, payload: unknown): AsyncIterableIterator<never> {
    const cancellation = new AbortController();
    setMaxListeners(0, cancellation.signal);
    const next = () => this.#run(id, payload, cancellation).then(() => OVER);
    return interruptible<never>({ [Symbol.asyncIterator]: () => ({ next }) }, { onInterrupt: () => cancellation.abort() });
  }

  /** Closes the socket once the requests in progress have been answered. Subscriptions end without `complete`: clients resume them. */
  drain(): void {
    this.#isDraining = true;
    this.#closeIfDone();
    setTimeout(() => this.#restart(), DRAIN_MS).unref();
  }

  async #run(id: string, payload: unknown, cancellation: AbortController): Promise<void> {
    const { signal } = cancellation;
    if (this.socket.closing.aborted) return;
    if (this.#isDraining) return void (await once(signal, 'abort')); // The client sends it again on its next connection.
    const requestId = randomUUID();
    const { operations, logger } = this.options;
    const report = operations.errorReporter(logger, requestId);
    try {
      await this.#execute(id, payload, cancellation, { requestId, headers: this.#headers, address: this.upgrade.address, signal }, report);
    } catch (error) {
      if (signal.aborted) return; // Nobody waits for the error.
      if (error instanceof OperationFailure) throw error;
      const reported = report(toGraphQLError(error));
      if (reported.extensions?.code === 'UNAUTHENTICATED') this.#isCredentialValid = false;
      throw new OperationFailure([reported]);
    } finally {
      this.#running.delete(cancellation);
      setImmediate(() => this.#closeIfDone()); // After the last message of the operation.
    }
  }

  async #execute(
    id: string,
    payload: unknown,
    cancellation: AbortController,
    request: ClientRequest,
    report: ErrorReporter,
  ): Promise<void> {
    const { operations, createContext, clientOf, streams, maxOperations } = this.options;
    if (this.#running.size >= maxOperations) throw tooManyOperations(maxOperations);
    const operation = operations.prepare(bodyParameters(payload));
    this.#running.set(cancellation, operation);

    const { headers } = request;
    const { signal } = cancellation;
    const contextValue = await createContext(request);
    const send = (result: Buffer | string) => this.socket.sendResult(id, result, signal);
    const run = { operations, operation, contextValue, headers, report, send, signal };
    if (!operation.isSubscription) return runRequest(run);
    const release = streams.acquire(clientOf(contextValue));
    try {
      await runSubscription(run);
    } finally {
      release();
    }
  }

  #closeIfDone(): void {
    const operations = [...this.#running.values()];
    if (!this.#isCredentialValid && operations.length === 0)
      this.socket.close(CloseCode.Forbidden, 'The credential is no longer valid. Connect again with another one.');
    if (this.#isDraining && operations.every(({ isSubscription }) => isSubscription)) this.#restart();
  }

  #restart(): void {
    this.socket.close(SERVICE_RESTART, 'The server restarts. Connect again.');
  }
}

const tooManyOperations = (limit: number) =>
  codedError('RATE_LIMITED', `A socket may run at most ${limit} operations at a time. Complete one before you start another.`);

/** Returns the code to close a socket with whose client cannot be authenticated. Clients connect again after 1013 and 4403, not after 4400. */
function closeCodeOf(errorCode: unknown): number {
  const status = errorCodeProperties(errorCode)?.status ?? 500;
  if (status === 401 || status === 403) return CloseCode.Forbidden;
  if (status === 429 || status === 503) return TRY_AGAIN_LATER;
  return status < 500 ? CloseCode.BadRequest : INTERNAL_ERROR;
}
