import { createSourceEventStream, execute, getVariableValues, type ExecutionResult, type GraphQLError, type GraphQLSchema } from 'graphql';
import { mapAsyncIterator } from '../async-iterator/map-async-iterator.js';
import { withDeadline } from '../deadline/current-deadline.js';
import { RequestDeadline } from '../deadline/request-deadline.js';
import { timeForWork } from '../deadline/time-for-work.js';
import { badInput } from '../errors/coded-error.js';
import { eventIdOf } from '../subscriptions/row-follower.js';
import type { RevisedRow } from '../subscriptions/followed-row.js';
import type { SignedRequest } from '../viewer/signature.js';
import type { AdmittedSubscription } from './admit-subscriptions.js';
import type { StreamEvent } from './event-stream.js';

export interface SubscriptionExecution {
  schema: GraphQLSchema;
  /** The end of the event stream. */
  deadline: RequestDeadline;
  /** The milliseconds that the sender waits for each event. Undefined for no limit. */
  eventTimeoutMs: number | undefined;
  /** Creates a context with new stores. Each event needs one, since stores cache the rows that they read. */
  context(): SignedRequest;
  /** Returns the errors of a result as the client may see them. */
  formatErrors(errors: readonly GraphQLError[]): ExecutionResult['errors'];
}

/** Executes a subscription: returns an event for each value of its source stream, or one event with the errors if it fails to start. */
export async function subscriptionEvents(
  { document, operation, variables }: AdmittedSubscription,
  execution: SubscriptionExecution,
): Promise<AsyncIterable<StreamEvent>> {
  const { schema, context, formatErrors } = execution;
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (errors) return singleEvent({ errors: formatErrors(errors.map(({ message }) => badInput(message))) });
  const run = { schema, document, operationName: operation.name?.value, variableValues: variables };
  const source = await createSourceEventStream({ ...run, contextValue: context() });
  if (!(Symbol.asyncIterator in source)) return singleEvent({ errors: formatErrors(source.errors ?? []) });
  return mapAsyncIterator(source, async (row) => {
    const { data, errors } = await eventWithDeadline(execution, () => execute({ ...run, rootValue: row, contextValue: context() }));
    const { revision } = row as Partial<RevisedRow>;
    const id = revision === undefined ? undefined : eventIdOf({ revision });
    return { id, result: { data, ...(errors && { errors: formatErrors(errors) }) } };
  });
}

/** Executes an event within a deadline of its own, which ends at the latest with the stream. */
async function eventWithDeadline(
  { deadline: stream, eventTimeoutMs }: SubscriptionExecution,
  work: () => ExecutionResult | Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const deadline = new RequestDeadline(timeForWork(eventTimeoutMs));
  const stop = stream.onEnd(() => deadline.end('DISCONNECT'));
  try {
    return await withDeadline(deadline, () => deadline.settle(Promise.resolve(work())));
  } catch (error) {
    return { errors: [error as GraphQLError] };
  } finally {
    stop();
    deadline.release();
  }
}

/** Returns a stream of one result. */
export async function* singleEvent(result: ExecutionResult): AsyncIterable<StreamEvent> {
  yield { result };
}
