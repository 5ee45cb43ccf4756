import type { Until } from './client-disconnect.js';
/** Work that several callers wait for. */
interface Shared<Result> {
  /** Null once it is done: V8 keeps what a Map held for a while, and results are large. */
  work: Promise<Result> | null;
  /** Ends the work; null when its first caller cannot go away. */
  readonly controller: AbortController | null;
  callers: number;
}

/** Lets callers that ask for the same at the same time share one answer. */
export class InFlight<Result = string> {
  readonly #shared = new Map<string, Shared<Result>>();

  get size(): number {
    return this.#shared.size;
  }

  /**
   * The result of the work that goes by this key, started now unless it is under way. A caller whose signal is aborted is
   * rejected with the signal's reason and the others wait on; the work itself is aborted when the last caller goes away,
   * and never when one of them has no signal.
   */
  share(key: string, signal: Until | undefined, start: (signal?: AbortSignal) => Promise<Result>): Promise<Result> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const shared = this.#shared.get(key) ?? this.#start(key, signal ? new AbortController() : null, start);
    shared.callers++;
    return signal ? this.#until(signal, key, shared) : shared.work!;
  }

  #start(key: string, controller: AbortController | null, start: (signal?: AbortSignal) => Promise<Result>): Shared<Result> {
    const work = start(controller?.signal);
    const shared: Shared<Result> = { work, controller, callers: 0 };
    this.#shared.set(key, shared);
    const forget = () => this.#forget(key, shared);
    work.then(forget, forget);
    return shared;
  }

  /** The work's result for a caller who may go away before it is there. */
  #until(signal: Until, key: string, shared: Shared<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal.reason);
        if (--shared.callers > 0) return;
        this.#forget(key, shared);
        shared.controller?.abort(signal.reason);
      };
      const stay = () => signal.removeEventListener('abort', leave);
      signal.addEventListener('abort', leave);
      shared.work!.then(
        (result) => {
          stay();
          resolve(result);
        },
        (error) => {
          stay();
          reject(error);
        },
      );
    });
  }

  #forget(key: string, shared: Shared<Result>): void {
    shared.work = null;
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
  }
}
