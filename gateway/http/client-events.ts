import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { clientResult, toGraphQLError, type ErrorReporter } from './error-reporter.js';

/** Yields the events with their errors as the client may see them. */
export async function* clientEvents(
  events: AsyncIterable<StreamEvent>,
  report: ErrorReporter,
): AsyncGenerator<StreamEvent, void, undefined> {
  for await (const event of events) yield { ...event, ...streamEvent(clientResult(event.result, report)) };
}

/** Yields the events and, if their source fails, a last event with that error, for a protocol that cannot express a failure. */
export async function* withErrorEvent(
  events: AsyncIterable<StreamEvent>,
  report: ErrorReporter,
): AsyncGenerator<StreamEvent, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    yield streamEvent({ errors: [report(toGraphQLError(error))] });
  }
}

/** Yields one event with the given result. */
export async function* singleEvent(result: FormattedExecutionResult): AsyncGenerator<StreamEvent, void, undefined> {
  yield streamEvent(result);
}

/** An event is only serialized, so formatted errors serve as well as `GraphQLError`s. */
const streamEvent = (result: FormattedExecutionResult): StreamEvent => ({ result: result as ExecutionResult });
