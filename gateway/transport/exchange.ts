import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { decode } from './decode.js';
import { refusalOf, type Refusal } from './response-status.js';

/** Why one exchange gave no answer. */
export interface Failure extends Refusal {
  /** Whether the subgraph may have seen the request. */
  wasSent: boolean;
  cause?: Error;
}

/** Is told how an exchange goes, and once how it ended, unless it was cancelled. */
export interface ExchangeListener {
  /** A part of the response came. */
  heard(): void;
  answered(text: string): void;
  failed(failure: Failure): void;
}

const CANCELLED = new Error('cancelled');
/** Errors of undici that the next try would meet again. */
const LASTING = new Set([
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/** One request and its response on a connection: undici's handler, one object for both. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #listener: ExchangeListener;
  #controller: Dispatcher.DispatchController | null = null;
  #isCancelled = false;
  #refusal: Refusal | null = null;
  readonly #chunks: Buffer[] = [];

  constructor(listener: ExchangeListener) {
    this.#listener = listener;
  }

  /** Ends the exchange at once, wherever it is; the listener hears no more of it. */
  cancel(): void {
    this.#isCancelled = true;
    this.#controller?.abort(CANCELLED);
  }

  /** Called when a connection is free for the request, just before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Cancelled while it waited. To throw leaves the connection to the next in line; to abort would close it.
    if (this.#isCancelled) throw CANCELLED;
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#listener.heard();
    if (status >= 200) this.#refusal = refusalOf(status, headers);
  }

  /** The body of a refusal is read too, and dropped, so that its connection serves again. */
  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#listener.heard();
    if (!this.#refusal) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isCancelled) return;
    if (this.#refusal) this.#listener.failed({ ...this.#refusal, wasSent: true });
    else this.#listener.answered(decode(this.#chunks));
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, cause: Error & { code?: string }): void {
    if (this.#isCancelled) return;
    const isTransient = !LASTING.has(cause.code ?? '');
    const message = cause.message || cause.code || cause.name;
    this.#listener.failed({ message, cause, isTransient, retryAfterMs: null, wasSent: this.#controller !== null });
  }
}
