import type { IncomingHttpHeaders } from 'node:http';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { interruptible } from '../../subgraphs/shared/async-iterator/interruptible.js';
import type { GatewayContext } from '../context.js';
import { clientEvents } from '../http/client-events.js';
import type { ErrorReporter } from '../http/error-reporter.js';
import { subsequentBody, withHasNext } from '../http/incremental-body.js';
import { enableDefer } from '../http/multipart-response.js';
import type { OperationExecutor, PreparedOperation } from '../http/operation-executor.js';
import { responseBody } from '../http/response-body.js';

/** An operation of a client that runs on a socket. */
export interface SocketOperation {
  operations: OperationExecutor<GatewayContext>;
  operation: PreparedOperation;
  contextValue: GatewayContext;
  headers: IncomingHttpHeaders;
  report: ErrorReporter;
  /** Sends a result to the client. Resolves when the client has taken it. */
  send: (payload: Buffer | string) => Promise<void>;
  /** Aborted when the client completes the operation and when the connection closes. */
  signal: AbortSignal;
}

/** The errors for which an operation was refused or ended. The client gets them in a message `error`, which ends the operation. */
export class OperationFailure extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super('The operation failed.');
  }
}

/**
 * Executes a query or mutation and sends its result. Results of deferred fragments follow, in the format of the multipart protocol.
 * Throws OperationFailure if the operation was not executed.
 */
export async function runRequest({ operations, operation, contextValue, headers, report, send, signal }: SocketOperation): Promise<void> {
  const subsequent = enableDefer(contextValue);
  const request = { method: 'POST', headers, url: '/graphql', body: operation.parameters };
  const { result } = await operations.execute(operation, contextValue, request);
  const response = operations.clientResult(result, contextValue, report);
  if (response.data === undefined) throw failure(response);
  if (!subsequent.results) return send(responseBody(response));
  const results = interruptible(subsequent.results, { signal });
  await send(withHasNext(responseBody(response)));
  for await (const one of results) await send(subsequentBody(one, report));
}

/** Sends the events of a subscription. Throws OperationFailure if it was refused, and what its events throw. */
export async function runSubscription({ operations, operation, contextValue, report, send, signal }: SocketOperation): Promise<void> {
  const events = await operations.subscribe(operation, { contextValue, signal });
  if (!(Symbol.asyncIterator in events)) throw failure(operations.clientResult(events, contextValue, report));
  for await (const { result } of clientEvents(interruptible(events, { signal }), report)) await send(responseBody(result));
}

const failure = ({ errors = [] }: FormattedExecutionResult) => new OperationFailure(errors);
