import type { GraphQLError } from 'graphql';
import { codedError, UNKNOWN_OUTCOME } from '../errors/coded-error.js';

/** The reason for which a request ended before its response. */
export type EndReason = 'TIMEOUT' | 'DISCONNECT';

/** The changes of the mutation field that is being executed. UNKNOWN if the database did not confirm one. */
type Changes = 'NONE' | 'SAVED' | 'UNKNOWN';

/** The milliseconds for which a request that has ended waits for its resolvers, so that the response has what they did return. */
const GRACE_MS = 50;

/**
 * The end of a request: the moment at which its time is over or its client has disconnected. What works for the request stops then:
 * statements are cancelled, no further ones begin, and requests to other subgraphs are aborted.
 */
export class RequestDeadline {
  readonly #timeoutMs: number;
  readonly #startedAt = performance.now();
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout | undefined;
  #endReason: EndReason | null = null;
  #isMutation = false;
  #changes: Changes = 'NONE';

  /** @param timeoutMs the time of the request in milliseconds; Infinity for none. */
  constructor(timeoutMs = Infinity) {
    this.#timeoutMs = timeoutMs;
    if (timeoutMs !== Infinity) this.#timer = setTimeout(() => this.end('TIMEOUT'), timeoutMs).unref();
  }

  /** True if a field of Mutation has begun. */
  get isMutation(): boolean {
    return this.#isMutation;
  }

  /** The milliseconds that are left; Infinity if the request has no time limit. */
  get remainingMs(): number {
    return this.#startedAt + this.#timeoutMs - performance.now();
  }

  /** True if the request has ended. Does not depend on the timer, which fires late while a statement occupies the thread. */
  get isOver(): boolean {
    if (this.#endReason === null && this.remainingMs <= 0) this.end('TIMEOUT');
    return this.#endReason !== null;
  }

  /** Ends the request and calls the listeners. Only the first call has an effect. */
  end(reason: EndReason): void {
    if (this.#endReason !== null) return;
    this.#endReason = reason;
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** Stops the timer after the response has been sent. The request does not end any more. */
  release(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** Calls the listener when the request ends, or at once if it has ended. Returns a function that removes the listener. */
  onEnd(listener: () => void): () => void {
    if (this.isOver) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  throwIfOver(): void {
    if (this.isOver) throw this.error();
  }

  /** Records that a field of Mutation begins. The messages of errors say what is known of its changes. */
  beginMutation(): void {
    this.#isMutation = true;
    this.#changes = 'NONE';
  }

  /** Records a change that the database has committed, or (`isConfirmed` false) a change whose result is not known. */
  recordChange(isConfirmed = true): void {
    this.#changes = isConfirmed ? 'SAVED' : 'UNKNOWN';
  }

  /** Returns the error of what the end of the request interrupted. */
  error(): GraphQLError {
    if (this.#endReason === 'DISCONNECT') return codedError('UNAVAILABLE', 'The client closed its connection.');
    return codedError('TIMEOUT', `The request took longer than ${Math.round(this.#timeoutMs)} ms. ${this.#remedy()}`);
  }

  /** Settles like `work`, or rejects with `error()` when the request ends. `discard` receives a result that arrives too late. */
  unlessOver<Result>(work: Promise<Result>, discard: (late: Result) => void = () => undefined): Promise<Result> {
    return this.#race(work, (reject) => {
      reject(this.error());
      work.then(discard, () => undefined);
    });
  }

  /**
   * Settles like the execution of the request. If it has not settled soon after the end, rejects with an error that says that its
   * changes are not known.
   */
  settle<Result>(execution: Promise<Result>): Promise<Result> {
    return this.#race(execution, (reject) => {
      setTimeout(() => {
        this.#changes = 'UNKNOWN';
        reject(this.error());
      }, GRACE_MS);
    });
  }

  #race<Result>(work: Promise<Result>, onEnd: (reject: (error: GraphQLError) => void) => void): Promise<Result> {
    return new Promise((resolve, reject) => {
      const stop = this.onEnd(() => onEnd(reject));
      work.then(
        (result) => {
          stop();
          resolve(result);
        },
        (error: unknown) => {
          stop();
          reject(error as Error);
        },
      );
    });
  }

  #remedy(): string {
    if (!this.#isMutation) return 'Request less at once, or try again.';
    if (this.#changes === 'NONE') return 'Nothing was changed. Try again.';
    if (this.#changes === 'SAVED')
      return 'The change was saved, but its result could not be read in time. Read it instead of repeating the mutation.';
    return UNKNOWN_OUTCOME;
  }
}
