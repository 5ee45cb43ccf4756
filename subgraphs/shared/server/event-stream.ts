import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { interruptible } from '../async-iterator/interruptible.js';
import type { StreamEvent } from '../async-iterator/stream-event.js';
import { waitForDrain } from './wait-for-drain.js';

export type { StreamEvent };

export interface EventStreamOptions {
  /** The interval of heartbeats, in milliseconds. Proxies close silent connections. A heartbeat is a comment. Defaults to 12 seconds. */
  heartbeatMs?: number;
  /** Writes a result as JSON. Defaults to `JSON.stringify`. */
  stringify?: (result: ExecutionResult) => string;
  /** Ends the stream without `complete`, so that the client reconnects, to another server if this one is closing. */
  signal?: AbortSignal;
}

const HEARTBEAT_MS = 12_000;
const HEARTBEAT = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // Otherwise nginx buffers events.
  connection: 'close', // Otherwise an idle connection would delay the closing of the server.
};

/**
 * Responds with server-sent events in the distinct connections mode of graphql-sse: `next` with each result, then
 * `complete`. The next event is requested when the client has room for it. Headers that were set on the response before
 * are sent too.
 *
 * Resolves when the stream has ended, because there are no more events, `signal` was aborted or the client disconnected,
 * and the source has been released: its `return()` is called at once, even while a `next()` is pending. If the source
 * fails, the connection is destroyed, so that the client does not mistake the failure for the end, and the promise rejects
 * with the source's error.
 */
export async function writeEventStream(
  response: ServerResponse,
  events: AsyncIterable<StreamEvent>,
  { heartbeatMs = HEARTBEAT_MS, stringify = JSON.stringify, signal }: EventStreamOptions = {},
): Promise<void> {
  const closing = new AbortController();
  const close = () => closing.abort();
  if (response.destroyed || signal?.aborted) close();
  response.once('close', close);
  if (signal) setMaxListeners(0, signal); // One listener per open stream is no leak.
  signal?.addEventListener('abort', close);
  const source = interruptible(events, { signal: closing.signal });
  response.writeHead(200, HEADERS).flushHeaders();
  const heartbeat = setInterval(() => response.writableNeedDrain || response.write(HEARTBEAT), heartbeatMs);
  try {
    for await (const event of source) if (!response.write(eventText(event, stringify))) await waitForDrain(response, closing.signal);
    if (!closing.signal.aborted) response.write(COMPLETE);
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    clearInterval(heartbeat);
    response.off('close', close);
    signal?.removeEventListener('abort', close);
    await source.return();
  }
}

const eventText = ({ id, result }: StreamEvent, stringify: (result: ExecutionResult) => string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: next\ndata: ${stringify(result)}\n\n`;
