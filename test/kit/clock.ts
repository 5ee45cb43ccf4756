import { jest } from '@jest/globals';

const TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

/**
 * Advances the time that `Date` and `performance.now` return, in milliseconds, so that a test need not wait. Does not
 * advance timers. `restoreClock` must follow in `afterEach`.
 */
export function moveClock(milliseconds: number): void {
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + milliseconds);
  jest.useFakeTimers({ doNotFake: [...TIMERS], now: Date.now() + milliseconds });
}

/** Undoes `moveClock`. */
export function restoreClock(): void {
  jest.useRealTimers();
  jest.restoreAllMocks();
}
