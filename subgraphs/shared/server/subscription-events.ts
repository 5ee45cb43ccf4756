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
  /** A context with stores of its own, anew for each event: they remember what they read. */
  context(): SignedRequest;
  /** The errors of a result as a client may see them. */
  formatErrors(errors: readonly GraphQLError[]): ExecutionResult['errors'];
}

/** Runs a subscription: one event for each state of what it follows, or a single one with the errors where it cannot. */
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

/** An answer that comes at once and whole. */
export async function* singleEvent(result: ExecutionResult): AsyncIterable<StreamEvent> {
  yield { result };
}
