import { GraphQLError, type ExecutionResult, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import { isPublic, mask } from '../../subgraphs/shared/errors/mask.js';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';

export type Report = (error: unknown) => void;

/** The events as a client may see them: errors that are ours are masked in them, and reported. */
export async function* visible(events: AsyncIterable<StreamEvent>, report: Report): AsyncGenerator<StreamEvent, void, undefined> {
  for await (const event of events) yield { ...event, ...clientEvent(event.result, report) };
}

/** The events of which a failure is the last one, for a protocol that has no word for failures. */
export async function* withFailure(events: AsyncIterable<StreamEvent>, report: Report): AsyncGenerator<StreamEvent, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    report(error);
    yield written({ errors: [describe(error)] });
  }
}

/** The one event of a result. */
export async function* one(result: FormattedExecutionResult): AsyncGenerator<StreamEvent, void, undefined> {
  yield written(result);
}

/** A result with its errors masked where they are ours, and reported. */
export function clientResult(result: ExecutionResult | FormattedExecutionResult, report: Report): FormattedExecutionResult {
  for (const error of result.errors ?? []) if (!isPublic(error)) report(error);
  return result.errors ? { ...result, errors: result.errors.map((error) => mask(error)) } : (result as FormattedExecutionResult);
}

/** What a client is told of an error that was thrown: one of GraphQL as it is, any other as a fault of ours. */
export const describe = (error: unknown): GraphQLFormattedError => mask(error instanceof GraphQLError ? error.toJSON() : { message: '' });

const clientEvent = (result: ExecutionResult, report: Report): StreamEvent => written(clientResult(result, report));

/** Formatted errors are written as they are. */
const written = (result: FormattedExecutionResult): StreamEvent => ({ result: result as ExecutionResult });
