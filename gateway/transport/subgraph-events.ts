import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';
import { interruptible } from '../../subgraphs/shared/async-iterator/interruptible.js';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { readEventStream, type EventStreamRequest } from './read-event-stream.js';
import { readWebSocketEvents } from './read-websocket-events.js';
import { StreamInterruptedFault } from './subgraph-fault.js';

export interface SubgraphEventsOptions {
  /** Identifies the subgraph in faults. */
  subgraph: string;
  url: string;
  /** Called for each connection, because a signature is valid once. */
  headers: () => Readonly<Record<string, string>>;
  /** The GraphQL request as JSON. */
  body: string;
  /** The id of the last event that the client received. The stream resumes after it. */
  lastEventId?: string;
  signal?: AbortSignalLike;
  /** Must have no timeouts of its own, and no limit of connections: each stream holds one. */
  dispatcher: Dispatcher;
  /** Called with each event before it is delivered. */
  onEvent?: () => void;
  /** Converts the fault that `next()` rejects with to an error that a client may see. Defaults to the fault itself. */
  toClientError?: (fault: unknown) => unknown;
  /** The timeout for the response headers, in milliseconds. Defaults to 5 seconds. */
  connectTimeoutMs?: number;
  /** The longest time without any bytes, heartbeats included, in milliseconds. Defaults to 30 seconds. */
  idleTimeoutMs?: number;
  /** Defaults to 32 MiB. */
  maxEventBytes?: number;
  /** The number of consecutive reconnects that bring no event. Defaults to 5. */
  maxReconnects?: number;
  /** The delay before the first reconnect, in milliseconds. It doubles with each one, up to 5 s, less jitter. Defaults to 100 ms. */
  reconnectDelayMs?: number;
}

const MAX_RECONNECT_DELAY_MS = 5000;

/**
 * Returns the events of a subscription in a subgraph, which sends them as server-sent events in the distinct connections
 * mode of graphql-sse or, if the URL begins with `ws:` or `wss:`, over WebSocket by the protocol `graphql-transport-ws`. Connects at the first `next()`. A stream that breaks off is resumed after the last event that had
 * an id. If none had one, or if reconnecting fails too, `next()` rejects with a SubgraphFault. `return()` and the signal
 * cancel the request at once.
 */
export function subgraphEvents(options: SubgraphEventsOptions): AsyncIterableIterator<StreamEvent, undefined, undefined> {
  const cancellation = new AbortController();
  return interruptible(eventsWithReconnects(options, cancellation.signal), {
    signal: options.signal,
    onInterrupt: () => cancellation.abort(),
  });
}

async function* eventsWithReconnects(options: SubgraphEventsOptions, signal: AbortSignal): AsyncGenerator<StreamEvent, void, undefined> {
  const { maxReconnects = 5, reconnectDelayMs = 100, onEvent, toClientError = (fault) => fault } = options;
  const read = isWebSocket(options.url) ? readWebSocketEvents : readEventStream;
  let lastEventId = options.lastEventId;
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const event of read(eventStreamRequest(options, lastEventId, signal))) {
        if (event.id !== undefined) lastEventId = event.id;
        failures = 0;
        onEvent?.();
        yield event;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StreamInterruptedFault) || !lastEventId || failures >= maxReconnects) throw toClientError(error);
    }
    const delay = Math.min(reconnectDelayMs * 2 ** failures, MAX_RECONNECT_DELAY_MS) * (0.5 + Math.random() / 2);
    failures++;
    await sleep(delay, undefined, { signal }).catch(() => undefined); // Rejects only when the signal is aborted, which ends the loop.
  }
}

/** True for the URL of a subgraph that sends its events over WebSocket. */
const isWebSocket = (url: string): boolean => /^wss?:/i.test(url);

const eventStreamRequest = (
  {
    subgraph,
    url,
    headers,
    body,
    dispatcher,
    connectTimeoutMs = 5000,
    idleTimeoutMs = 30_000,
    maxEventBytes = 32 * 1024 * 1024,
  }: SubgraphEventsOptions,
  lastEventId: string | undefined,
  signal: AbortSignal,
): EventStreamRequest => ({
  subgraph,
  url,
  headers: headers(),
  body,
  lastEventId,
  signal,
  dispatcher,
  connectTimeoutMs,
  idleTimeoutMs,
  maxEventBytes,
});
