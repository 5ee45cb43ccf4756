import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ChildProcessPool } from '../../../../subgraphs/shared/jobs/child/child-process-pool.js';
import type { Chore } from './chores.child.js';

const scratchFolder = mkdtempSync(join(tmpdir(), 'children-'));
const limits = {
  entry: new URL('./generated/chores.child.js', import.meta.url),
  scratchFolder,
  memoryBytes: 200_000_000,
  heapMebibytes: 64,
  deadlineMs: 20_000,
};
const children = new ChildProcessPool<Chore, unknown>({ ...limits, result: z.unknown() });
afterAll(async () => {
  await children.close();
  rmSync(scratchFolder, { recursive: true });
});

const never = new AbortController().signal;
const run = (kind: Chore['kind'], signal = never) => children.use((child) => child.run({ kind }), { signal });

describe('a child process', () => {
  afterEach(() => expect(readdirSync(scratchFolder)).toEqual([]));

  it('works in its own folder, without environment variables, and reports progress', async () => {
    const progress: number[] = [];
    const seen = await children.use(
      async (child) => {
        expect(readdirSync(child.folder)).toEqual([]);
        const result = await child.run({ kind: 'look' });
        return { result, folder: child.folder, made: readFileSync(join(child.folder, 'made'), 'utf8') };
      },
      { signal: never, onProgress: (fraction) => progress.push(fraction) },
    );
    expect(seen).toEqual({
      result: { folder: seen.folder, environment: [] },
      folder: expect.stringContaining(scratchFolder),
      made: 'here',
    });
    expect(progress).toEqual([0.5]);
  });

  it('runs one task and ends', async () => {
    const folders = await Promise.all([run('look'), run('look'), run('look')]);
    expect(new Set(folders.map((one) => (one as { folder: string }).folder)).size).toBe(3);
  });

  it('rejects with its own error code', async () => {
    await expect(run('refuse')).rejects.toMatchObject({ name: 'Error', code: 'NO_THANKS', message: 'This chore is refused.' });
  });

  it('that crashes rejects without a code, so that the job is retried', async () => {
    const error = await run('crash').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining('a secret of the inside') });
    expect(error).not.toHaveProperty('code');
  });

  it('cannot send invalid messages or results', async () => {
    await expect(run('lie')).rejects.toThrow('A child process sent an invalid message.');
    const strict = new ChildProcessPool<Chore, string>({ ...limits, result: z.string() });
    await expect(strict.use((child) => child.run({ kind: 'look' }), { signal: never })).rejects.toThrow(
      'A child process sent an invalid result',
    );
    await strict.close();
  });

  it.each(['heap', 'buffers'] as const)('that exceeds the memory limit (%s) is killed', async (kind) => {
    await expect(run(kind)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
  });

  it('that exceeds the deadline is killed', async () => {
    const hasty = new ChildProcessPool<Chore, unknown>({ ...limits, deadlineMs: 50, result: z.unknown() });
    await expect(hasty.use((child) => child.run({ kind: 'sleep' }), { signal: never })).rejects.toMatchObject({ code: 'TIMEOUT' });
    await hasty.close();
  });

  it('is killed when its job is aborted', async () => {
    const aborting = new AbortController();
    const running = children.use((child) => child.run({ kind: 'sleep' }), { signal: aborting.signal, onProgress: () => aborting.abort() });
    await expect(running).rejects.toThrow('A child process died.');
  });
});
