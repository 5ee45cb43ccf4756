import type { ExecutionResult } from 'graphql';
import { request, type Dispatcher } from 'undici';
import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import { SIGNATURE_HEADER } from '../../subgraphs/shared/viewer/signature.js';
import { decodedBody, decodersOf } from './content-decoding.js';
import { decodeUtf8 } from './decode-utf8.js';
import { EventStreamParser, EventTooLarge, type ServerSentEvent } from './event-stream-parser.js';
import { StreamInterruptedFault, SubgraphFault, type FaultReason } from './subgraph-fault.js';
import { isGraphQLResponse, parseSubgraphResponse } from './subgraph-response.js';

export interface EventStreamRequest {
  /** Identifies the subgraph in faults. */
  subgraph: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The GraphQL request as JSON. */
  body: string;
  lastEventId: string | undefined;
  /** Cancels the request in any state. */
  signal: AbortSignal;
  /** The timeout for the response headers, in milliseconds. */
  connectTimeoutMs: number;
  /** The longest time without any bytes, heartbeats included, while an event is awaited, in milliseconds. */
  idleTimeoutMs: number;
  maxEventBytes: number;
  /** Must have no timeouts of its own. */
  dispatcher: Dispatcher;
}

/**
 * Opens one event stream of a subgraph and yields its events until `complete`. A JSON response in place of a stream, such
 * as a refusal, is yielded as the only event. Bytes beyond what buffers hold are read when the next event is requested.
 *
 * Throws a StreamInterruptedFault if the stream breaks off, and another SubgraphFault if the subgraph violates the protocol.
 */
export async function* readEventStream(options: EventStreamRequest): AsyncGenerator<StreamEvent, void, undefined> {
  const { subgraph, maxEventBytes, idleTimeoutMs } = options;
  const timeouts = new StreamTimeouts(subgraph, options.signal);
  try {
    const response = await timeouts.run(options.connectTimeoutMs, 'did not respond in time', (signal) => sendRequest(options, signal));
    const chunks = decodedChunks(subgraph, response);
    const nextChunk = () => timeouts.run(idleTimeoutMs, `sent nothing for ${idleTimeoutMs} ms`, () => chunks.next());
    if (!hasContentType(response.headers, 'text/event-stream')) return yield* readSingleResult(options, response, nextChunk);
    if (response.statusCode !== 200) throw unexpectedStatus(subgraph, response.statusCode);

    const parser = new EventStreamParser(maxEventBytes);
    let hasOnlyMessages = false;
    for (let chunk = await nextChunk(); !chunk.done; chunk = await nextChunk()) {
      for (const { event, data, id } of parseEvents(subgraph, parser, chunk.value)) {
        if (event === 'complete') return;
        const isMessage = event === '' || event === 'message';
        if (data === '' || !(isMessage || event === 'next')) continue;
        hasOnlyMessages = isMessage;
        yield { ...(id !== undefined && { id }), result: parseSubgraphResponse(subgraph, data) as ExecutionResult };
      }
    }
    // Servers that do not name their events do not send `complete` either.
    if (hasOnlyMessages) return;
    throw new StreamInterruptedFault(subgraph, 'UNAVAILABLE', 'the stream ended without complete');
  } finally {
    timeouts.close();
  }
}

const sendRequest = (
  { url, headers, body, lastEventId, dispatcher }: EventStreamRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> =>
  request(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: 'text/event-stream', // No other type: graphql-sse compares the whole header.
      ...(lastEventId && { 'last-event-id': Buffer.from(lastEventId).toString('latin1') }), // The bytes of UTF-8, as EventSource sends them.
    },
    body,
    dispatcher,
    reset: true,
    signal,
  });

