import type { AbortSignalLike } from '../../subgraphs/shared/async-iterator/abort-signal-like.js';

/** A request in flight that several callers may wait for. */
interface SharedRequest<Result> {
  /** Null once it has settled: V8 retains values of a Map for a while after their removal, and results are large. */
  result: Promise<Result> | null;
  /** Cancels the request. Null if its first caller has no signal and so cannot leave. */
  readonly controller: AbortController | null;
  callers: number;
}

/** The place of a request in the deduplicator. */
interface Place {
  group: string;
  key: string;
}

/**
 * Deduplicates equal requests that are in flight at the same time: they are sent once and share the result. Requests belong to
 * groups, and after a write of a group its new requests do not share those that were sent before.
 */
export class RequestDeduplicator<Result = string> {
  /** By group, then by key. */
  readonly #inFlight = new Map<string, Map<string, SharedRequest<Result>>>();

  /** The number of requests in flight that further callers can share. */
  get size(): number {
    let size = 0;
    for (const requests of this.#inFlight.values()) size += requests.size;
    return size;
  }

  /** Ends the sharing of the requests of a group that are in flight. Their callers still get the results. */
  endSharing(group: string): void {
    this.#inFlight.delete(group);
  }

  /**
   * Returns the result of the request in flight with this key, or sends it with `send`. When a caller's signal is aborted,
   * that caller is rejected with the signal's reason and the others wait on. The request itself is cancelled when its last
   * caller leaves, and never if one of them has no signal.
   */
  share(key: string, signal: AbortSignalLike | undefined, send: (signal?: AbortSignal) => Promise<Result>, group = ''): Promise<Result> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const shared = this.#inFlight.get(group)?.get(key) ?? this.#start({ group, key }, signal ? new AbortController() : null, send);
    shared.callers++;
    return signal ? this.#cancellable(signal, { group, key }, shared) : shared.result!;
  }

  #start(at: Place, controller: AbortController | null, send: (signal?: AbortSignal) => Promise<Result>): SharedRequest<Result> {
    const result = send(controller?.signal);
    const shared: SharedRequest<Result> = { result, controller, callers: 0 };
    const requests = this.#inFlight.get(at.group);
    if (requests) requests.set(at.key, shared);
    else this.#inFlight.set(at.group, new Map([[at.key, shared]]));
    const forget = () => this.#forget(at, shared);
    result.then(forget, forget);
    return shared;
  }

  /** Returns the result for a caller who may leave before it arrives. */
  #cancellable(signal: AbortSignalLike, at: Place, shared: SharedRequest<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(signal.reason);
        if (--shared.callers > 0) return;
        this.#forget(at, shared);
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

  #forget({ group, key }: Place, shared: SharedRequest<Result>): void {
    shared.result = null;
    const requests = this.#inFlight.get(group);
    if (requests?.get(key) !== shared) return;
    requests.delete(key);
    if (requests.size === 0) this.#inFlight.delete(group);
  }
}
