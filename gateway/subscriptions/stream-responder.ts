import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { interruptible } from '../../subgraphs/shared/async-iterator/interruptible.js';
import { writeEventStream, type StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import type { Parameters } from '../http/parameters.js';
import { clientEvents, singleEvent, withErrorEvent } from '../http/client-events.js';
import { errorReporter, toGraphQLError, type ErrorReporter } from '../http/error-reporter.js';
import { writeMultipart } from './multipart.js';
import { StreamLimiter } from './stream-limiter.js';
import type { StreamType } from '../http/stream-type.js';

export interface SubscriptionRequest<Context> extends Parameters {
  contextValue: Context;
  /** The event after which the client wants to go on. */
  lastEventId?: string;
  /** Aborted when the client goes away and when the server closes. */
  signal: AbortSignal;
}

/** The events of a subscription, or why there are none. */
export type Subscribe<Context> = (
  request: SubscriptionRequest<Context>,
) => Promise<AsyncIterable<StreamEvent> | ExecutionResult | FormattedExecutionResult>;

export interface SubscriptionOptions<Context> {
  /**
   * `return()` of the events must end a pending `next()`. Errors in results or thrown reach the client with their codes;
   * those without a public one are masked, and logged.
   */
  subscribe: Subscribe<Context>;
  /** Names the client that a stream counts for, such as its credential or its address. */
  clientOf: (contextValue: Context, request: FastifyRequest) => string;
  /** How many streams a client may have open at once; 100. */
  streamsPerClient?: number;
  /** How often a silent stream says that it lives; 12 seconds. */
  heartbeatMs?: number;
}

export interface StreamResponder<Context> {
  /**
   * Answers with the events of a subscription, and resolves with null when they are over. A refusal resolves to why,
   * and nothing was answered. Throws RATE_LIMITED for a client with too many streams.
   */
  respondToSubscription(
    request: FastifyRequest,
    reply: FastifyReply,
    type: StreamType,
    operation: Parameters & { contextValue: Context },
  ): Promise<ExecutionResult | FormattedExecutionResult | null>;
  /** Answers with a stream of one event. */
  respondWithSingleEvent(reply: FastifyReply, type: StreamType, result: FormattedExecutionResult): Promise<void>;
}

/** Streams of events to clients. They end with the server, each with its protocol's word for the end. */
export function streamResponder<Context>(
  server: FastifyInstance,
  { subscribe, clientOf, streamsPerClient = 100, heartbeatMs }: SubscriptionOptions<Context>,
): StreamResponder<Context> {
  const openStreams = new StreamLimiter(streamsPerClient);
  const open = new Set<AbortController>();
  server.addHook('preClose', async () => open.forEach((stream) => stream.abort()));

  return {
    async respondToSubscription(request, reply, type, operation) {
      if (reply.raw.destroyed) {
        reply.hijack(); // The client has left already: there is nobody to answer, and no event that says so.
        return null;
      }
      const giveBack = openStreams.acquire(clientOf(operation.contextValue, request));
      const stream = new AbortController();
      open.add(stream);
      // Comes after an answer of any kind, and when the client goes away before it.
      reply.raw.once('close', () => {
        giveBack();
        open.delete(stream);
        stream.abort();
      });
      const events = await subscribe({ ...operation, lastEventId: lastEventId(request), signal: stream.signal });
      if (!(Symbol.asyncIterator in events)) return events;
      const report = errorReporter(reply);
      await write(reply, type, clientEvents(interruptible(events, { signal: stream.signal }), report), report);
      return null;
    },

    respondWithSingleEvent: (reply, type, result) => write(reply, type, singleEvent(result), errorReporter(reply)),
  };

  async function write(reply: FastifyReply, type: StreamType, events: AsyncIterable<StreamEvent>, report: ErrorReporter): Promise<void> {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    if (type === 'text/event-stream') await writeEventStream(reply.raw, withErrorEvent(events, report), { heartbeatMs });
    else await writeMultipart(reply.raw, events, { heartbeatMs, formatError: (error) => report(toGraphQLError(error)) });
  }
}

/** Browsers' own client of event streams tells it in a header, in UTF-8. */
function lastEventId({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? Buffer.from(id, 'latin1').toString() : undefined;
}
