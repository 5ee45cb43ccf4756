import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runChildTask } from '../../../../subgraphs/shared/jobs/child/run-child-task.js';
import { JobError } from '../../../../subgraphs/shared/jobs/job.js';

export type Chore =
  { kind: 'look' } | { kind: 'sleep' } | { kind: 'refuse' } | { kind: 'crash' } | { kind: 'lie' } | { kind: 'heap' } | { kind: 'buffers' };

runChildTask<Chore>(async ({ kind }, report) => {
  report(0.5);
  switch (kind) {
    case 'look':
      writeFileSync('made', 'here');
      // The test expects that the environment is empty.
      // eslint-disable-next-line no-restricted-syntax
      return { folder: process.cwd(), environment: Object.keys(process.env) };
    case 'sleep':
      await sleep(60_000);
      return null;
    case 'refuse':
      throw new JobError('NO_THANKS', 'This chore is refused.');
    case 'crash':
      throw new Error('a secret of the inside');
    case 'lie':
      process.send!({ kind: 'confession' });
      await sleep(60_000);
      return null;
    case 'heap': {
      const kept: string[][] = [];
      for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => `${index} of ${kept.length}`));
    }
    case 'buffers': {
      const kept: Buffer[] = [];
      for (;;) {
        kept.push(Buffer.alloc(10_000_000, 1));
        await sleep(10);
      }
    }
  }
});
