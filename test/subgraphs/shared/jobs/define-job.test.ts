import { jest } from '@jest/globals';
import { defineJob, type JobRun } from '../../../../subgraphs/shared/jobs/define-job.js';
import type { Job } from '../../../../subgraphs/shared/jobs/job.js';
import type { Viewer } from '../../../../subgraphs/shared/viewer/viewer.js';
import { aMember } from '../../../kit/viewers.js';

interface Stores {
  viewer: Viewer;
}

const job: Job = { id: 'row', viewer: aMember(), attempt: 1, leaseToken: 'token', signal: new AbortController().signal };
const table = { name: 'chores', statusType: 'chore_status', waitingStatus: 'WAITING', runningStatus: 'RUNNING' };

function kindOf(perform: (run: JobRun<Stores>) => Promise<void>, saveProgress = async (_run: object, _fraction: number) => {}) {
  const storesOf = (viewer: Viewer) => ({ viewer });
  return defineJob<Stores>({ queue: 'chores', table, concurrency: 1, storesOf, perform, saveProgress, fail: async () => {} });
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('defineJob', () => {
  it('performs a job with the stores of its viewer, and attempts it twice by default', async () => {
    const runs: JobRun<Stores>[] = [];
    const kind = kindOf(async (run) => void runs.push(run));
    await kind.perform(job);
    expect(runs).toMatchObject([{ job, stores: { viewer: job.viewer } }]);
    expect(kind.maxAttempts).toBe(2);
  });

  it('saves progress at most once per 500 ms, and ignores that it could not be saved', async () => {
    const saved: number[] = [];
    const kind = kindOf(
      async ({ reportProgress }) => {
        for (let percent = 1; percent <= 100; percent++) {
          jest.advanceTimersByTime(20);
          reportProgress(percent / 100);
        }
      },
      async (_run, fraction) => {
        saved.push(fraction);
        throw new Error('The database is away.');
      },
    );
    await kind.perform(job);
    expect(saved).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('refuses a child process to a kind of job without one', async () => {
    const kind = kindOf(({ useChildProcess }) => useChildProcess(async () => undefined));
    await expect(kind.perform(job)).rejects.toThrow('The job "chores" has no childProcess.');
  });
});
