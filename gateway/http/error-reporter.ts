import type { FastifyBaseLogger } from 'fastify';
import { GraphQLError, type ExecutionResult, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import { isPublicError, maskError } from '../../subgraphs/shared/errors/mask-error.js';
import { SubgraphGraphQLError } from '../execution/fetch/subgraph-graphql-error.js';
import { includeError, MASK_ERRORS, type SubgraphErrorRules } from './subgraph-errors.js';

/**
 * Returns an error as the client may see it. An error that is not public is masked; the log has the original under the
 * request id that the client gets. Every error that the gateway sends to a client goes through one.
 */
export type ErrorReporter = (error: GraphQLFormattedError) => GraphQLFormattedError;

/**
 * The error reporter of one request.
 * @param rules the parts of subgraphs' errors that clients see. By default their errors are masked like all others.
 */
export const requestErrorReporter =
  (logger: Pick<FastifyBaseLogger, 'error'>, requestId: string | undefined, rules: SubgraphErrorRules = MASK_ERRORS): ErrorReporter =>
  (error) => {
    if (!isPublicError(error)) {
      const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
      logger.error({ err: cause, path: error.path, requestId }, 'request failed');
    }
    return error instanceof SubgraphGraphQLError ? includeError(rules, error, requestId) : maskError(error, requestId);
  };

/** Returns a result with its errors as the client may see them. */
export const clientResult = (result: ExecutionResult | FormattedExecutionResult, report: ErrorReporter): FormattedExecutionResult =>
  result.errors ? { ...result, errors: result.errors.map(report) } : (result as FormattedExecutionResult);

/** Returns a thrown value as a GraphQL error. One that was not a GraphQL error has no code, so it is masked. */
export const toGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error });
