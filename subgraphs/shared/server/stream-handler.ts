import type { ApolloServer } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import type { SignedRequest } from '../viewer/signature.js';
import type { AdmittedSubscription, AdmittingContext } from './admit-subscriptions.js';
import { executeByApollo } from './execute-by-apollo.js';
import { writeEventStream, type EventStreamOptions, type StreamEvent } from './event-stream.js';
import { singleEvent, subscriptionEvents, type SubscriptionExecution } from './subscription-events.js';

export interface StreamHandlerOptions extends EventStreamOptions {
  apollo: ApolloServer<SignedRequest>;
  logger: Logger;
  /** Returns the schema, context and error format with which the subscriptions of a request are executed. */
  execution(request: FastifyRequest): SubscriptionExecution;
}

/** True if the client of the request accepts server-sent events. */
export const acceptsEventStream = ({ headers }: FastifyRequest): boolean => headers.accept?.includes('text/event-stream') ?? false;

/**
 * Creates the handler that responds to a GraphQL request with an event stream. Apollo Server processes the request first, as if it
 * accepted JSON, so that all its checks apply. An error or the result of a query or mutation becomes a stream of one event.
 */
export const createStreamHandler =
  ({ apollo, logger, execution, ...stream }: StreamHandlerOptions) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const subscriptionExecution = execution(request);
    const admitted: AdmittedSubscription[] = [];
    const context: SignedRequest & AdmittingContext = {
      ...subscriptionExecution.context(),
      admit: (subscription) => void admitted.push(subscription),
    };
    const { body } = await executeByApollo(apollo, { headers: {}, body: request.body }, () => context);
    const events: AsyncIterable<StreamEvent> = admitted[0]
      ? await subscriptionEvents(admitted[0], subscriptionExecution)
      : singleEvent(JSON.parse(body.string) as ExecutionResult);
    reply.hijack();
    await writeEventStream(reply.raw, events, stream).catch((error: unknown) =>
      logger.error({ err: error, requestId: request.signed.requestId }, 'event stream failed'),
    );
  };
