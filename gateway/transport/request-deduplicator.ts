import type { AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';

/** A request in flight that several callers may wait for. */
interface SharedRequest<Result> {
  /** Null once it has settled: V8 retains values of a Map for a while after their removal, and results are large. */
  result: Promise<Result> | null;
  /** Cancels the request. Null if its first caller has no signal and so cannot leave. */
  readonly controller: AbortController | null;
  callers: number;
}

/** Deduplicates equal requests that are in flight at the same time: they are sent once and share the result. */
export class RequestDeduplicator<Result = string> {
  readonly #inFlight = new Map<string, SharedRequest<Result>>();

  /** The number of requests in flight. */
  get size(): number {
    return this.#inFlight.size;
  }

  /**
   * Returns the result of the request in flight with this key, or sends it with `send`. When a caller's signal is aborted,
   * that caller is rejected with the signal's reason and the others wait on. The request itself is cancelled when its last
   * caller leaves, and never if one of them has no signal.
   */
  share(key: string, signal: AbortSignalLike | undefined, send: (signal?: AbortSignal) => Promise<Result>): Promise<Result> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const shared = this.#inFlight.get(key) ?? this.#start(key, signal ? new AbortController() : null, send);
    shared.callers++;
    return signal ? this.#cancellable(signal, key, shared) : shared.result!;
  }

  #start(key: string, controller: AbortController | null, send: (signal?: AbortSignal) => Promise<Result>): SharedRequest<Result> {
    const result = send(controller?.signal);
    const shared: SharedRequest<Result> = { result, controller, callers: 0 };
    this.#inFlight.set(key, shared);
    const forget = () => this.#forget(key, shared);
    result.then(forget, forget);
    return shared;
  }

  /** Returns the result for a caller who may leave before it arrives. */
  #cancellable(signal: AbortSignalLike, key: string, shared: SharedRequest<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(signal.reason);
        if (--shared.callers > 0) return;
        this.#forget(key, shared);
        shared.controller?.abort(signal.reason);
      };
      const stopListening = () => signal.removeEventListener('abort', onAbort);
      signal.addEventListener('abort', onAbort);
      shared.result!.then(
        (result) => {
          stopListening();
          resolve(result);
        },
        (error) => {
          stopListening();
          reject(error);
        },
      );
    });
  }

  #forget(key: string, shared: SharedRequest<Result>): void {
    shared.result = null;
    if (this.#inFlight.get(key) === shared) this.#inFlight.delete(key);
  }
}
