import { jest } from '@jest/globals';
import { pino } from 'pino';
import { startPeriodicTask } from '../../../../subgraphs/shared/jobs/periodic-task.js';

const INTERVAL_MS = 1_000;
const logger = pino({ level: 'silent' });

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('a periodic task', () => {
  it('runs at once, and again at each interval until it is closed', async () => {
    let runs = 0;
    const task = startPeriodicTask({ name: 'count', intervalMs: INTERVAL_MS, run: async () => void runs++ }, logger);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(2 * INTERVAL_MS);
    expect(runs).toBe(3);
    await task.close();
    await jest.advanceTimersByTimeAsync(2 * INTERVAL_MS);
    expect(runs).toBe(3);
  });

  it('does not run while the last run is in progress, and closing waits for it', async () => {
    let runs = 0;
    let finish = () => {};
    const run = () => {
      runs++;
      return new Promise<void>((resolve) => (finish = resolve));
    };
    const task = startPeriodicTask({ name: 'wait', intervalMs: INTERVAL_MS, run }, logger);
    await jest.advanceTimersByTimeAsync(3 * INTERVAL_MS);
    expect(runs).toBe(1);
    finish();
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(runs).toBe(2);
    let isClosed = false;
    const closing = task.close().then(() => (isClosed = true));
    await jest.advanceTimersByTimeAsync(0);
    expect(isClosed).toBe(false);
    finish();
    await closing;
    expect(isClosed).toBe(true);
  });

  it('logs an error, and runs again', async () => {
    const logError = jest.spyOn(logger, 'error');
    let runs = 0;
    const run = async () => {
      if (++runs === 1) throw new Error('The disk is full.');
    };
    const task = startPeriodicTask({ name: 'fail', intervalMs: INTERVAL_MS, run }, logger);
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(runs).toBe(2);
    expect(logError).toHaveBeenCalledWith(expect.objectContaining({ task: 'fail' }), 'periodic task failed');
    await task.close();
  });
});
