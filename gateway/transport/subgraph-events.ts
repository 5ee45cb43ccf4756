import { setTimeout as sleep } from 'node:timers/promises';
import type { Until } from './client-disconnect.js';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { BrokenStream } from './broken-stream.js';
import { eventConnection, type EventConnectionOptions } from './event-connection.js';

export interface SubgraphEventsOptions {
  /** Names it in faults. */
  subgraph: string;
  url: string;
  /** Made anew for each connection: a signature holds only once. */
  headers: () => Readonly<Record<string, string>>;
  /** The operation as JSON. */
  body: string;
  /** The event after which to begin. */
  lastEventId?: string;
  signal?: Until;
  /** Until a subgraph begins to answer; 5 seconds. */
  connectTimeoutMs?: number;
  /** Without a byte, heartbeats included, the connection counts as broken; 30 seconds. */
  silenceMs?: number;
  /** 32 MiB. */
  maxEventBytes?: number;
  /** How often a broken stream is taken up again before it brought another event; 5 times. */
  attempts?: number;
  /** The first pause before such an attempt; each is twice the one before, up to 5 seconds, less a random part; 100 ms. */
  pauseMs?: number;
}

const LONGEST_PAUSE_MS = 5000;

/**
 * The events of a subscription in a subgraph, which speaks server-sent events in the distinct-connections form. The
 * connection is made when the first event is asked for. One that breaks is made again after the last event that had an
 * id; without an id, or when that fails too, the next event is a SubgraphFault. `return()` and the signal end the request
 * at once, also while an event is waited for, which then turns out to be the end.
 */
export function subgraphEvents(options: SubgraphEventsOptions): AsyncIterableIterator<StreamEvent> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  const events = resumed(options, leaving.signal);
  options.signal?.addEventListener('abort', leave);
  if (options.signal?.aborted) leave();
  return {
    async next() {
      const next = await events.next().catch((error: unknown) => {
        options.signal?.removeEventListener('abort', leave);
        throw error;
      });
      if (next.done) options.signal?.removeEventListener('abort', leave);
      return next;
    },
    return() {
      options.signal?.removeEventListener('abort', leave);
      leave();
      return events.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* resumed(options: SubgraphEventsOptions, signal: AbortSignal): AsyncGenerator<StreamEvent, void, undefined> {
  const { attempts = 5, pauseMs = 100 } = options;
  let lastEventId = options.lastEventId;
  let failures = 0;
  for (;;) {
    if (signal.aborted) return;
    try {
      for await (const event of eventConnection(connectionOptions(options, lastEventId, signal))) {
        if (event.id !== undefined) lastEventId = event.id;
        failures = 0;
        yield event;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof BrokenStream) || !lastEventId || failures >= attempts) throw error;
    }
    const pause = Math.min(pauseMs * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
    failures++;
    await sleep(pause, undefined, { signal }).catch(() => undefined); // Woken by the signal, the loop ends.
  }
}

const connectionOptions = (
  { subgraph, url, headers, body, connectTimeoutMs = 5000, silenceMs = 30_000, maxEventBytes = 32 * 1024 * 1024 }: SubgraphEventsOptions,
  lastEventId: string | undefined,
  signal: AbortSignal,
): EventConnectionOptions => ({ subgraph, url, headers: headers(), body, lastEventId, signal, connectTimeoutMs, silenceMs, maxEventBytes });
