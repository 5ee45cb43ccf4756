import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { decodeChunks, decodersOf, responseTooLarge, type Decoder } from './content-decoding.js';
import { decodeUtf8 } from './decode-utf8.js';
import { REQUEST_REFUSED } from './h2c-exchange.js';
import { checkResponseHead, type RequestKind, type UnusableResponse } from './response-head.js';
import { isGraphQLResponse } from './subgraph-response.js';

/** The reason why an exchange brought no usable response. */
export interface ExchangeFailure extends UnusableResponse {
  /** True if the subgraph may have received the request. */
  wasSent: boolean;
  cause?: Error;
}

/** Receives the events of an exchange. Exactly one of `onResponse` and `onFailure` is called, unless the exchange is cancelled. */
export interface ExchangeListener {
  /** Called when a part of the response arrives. */
  onActivity(): void;
  /** Called with the final status (200 or above) and the headers of the response. */
  onHead(status: number, headers: IncomingHttpHeaders): void;
  onResponse(text: string): void;
  onFailure(failure: ExchangeFailure): void;
}

const CANCELLED = new Error('cancelled');
/** Codes of errors that would occur again in a retry. */
const PERMANENT_ERROR_CODES = new Set([
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/** One HTTP request and its response. It is the handler that undici calls, which saves an object per request. */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #listener: ExchangeListener;
  readonly #kind: RequestKind;
  readonly #maxBytes: number;
  #controller: Dispatcher.DispatchController | null = null;
  #isCancelled = false;
  #unusable: UnusableResponse | null = null;
  #decoders: readonly Decoder[] = [];
  #bytes = 0;
  readonly #chunks: Buffer[] = [];

  /** @param maxBytes is the largest response body in bytes, in its encoded and in its decoded form. */
  constructor(listener: ExchangeListener, kind: RequestKind, maxBytes: number) {
    this.#listener = listener;
    this.#kind = kind;
    this.#maxBytes = maxBytes;
  }

  /** True if the subgraph may have received the request. */
  get wasSent(): boolean {
    return this.#controller !== null;
  }

  /** Ends the exchange at once, in any state. The listener receives no more events. */
  cancel(): void {
    this.#isCancelled = true;
    this.#controller?.abort(CANCELLED);
  }

  /** Called when a connection is free for the request, before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // The exchange was cancelled while it was queued. Throwing leaves the connection to the next request; abort() would close it.
    if (this.#isCancelled) throw CANCELLED;
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#listener.onActivity();
    if (status < 200) return;
    this.#listener.onHead(status, headers);
    this.#unusable = checkResponseHead(status, headers, this.#kind);
    const encoding = headers['content-encoding'];
    if (encoding !== undefined) this.#decoders = decodersOf(encoding) ?? [];
  }

  /** The body of an unusable response is read and dropped, so that the connection can be used again. */
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#listener.onActivity();
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) return controller.abort(responseTooLarge(this.#maxBytes));
    if (!this.#unusable || this.#unusable.mayBeGraphQL) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#decoders.length === 0) return this.#end(this.#chunks);
    decodeChunks(this.#chunks, this.#decoders, this.#maxBytes).then(
      (chunks) => this.#end(chunks),
      (error: Error) => this.#fail({ message: error.message, cause: error, isTransient: false, retryAfterMs: null, wasSent: true }),
    );
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, cause: Error & { code?: string }): void {
    const isTransient = !PERMANENT_ERROR_CODES.has(cause.code ?? '');
    const message = cause.message || cause.code || cause.name;
    const wasSent = this.wasSent && cause.code !== REQUEST_REFUSED;
    this.#fail({ message, cause, isTransient, retryAfterMs: null, wasSent });
  }

  #end(chunks: readonly Buffer[]): void {
    if (this.#isCancelled) return;
    const text = decodeUtf8(chunks);
    if (!this.#unusable || (this.#unusable.mayBeGraphQL && isGraphQLResponse(text))) this.#listener.onResponse(text);
    else this.#fail({ ...this.#unusable, wasSent: true });
  }

  #fail(failure: ExchangeFailure): void {
    if (!this.#isCancelled) this.#listener.onFailure(failure);
  }
}
