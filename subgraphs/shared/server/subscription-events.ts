import { createSourceEventStream, execute, getVariableValues, type ExecutionResult, type GraphQLError, type GraphQLSchema } from 'graphql';
import { mapAsyncIterator } from '../async-iterator/map-async-iterator.js';
import { badInput } from '../errors/coded-error.js';
import { eventIdOf } from '../subscriptions/row-follower.js';
import type { RevisedRow } from '../subscriptions/followed-row.js';
import type { SignedRequest } from '../viewer/signature.js';
import type { AdmittedSubscription } from './admit-subscriptions.js';
import type { StreamEvent } from './event-stream.js';

export interface SubscriptionExecution {
  schema: GraphQLSchema;
  /** Creates a context with new stores. Each event needs one, since stores cache the rows that they read. */
  context(): SignedRequest;
  /** Returns the errors of a result as the client may see them. */
  formatErrors(errors: readonly GraphQLError[]): ExecutionResult['errors'];
}

/** Executes a subscription: returns an event for each value of its source stream, or one event with the errors if it fails to start. */
export async function subscriptionEvents(
  { document, operation, variables }: AdmittedSubscription,
  { schema, context, formatErrors }: SubscriptionExecution,
): Promise<AsyncIterable<StreamEvent>> {
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (errors) return singleEvent({ errors: formatErrors(errors.map(({ message }) => badInput(message))) });
  const run = { schema, document, operationName: operation.name?.value, variableValues: variables };
  const source = await createSourceEventStream({ ...run, contextValue: context() });
  if (!(Symbol.asyncIterator in source)) return singleEvent({ errors: formatErrors(source.errors ?? []) });
  return mapAsyncIterator(source, async (row) => {
    const { data, errors } = await execute({ ...run, rootValue: row, contextValue: context() });
    const { revision } = row as Partial<RevisedRow>;
    const id = revision === undefined ? undefined : eventIdOf({ revision });
    return { id, result: { data, ...(errors && { errors: formatErrors(errors) }) } };
  });
}

/** Returns a stream of one result. */
export async function* singleEvent(result: ExecutionResult): AsyncIterable<StreamEvent> {
  yield { result };
}
