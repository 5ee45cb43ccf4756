import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { ChildProcessPool } from '../../shared/jobs/child/child-process-pool.js';
import { JobError, type Job, type Lease, type JobKind } from '../../shared/jobs/job.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import type { DatasetsStores } from '../context.js';
import type { Files } from '../files.js';
import { writeInputFile } from './write-input-file.js';
import { COPY, INPUT, profileResult, type ProfileResult, type ProfileTask } from './profile-task.js';

/** The queue of datasets that wait to be profiled. */
export const PROFILING = 'dataset-profiling';

const DUCKDB_BYTES = 512 * 1024 * 1024;
/** All that a child may take: DuckDB's own, JavaScript's, and what readers of files take beside it. */
const CHILD_BYTES = 1024 * 1024 * 1024;
const HEAP_MEBIBYTES = 256;
const DEADLINE_MS = 10 * 60 * 1000;
/** Progress is written down no more often. */
const PROGRESS_MS = 500;
const THREADS = Math.min(availableParallelism(), 4);

export type ProfilingChildren = ChildProcessPool<ProfileTask, ProfileResult>;

/** The processes that read files of strangers. */
export const profilingChildren = ({ scratchFolder }: Files): ProfilingChildren =>
  new ChildProcessPool({
    entry: new URL('./generated/profile.child.js', import.meta.url),
    scratchFolder,
    memoryBytes: CHILD_BYTES,
    heapMebibytes: HEAP_MEBIBYTES,
    deadlineMs: DEADLINE_MS,
    result: profileResult,
  });

/** Profiles datasets: a child reads the file and copies it, and the row that says so is committed last. */
export function profiling(children: ProfilingChildren, { tables }: Files, storesOf: (viewer: Viewer) => DatasetsStores): JobKind {
  const perform = async ({ viewer, id }: Job, lease: Lease): Promise<void> => {
    const { datasets, storedFiles, profiles } = storesOf(viewer);
    const dataset = await datasets.existing(id);
    const content = await storedFiles.open(await storedFiles.existing(dataset.fileId));
    if (!content) throw new JobError('FILE_MISSING', 'The file was deleted before it was read.');
    let told = Date.now();
    const onProgress = (fraction: number) => {
      if (Date.now() - told < PROGRESS_MS) return;
      told = Date.now();
      void profiles.progress(id, lease, fraction).catch(() => undefined); // The next one tells more.
    };
    await children.use(
      async (child) => {
        const kind = await writeInputFile(content, join(child.folder, INPUT));
        const result = await child.run({ kind, memoryBytes: DUCKDB_BYTES, threads: THREADS });
        const table = { orgId: viewer.organizationId, tableId: uuidv7() };
        await tables.store(table, join(child.folder, COPY));
        try {
          if (await profiles.succeed(id, lease, result, table.tableId)) return;
        } catch (error) {
          await tables.remove(table);
          throw error;
        }
        await tables.remove(table);
      },
      { signal: lease.signal, onProgress },
    );
  };
  return {
    queue: PROFILING,
    table: { name: 'datasets', statusType: 'DatasetStatus', waitingStatus: 'PENDING', runningStatus: 'PROFILING' },
    concurrency: 1,
    perform,
    fail: ({ viewer, id }, lease, failure) => storesOf(viewer).profiles.fail(id, lease, failure),
  };
}
