import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestDeadline } from './request-deadline.js';

const current = new AsyncLocalStorage<RequestDeadline | null>();

/** Returns the deadline of the request that the caller works for; null for work of no request, such as a job. */
export const currentDeadline = (): RequestDeadline | null => current.getStore() ?? null;

/** Runs work for a request, and whatever it calls. */
export const withDeadline = <Result>(deadline: RequestDeadline, work: () => Result): Result => current.run(deadline, work);

/** Runs work that must be completed even if the request that began it has ended. */
export const withoutDeadline = <Result>(work: () => Result): Result => current.run(null, work);