/** Returns the body of a response without its content encoding, in chunks. */
function decodedChunks(subgraph: string, { headers, body }: Dispatcher.ResponseData): AsyncIterator<Buffer, void> {
  const encoding = headers['content-encoding'];
  const decoders = decodersOf(typeof encoding === 'string' ? encoding : (encoding?.join() ?? ''));
  if (!decoders)
    throw new SubgraphFault(subgraph, 'UNAVAILABLE', `responded with the unsupported content encoding ${JSON.stringify(encoding)}`);
  return decodedBody(body, decoders)[Symbol.asyncIterator]() as AsyncIterator<Buffer, void>;
}

const hasContentType = ({ 'content-type': type }: Dispatcher.ResponseData['headers'], expected: string): boolean =>
  typeof type === 'string' && type.split(';')[0]?.trim().toLowerCase() === expected;

/** Returns the fault for a response that is not a stream. Only after a server error (5xx) may another attempt succeed. */
function unexpectedStatus(subgraph: string, status: number): SubgraphFault {
  const Fault = status >= 500 ? StreamInterruptedFault : SubgraphFault;
  return new Fault(subgraph, 'UNAVAILABLE', `responded ${status} in place of a stream`);
}

async function* readSingleResult(
  { subgraph, maxEventBytes: maxBytes, headers: requestHeaders }: EventStreamRequest,
  { statusCode, headers }: Dispatcher.ResponseData,
  nextChunk: () => Promise<IteratorResult<Buffer, void>>,
): AsyncGenerator<StreamEvent, void, undefined> {
  const isJson = hasContentType(headers, 'application/json') || hasContentType(headers, 'application/graphql-response+json');
  // With these statuses a body counts if it is well formed: see checkResponseHead.
  const mayBeGraphQL = statusCode === 500 || (statusCode === 401 && !(SIGNATURE_HEADER in requestHeaders));
  if (!isJson || ((statusCode === 401 || statusCode >= 500) && !mayBeGraphQL)) throw unexpectedStatus(subgraph, statusCode);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (let chunk = await nextChunk(); !chunk.done; chunk = await nextChunk()) {
    bytes += chunk.value.length;
    if (bytes > maxBytes) throw tooLarge(subgraph, maxBytes);
    chunks.push(chunk.value);
  }
  const text = decodeUtf8(chunks);
  if (mayBeGraphQL && !isGraphQLResponse(text)) throw unexpectedStatus(subgraph, statusCode);
  yield { result: parseSubgraphResponse(subgraph, text) as ExecutionResult };
}

function parseEvents(subgraph: string, parser: EventStreamParser, chunk: Buffer): ServerSentEvent[] {
  try {
    return parser.push(chunk);
  } catch (error) {
    throw error instanceof EventTooLarge ? tooLarge(subgraph, error.maxBytes) : error;
  }
}

const tooLarge = (subgraph: string, maxBytes: number) =>
  new SubgraphFault(subgraph, 'UNAVAILABLE', `sent an event of more than ${maxBytes} bytes`);

/** Applies a timeout to each step of a stream. Its signal cancels the request after a timeout, with the caller's signal, and on `close`. */
class StreamTimeouts {
  readonly #subgraph: string;
  readonly #controller = new AbortController();
  readonly #callerSignal: AbortSignal;
  readonly #onAbort = () => this.#controller.abort(this.#callerSignal.reason);

  constructor(subgraph: string, callerSignal: AbortSignal) {
    this.#subgraph = subgraph;
    this.#callerSignal = callerSignal;
    if (callerSignal.aborted) this.#onAbort();
    else callerSignal.addEventListener('abort', this.#onAbort, { once: true });
  }

  async run<Value>(milliseconds: number, message: string, step: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      this.#controller.abort();
    }, milliseconds);
    try {
      return await step(this.#controller.signal);
    } catch (error) {
      const [reason, detail]: [FaultReason, string] = isTimedOut ? ['TIMEOUT', message] : ['UNAVAILABLE', (error as Error).message];
      throw new StreamInterruptedFault(this.#subgraph, reason, detail, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#callerSignal.removeEventListener('abort', this.#onAbort);
    this.#controller.abort();
  }
}
