import type { ExecutionResult } from 'graphql';
import { Agent, request } from 'undici';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { parseAnswer } from './answer.js';
import { decode } from './decode.js';
import { SubgraphFault, type FaultReason } from './subgraph-fault.js';
import { BrokenStream } from './broken-stream.js';
import { EventStreamParser, EventTooLarge, type ServerSentEvent } from './event-stream-parser.js';

export interface EventConnectionOptions {
  /** Names it in faults. */
  subgraph: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** JSON. */
  body: string;
  lastEventId: string | undefined;
  /** Ends the request, whatever it waits for. */
  signal: AbortSignal;
  /** Until the headers of the answer are here. */
  connectTimeoutMs: number;
  /** How long the stream may say nothing, not even a heartbeat, while an event is waited for. */
  silenceMs: number;
  maxEventBytes: number;
}

/** Each stream has a connection to itself, so the number of streams is limited where clients open them. */
const agent = new Agent({ connections: null, headersTimeout: 0, bodyTimeout: 0 });

/**
 * The events of one connection to a subgraph until it says `complete`. Throws BrokenStream where the connection ends
 * otherwise, and SubgraphFault where the subgraph does not do as it should. A JSON answer in place of a stream, such as a
 * refusal, is the one event. Beyond what buffers hold, bytes are read when an event is asked for.
 */
export async function* eventConnection(options: EventConnectionOptions): AsyncGenerator<StreamEvent, void, undefined> {
  const { subgraph, maxEventBytes, silenceMs } = options;
  const limit = new Deadline(subgraph, options.signal);
  try {
    const answer = await limit.during(options.connectTimeoutMs, 'did not answer in time', (signal) => connect(options, signal));
    const chunks = answer.body[Symbol.asyncIterator]() as AsyncIterator<Buffer, void>;
    const next = () => limit.during(silenceMs, `said nothing for ${silenceMs} ms`, () => chunks.next());
    if (!isType(answer.headers, 'text/event-stream')) return yield* single(subgraph, answer, next, maxEventBytes);
    if (answer.statusCode !== 200) throw refusedWith(subgraph, answer.statusCode);

    const parser = new EventStreamParser(maxEventBytes);
    for (let chunk = await next(); !chunk.done; chunk = await next()) {
      for (const { event, data, id } of parsed(subgraph, parser, chunk.value)) {
        if (event === 'complete') return;
        if (event === 'next') yield { ...(id !== undefined && { id }), result: parseAnswer(subgraph, data) as ExecutionResult };
      }
    }
    throw new BrokenStream(subgraph, 'UNAVAILABLE', 'the stream ended without complete');
  } finally {
    limit.end();
  }
}

type Answer = Awaited<ReturnType<typeof request>>;

const connect = ({ url, headers, body, lastEventId }: EventConnectionOptions, signal: AbortSignal): Promise<Answer> =>
  request(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: 'text/event-stream', // And nothing else: graphql-sse compares the whole header.
      ...(lastEventId && { 'last-event-id': Buffer.from(lastEventId).toString('latin1') }), // As EventSource does: the bytes of UTF-8.
    },
    body,
    dispatcher: agent,
    reset: true,
    signal,
  });

const isType = ({ 'content-type': type }: Answer['headers'], wanted: string): boolean =>
  typeof type === 'string' && type.split(';')[0]?.trim().toLowerCase() === wanted;

/** A server that fails may do better later; one that refuses will refuse again. */
function refusedWith(subgraph: string, status: number): SubgraphFault {
  const Fault = status >= 500 ? BrokenStream : SubgraphFault;
  return new Fault(subgraph, 'UNAVAILABLE', `answered ${status} in place of a stream`);
}

async function* single(
  subgraph: string,
  { statusCode, headers }: Answer,
  next: () => Promise<IteratorResult<Buffer, void>>,
  maxBytes: number,
): AsyncGenerator<StreamEvent, void, undefined> {
  const isJson = isType(headers, 'application/json') || isType(headers, 'application/graphql-response+json');
  if (!isJson || statusCode === 401 || statusCode >= 500) throw refusedWith(subgraph, statusCode);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (let chunk = await next(); !chunk.done; chunk = await next()) {
    bytes += chunk.value.length;
    if (bytes > maxBytes) throw tooLarge(subgraph, maxBytes);
    chunks.push(chunk.value);
  }
  yield { result: parseAnswer(subgraph, decode(chunks)) as ExecutionResult };
}

function parsed(subgraph: string, parser: EventStreamParser, chunk: Buffer): ServerSentEvent[] {
  try {
    return parser.push(chunk);
  } catch (error) {
    throw error instanceof EventTooLarge ? tooLarge(subgraph, error.maxBytes) : error;
  }
}

const tooLarge = (subgraph: string, maxBytes: number) =>
  new SubgraphFault(subgraph, 'UNAVAILABLE', `sent more than ${maxBytes} bytes at once`);

/** Ends a request that takes too long, and tells that from being told to end it. */
class Deadline {
  readonly #subgraph: string;
  readonly #controller = new AbortController();
  readonly #signal: AbortSignal;
  readonly #stop = () => this.#controller.abort(this.#signal.reason);

  constructor(subgraph: string, signal: AbortSignal) {
    this.#subgraph = subgraph;
    this.#signal = signal;
    if (signal.aborted) this.#stop();
    else signal.addEventListener('abort', this.#stop, { once: true });
  }

  async during<Value>(milliseconds: number, message: string, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#controller.abort();
    }, milliseconds);
    try {
      return await work(this.#controller.signal);
    } catch (error) {
      const [reason, what]: [FaultReason, string] = isLate ? ['TIMEOUT', message] : ['UNAVAILABLE', (error as Error).message];
      throw new BrokenStream(this.#subgraph, reason, what, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#signal.removeEventListener('abort', this.#stop);
    this.#controller.abort();
  }
}
