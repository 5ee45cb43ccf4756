import type { ApolloServer, BaseContext } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { DEFAULT_LIMITS } from '../guards/limits.js';
import { clientResult, requestErrorReporter, type ErrorReporter } from './error-reporter.js';
import { httpRequest, type RequestParts } from './http-request.js';
import { isSubscription } from './is-subscription.js';
import type { Parameters } from './parameters.js';
import type { Subscribe, SubscriptionRequest } from './stream-responder.js';
import type { SubgraphErrorRules } from './subgraph-errors.js';
import { refuseConditionalSubscriptions } from './subscription-conditions.js';

export interface OperationExecutorOptions<Context extends BaseContext> {
  /** A started server. Its own CSRF prevention is not used. */
  apollo: ApolloServer<Context>;
  /** Executes an operation without Apollo Server if it can; otherwise returns undefined. */
  executeKnown?: (parameters: Parameters, contextValue: Context, isGet: boolean) => Promise<ExecutionResult> | undefined;
  /** Checks a document before Apollo Server validates it. Throws or rejects with the GraphQLError to refuse it with. */
  checkDocument?: (query: string, contextValue: Context) => void | Promise<void>;
  /** The largest number of tokens of a document. */
  maxTokens?: number;
  /** Returns members of the `extensions` of the response to an operation that was executed or refused. */
  extensionsOf?: (contextValue: Context) => Record<string, unknown> | undefined;
  /** The parts of subgraphs' errors that clients see. By default their errors are masked like all others. */
  subgraphErrors?: SubgraphErrorRules;
  /** Starts subscriptions. Without it they are not supported. */
  subscribe?: Subscribe<Context>;
}

/** An operation that is ready to be executed or subscribed to. */
export interface PreparedOperation {
  parameters: Parameters;
  /** True if it is a subscription, and subscriptions are supported. */
  isSubscription: boolean;
}

/** The HTTP response to an operation, as far as Apollo Server has decided about it. */
export interface ExecutedOperation {
  result: ExecutionResult | FormattedExecutionResult;
  status?: number;
  headers?: Iterable<[name: string, value: string]>;
}

/**
 * Executes the operations of clients. Every transport uses it, so that an operation is checked and answered alike over HTTP and
 * WebSocket.
 */
export class OperationExecutor<Context extends BaseContext> {
  readonly #options: OperationExecutorOptions<Context>;
  readonly #maxTokens: number;

  constructor(options: OperationExecutorOptions<Context>) {
    this.#options = options;
    this.#maxTokens = options.maxTokens ?? DEFAULT_LIMITS.tokens;
  }

  /** Prepares the operation of a request. Throws BAD_USER_INPUT if the document has a subscription with conditions. */
  prepare(parameters: Parameters): PreparedOperation {
    refuseConditionalSubscriptions(parameters, this.#maxTokens);
    return { parameters, isSubscription: this.#options.subscribe !== undefined && isSubscription(parameters, this.#maxTokens) };
  }

  /**
   * Executes a query or mutation. The errors of the result are not masked.
   * @param request the HTTP request. Apollo Server refuses mutations by GET, and its plugins read the headers.
   */
  async execute({ parameters }: PreparedOperation, contextValue: Context, request: RequestParts): Promise<ExecutedOperation> {
    const { apollo, executeKnown, checkDocument } = this.#options;
    const known = executeKnown?.(parameters, contextValue, request.method === 'GET');
    if (known) return { result: await known };
    if (parameters.query) await checkDocument?.(parameters.query, contextValue);
    const response = await apollo.executeOperation({ ...parameters, http: httpRequest(request) }, { contextValue });
    if (response.body.kind !== 'single')
      throw new Error('Apollo Server returned an incremental result. The gateway defers fragments itself.');
    return { result: response.body.singleResult, status: response.http.status, headers: response.http.headers };
  }

  /** Starts a subscription. The errors of its events, and of a result that refuses it, are not masked. */
  async subscribe({ parameters }: PreparedOperation, request: SubscriptionRequest<Context>): ReturnType<Subscribe<Context>> {
    const { subscribe, checkDocument } = this.#options;
    if (parameters.query) await checkDocument?.(parameters.query, request.contextValue);
    return subscribe!({ ...parameters, ...request });
  }

  /** Returns the error reporter of one request. */
  errorReporter(logger: Pick<FastifyBaseLogger, 'error'>, requestId: string | undefined): ErrorReporter {
    return requestErrorReporter(logger, requestId, this.#options.subgraphErrors);
  }

  /** Returns a result as the client may see it: with masked errors, and the extensions of its context. */
  clientResult(result: ExecutionResult | FormattedExecutionResult, contextValue: Context, report: ErrorReporter): FormattedExecutionResult {
    const extensions = this.#options.extensionsOf?.(contextValue);
    const masked = clientResult(result, report);
    return extensions ? { ...masked, extensions: { ...masked.extensions, ...extensions } } : masked;
  }
}
