import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';

/** One result of a subscription. `id`, one line, is what a client that comes back names in `Last-Event-ID`. */
export interface StreamEvent {
  id?: string;
  result: ExecutionResult;
}

export interface EventStreamOptions {
  /** After how many milliseconds, again and again, a comment says that the stream lives: proxies cut silent connections. */
  heartbeatMs?: number;
  /** Ends the stream without `complete`: its client comes back, to another server where this one closes. */
  signal?: AbortSignal;
}

const HEARTBEAT_MS = 12_000;
const HEARTBEAT = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // nginx would hold events back.
  connection: 'close', // A stream has a connection of its own: none is left idle when a server closes.
};

const GONE = Symbol('gone');

/**
 * Answers with server-sent events in the distinct-connections form of graphql-sse: `next` with each result and
 * `complete` when there are no more. The next event is asked for when the client has room for it. Headers that were
 * set on the response before are sent too.
 *
 * Resolves when the stream is over, by its end, by `signal` or because the client went away, and its source is
 * released: `return()` is called at once, also while a `next()` is pending. Where the source fails the connection is
 * cut, so that the client does not take it for an end, and the promise rejects with the source's error.
 */
export async function writeEventStream(
  response: ServerResponse,
  events: AsyncIterable<StreamEvent>,
  { heartbeatMs = HEARTBEAT_MS, signal }: EventStreamOptions = {},
): Promise<void> {
  const presence = new Presence(response, signal);
  const iterator = events[Symbol.asyncIterator]();
  response.writeHead(200, HEADERS).flushHeaders();
  const heartbeat = setInterval(() => response.writableNeedDrain || response.write(HEARTBEAT), heartbeatMs);
  try {
    for (;;) {
      const next = await presence.during<IteratorResult<StreamEvent>>((resolve, reject) => void iterator.next().then(resolve, reject));
      if (next === GONE) break;
      if (next.done) {
        response.write(COMPLETE);
        break;
      }
      if (!response.write(frame(next.value))) await presence.during<void>((resolve) => response.once('drain', resolve));
    }
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    clearInterval(heartbeat);
    presence.forget();
    await iterator.return?.();
  }
}

const frame = ({ id, result }: StreamEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: next\ndata: ${JSON.stringify(result)}\n\n`;

/** Whether the client is still there and the server wants it to be. */
class Presence {
  #isOver: boolean;
  /** One function and no promise to race with: a stream of a million events would leave a million reactions on it. */
  #interrupt = () => {};
  readonly forget: () => void;

  constructor(response: ServerResponse, signal: AbortSignal | undefined) {
    const leave = () => {
      this.#isOver = true;
      this.#interrupt();
    };
    this.#isOver = response.destroyed || signal?.aborted === true;
    response.once('close', leave);
    if (signal) setMaxListeners(0, signal); // One for each open stream, and no leak.
    signal?.addEventListener('abort', leave, { once: true });
    this.forget = () => {
      response.off('close', leave);
      signal?.removeEventListener('abort', leave);
    };
  }

  /** What the work resolves to, or GONE as soon as the stream is over. */
  during<Value>(work: (resolve: (value: Value) => void, reject: (error: unknown) => void) => void): Promise<Value | typeof GONE> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return resolve(GONE);
      this.#interrupt = () => resolve(GONE);
      work(resolve, reject);
    });
  }
}
