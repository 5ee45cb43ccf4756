import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import type { SignedRequest } from '../viewer/signature.js';
import type { AdmittedSubscription, AdmittingContext } from './admit-subscriptions.js';
import { writeEventStream, type EventStreamOptions, type StreamEvent } from './event-stream.js';
import { singleEvent, subscriptionEvents, type SubscriptionExecution } from './subscription-events.js';

export interface StreamHandlerOptions extends EventStreamOptions {
  apollo: ApolloServer<SignedRequest>;
  logger: Logger;
  /** How the subscriptions of a request run. */
  execution(request: FastifyRequest): SubscriptionExecution;
}

/** True for a request whose client reads server-sent events. */
export const acceptsEventStream = ({ headers }: FastifyRequest): boolean => headers.accept?.includes('text/event-stream') ?? false;

/**
 * Answers a GraphQL request as an event stream. Apollo Server sees it first, as if it had come for JSON, and so guards
 * it as it guards all others; what it answers itself, a refusal or another operation's result, is a stream of one event.
 */
export const createStreamHandler =
  ({ apollo, logger, execution, ...stream }: StreamHandlerOptions) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const running = execution(request);
    const admitted: AdmittedSubscription[] = [];
    const context: SignedRequest & AdmittingContext = { ...running.context(), admit: (subscription) => void admitted.push(subscription) };
    const { body } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: JSON_HEADERS, search: '', body: request.body },
      context: async () => context,
    });
    const events: AsyncIterable<StreamEvent> = admitted[0]
      ? await subscriptionEvents(admitted[0], running)
      : singleEvent(JSON.parse(body.kind === 'complete' ? body.string : '{}') as ExecutionResult);
    reply.hijack();
    await writeEventStream(reply.raw, events, stream).catch((error: unknown) =>
      logger.error({ err: error, requestId: request.signed.requestId }, 'event stream failed'),
    );
  };

const JSON_HEADERS = new HeaderMap([
  ['content-type', 'application/json'],
  ['accept', 'application/json'],
]);
