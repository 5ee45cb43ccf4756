import { GraphQLError, type ExecutionResult, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { FastifyBaseLogger } from 'fastify';
import { isPublicError, maskError } from '../../subgraphs/shared/errors/mask-error.js';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';

/** Answers what a client is told of an error. One that is ours is masked, and goes to the log. */
export type ErrorReporter = (error: GraphQLFormattedError) => GraphQLFormattedError;

/** Tells a client of errors with the id of its request, so that a user's report finds them in the log. */
export const errorReporter =
  (log: Pick<FastifyBaseLogger, 'error'>, requestId: string | undefined): ErrorReporter =>
  (error) => {
    if (!isPublicError(error)) {
      const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
      log.error({ err: cause, path: error.path, requestId }, 'request failed');
    }
    return maskError(error, requestId);
  };

/** The events as a client may see them. */
export async function* visible(events: AsyncIterable<StreamEvent>, tell: ErrorReporter): AsyncGenerator<StreamEvent, void, undefined> {
  for await (const event of events) yield { ...event, ...written(clientResult(event.result, tell)) };
}

/** The events of which a failure is the last one, for a protocol that has no word for failures. */
export async function* withFailure(events: AsyncIterable<StreamEvent>, tell: ErrorReporter): AsyncGenerator<StreamEvent, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    yield written({ errors: [tell(thrown(error))] });
  }
}

/** The one event of a result. */
export async function* one(result: FormattedExecutionResult): AsyncGenerator<StreamEvent, void, undefined> {
  yield written(result);
}

/** A result as a client may see it. */
export const clientResult = (result: ExecutionResult | FormattedExecutionResult, tell: ErrorReporter): FormattedExecutionResult =>
  result.errors ? { ...result, errors: result.errors.map(tell) } : (result as FormattedExecutionResult);

/** What was thrown, as an error of GraphQL. One that is none is ours. */
export const thrown = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error });

/** Formatted errors are written as they are. */
const written = (result: FormattedExecutionResult): StreamEvent => ({ result: result as ExecutionResult });
