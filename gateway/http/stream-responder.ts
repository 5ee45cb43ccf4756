import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { interruptible } from '../../subgraphs/shared/async-iterator/interruptible.js';
import { codedError } from '../../subgraphs/shared/errors/coded-error.js';
import { writeEventStream, type StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { clientEvents, singleEvent, withErrorEvent } from './client-events.js';
import { toGraphQLError, type ErrorReporter } from './error-reporter.js';
import type { Parameters } from './parameters.js';
import type { StreamType } from './stream-type.js';
import { responseBody } from './response-body.js';
import { writeMultipart } from './multipart-subscription.js';
import { StreamLimiter } from './stream-limiter.js';

/** The request of a client to start a subscription. */
export interface SubscriptionRequest<Context> {
  contextValue: Context;
  /** The id of the last event that the client received, in the header `Last-Event-ID`. The stream resumes after it. */
  lastEventId?: string;
  /** Aborted when the client disconnects and when the server closes. */
  signal: AbortSignal;
}

type Events = AsyncIterable<StreamEvent> | ExecutionResult | FormattedExecutionResult;

/** Starts a subscription. Returns its events, or a result with the errors for which it was refused. */
export type Subscribe<Context> = (request: Parameters & SubscriptionRequest<Context>) => Promise<Events>;

export interface SubscriptionOptions<Context> {
  /** Returns a key of the client for the limit of open streams, such as the user id or the IP address. */
  clientOf: (contextValue: Context, request: FastifyRequest) => string;
  /** Limits the open streams of each client. Defaults to 100. */
  streams?: StreamLimiter;
  /** The interval of heartbeats, in milliseconds. Defaults to 12 seconds. */
  heartbeatMs?: number;
}

export interface StreamResponder<Context> {
  /**
   * Streams the events of a subscription and resolves with null when the stream has ended. If the subscription is refused,
   * sends nothing and resolves with the result to send. Throws RATE_LIMITED if the client has too many open streams.
   *
   * @param subscribe starts the subscription. Errors in the results and errors that the events throw are reported to the client.
   */
  respondToSubscription(
    request: FastifyRequest,
    reply: FastifyReply,
    type: StreamType,
    contextValue: Context,
    subscribe: (request: SubscriptionRequest<Context>) => Promise<Events>,
  ): Promise<ExecutionResult | FormattedExecutionResult | null>;
  /** Sends a stream with a single event. */
  respondWithSingleEvent(reply: FastifyReply, type: StreamType, result: FormattedExecutionResult): Promise<void>;
}

/**
 * Returns the functions that send event streams to clients. When the server closes, clients learn that the streams are not complete:
 * server-sent events end without `complete`, and the multipart protocol with the error SHUTTING_DOWN.
 */
export function streamResponder<Context>(
  server: FastifyInstance,
  { clientOf, streams = new StreamLimiter(100), heartbeatMs }: SubscriptionOptions<Context>,
  reporterOf: (reply: FastifyReply) => ErrorReporter,
): StreamResponder<Context> {
  const openStreams = new Set<AbortController>();
  server.addHook('preClose', async () => openStreams.forEach((stream) => stream.abort(SHUTTING_DOWN)));

  return {
    async respondToSubscription(request, reply, type, contextValue, subscribe) {
      if (reply.raw.destroyed) {
        reply.hijack(); // The client has disconnected already. No `close` event will follow that could release a stream.
        return null;
      }
      const release = streams.acquire(clientOf(contextValue, request));
      const stream = new AbortController();
      openStreams.add(stream);
      // Emitted after a response of any kind, and when the client disconnects.
      reply.raw.once('close', () => {
        release();
        openStreams.delete(stream);
        stream.abort();
      });
      const events = await subscribe({ contextValue, lastEventId: lastEventId(request), signal: stream.signal });
      if (!(Symbol.asyncIterator in events)) return events;
      const report = reporterOf(reply);
      const { signal } = stream;
      await write(reply, type, clientEvents(untilAborted(events, signal), report), report, signal);
      return null;
    },

    respondWithSingleEvent: (reply, type, result) => write(reply, type, singleEvent(result), reporterOf(reply)),
  };

  /** @param signal ends the stream. */
  async function write(
    reply: FastifyReply,
    type: StreamType,
    events: AsyncIterable<StreamEvent>,
    report: ErrorReporter,
    signal?: AbortSignal,
  ): Promise<void> {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    if (type === 'text/event-stream') await writeEventStream(reply.raw, withErrorEvent(events, report), { heartbeatMs, stringify, signal });
    else await writeMultipart(reply.raw, events, { heartbeatMs, formatError: (error) => report(toGraphQLError(error)) });
  }
}

const SHUTTING_DOWN = codedError('SHUTTING_DOWN', 'The server restarts. Subscribe again.');

/** Yields the events until the signal is aborted. Throws its reason if that is an error for the client. */
async function* untilAborted(events: AsyncIterable<StreamEvent>, signal: AbortSignal): AsyncGenerator<StreamEvent, void, undefined> {
  yield* interruptible(events, { signal });
  if (signal.reason === SHUTTING_DOWN) throw SHUTTING_DOWN;
}

const stringify = (result: FormattedExecutionResult): string => responseBody(result).toString();

/** Returns the header `Last-Event-ID`. EventSource sends it in UTF-8, which Node.js reads as Latin-1. */
function lastEventId({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? Buffer.from(id, 'latin1').toString() : undefined;
}
