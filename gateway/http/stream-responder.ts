import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { interruptible } from '../../subgraphs/shared/async-iterator/interruptible.js';
import { writeEventStream, type StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { clientEvents, singleEvent, withErrorEvent } from './client-events.js';
import { toGraphQLError, type ErrorReporter } from './error-reporter.js';
import type { Parameters } from './parameters.js';
import type { StreamType } from './stream-type.js';
import { responseBody } from './response-body.js';
import { writeMultipart } from './multipart-subscription.js';
import { StreamLimiter } from './stream-limiter.js';

export interface SubscriptionRequest<Context> extends Parameters {
  contextValue: Context;
  /** The id of the last event that the client received, in the header `Last-Event-ID`. The stream resumes after it. */
  lastEventId?: string;
  /** Aborted when the client disconnects and when the server closes. */
  signal: AbortSignal;
}

/** Starts a subscription. Returns its events, or a result with the errors for which it was refused. */
export type Subscribe<Context> = (
  request: SubscriptionRequest<Context>,
) => Promise<AsyncIterable<StreamEvent> | ExecutionResult | FormattedExecutionResult>;

export interface SubscriptionOptions<Context> {
  /** Errors in the results and errors that the events throw are reported to the client: see ErrorReporter. */
  subscribe: Subscribe<Context>;
  /** Returns a key of the client for the limit of open streams, such as the user id or the IP address. */
  clientOf: (contextValue: Context, request: FastifyRequest) => string;
  /** The limit of open streams per client. Defaults to 100. */
  streamsPerClient?: number;
  /** The interval of heartbeats, in milliseconds. Defaults to 12 seconds. */
  heartbeatMs?: number;
}

export interface StreamResponder<Context> {
  /**
   * Streams the events of a subscription and resolves with null when the stream has ended. If the subscription is refused,
   * sends nothing and resolves with the result to send. Throws RATE_LIMITED if the client has too many open streams.
   */
  respondToSubscription(
    request: FastifyRequest,
    reply: FastifyReply,
    type: StreamType,
    operation: Parameters & { contextValue: Context },
  ): Promise<ExecutionResult | FormattedExecutionResult | null>;
  /** Sends a stream with a single event. */
  respondWithSingleEvent(reply: FastifyReply, type: StreamType, result: FormattedExecutionResult): Promise<void>;
}

/** Returns the functions that send event streams to clients. When the server closes, they end as their protocol defines it. */
export function streamResponder<Context>(
  server: FastifyInstance,
  { subscribe, clientOf, streamsPerClient = 100, heartbeatMs }: SubscriptionOptions<Context>,
  reporterOf: (reply: FastifyReply) => ErrorReporter,
): StreamResponder<Context> {
  const limiter = new StreamLimiter(streamsPerClient);
  const openStreams = new Set<AbortController>();
  server.addHook('preClose', async () => openStreams.forEach((stream) => stream.abort()));

  return {
    async respondToSubscription(request, reply, type, operation) {
      if (reply.raw.destroyed) {
        reply.hijack(); // The client has disconnected already. No `close` event will follow that could release a stream.
        return null;
      }
      const release = limiter.acquire(clientOf(operation.contextValue, request));
      const stream = new AbortController();
      openStreams.add(stream);
      // Emitted after a response of any kind, and when the client disconnects.
      reply.raw.once('close', () => {
        release();
        openStreams.delete(stream);
        stream.abort();
      });
      const events = await subscribe({ ...operation, lastEventId: lastEventId(request), signal: stream.signal });
      if (!(Symbol.asyncIterator in events)) return events;
      const report = reporterOf(reply);
      await write(reply, type, clientEvents(interruptible(events, { signal: stream.signal }), report), report);
      return null;
    },

    respondWithSingleEvent: (reply, type, result) => write(reply, type, singleEvent(result), reporterOf(reply)),
  };

  async function write(reply: FastifyReply, type: StreamType, events: AsyncIterable<StreamEvent>, report: ErrorReporter): Promise<void> {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    if (type === 'text/event-stream') await writeEventStream(reply.raw, withErrorEvent(events, report), { heartbeatMs, stringify });
    else await writeMultipart(reply.raw, events, { heartbeatMs, formatError: (error) => report(toGraphQLError(error)) });
  }
}

const stringify = (result: FormattedExecutionResult): string => responseBody(result).toString();

/** Returns the header `Last-Event-ID`. EventSource sends it in UTF-8, which Node.js reads as Latin-1. */
function lastEventId({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? Buffer.from(id, 'latin1').toString() : undefined;
}
