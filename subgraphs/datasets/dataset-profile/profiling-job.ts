import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { defineJob, type JobRun } from '../../shared/jobs/define-job.js';
import { JobError, type JobKind } from '../../shared/jobs/job.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import type { Files } from '../files.js';
import type { Dataset } from '../generated/prisma/client.js';
import type { StoredFileStore } from '../stored-file/stored-file.store.js';
import { PROFILING_QUEUE, type ProfileStore } from './profile.store.js';
import { COPY_FILE, INPUT_FILE, profileResult, type ProfileResult, type ProfileTask } from './profile-task.js';
import { writeInputFile } from './write-input-file.js';

const DUCKDB_BYTES = 512 * 1024 * 1024;
/** The memory of the whole child process: of DuckDB, of JavaScript, and of the file readers beside them. */
const CHILD_BYTES = 1024 * 1024 * 1024;
const HEAP_MEBIBYTES = 256;
const DEADLINE_MS = 10 * 60 * 1000;
const THREADS = Math.min(availableParallelism(), 4);

export interface ProfilingStores {
  datasets: { byIdOrThrow(id: string): Promise<Pick<Dataset, 'fileId'>> };
  storedFiles: Pick<StoredFileStore, 'byIdOrThrow' | 'open'>;
  profiles: ProfileStore;
}

/** Defines the job that profiles a dataset: reads its file in a child process and saves a copy of the table and its profile. */
export const profilingJob = (files: Files, storesOf: (viewer: Viewer) => ProfilingStores): JobKind =>
  defineJob<ProfilingStores, ProfileTask, ProfileResult>({
    queue: PROFILING_QUEUE,
    table: { name: 'datasets', statusType: 'DatasetStatus', waitingStatus: 'PENDING', runningStatus: 'PROFILING' },
    concurrency: 1,
    childProcess: {
      entry: new URL('./generated/profile.child.js', import.meta.url),
      scratchFolder: files.scratchFolder,
      memoryBytes: CHILD_BYTES,
      heapMebibytes: HEAP_MEBIBYTES,
      deadlineMs: DEADLINE_MS,
      result: profileResult,
      isPreforked: true,
    },
    storesOf,
    perform: (run) => profileDataset(run, files),
    saveProgress: ({ job, stores }, fraction) => stores.profiles.saveProgress(job, fraction),
    fail: ({ job, stores }, failure) => stores.profiles.fail(job, failure),
  });

type ProfilingRun = JobRun<ProfilingStores, ProfileTask, ProfileResult>;

/** Profiles the dataset. The row that references the copy of the table is committed last. */
async function profileDataset({ job, stores, useChildProcess }: ProfilingRun, { tables }: Files): Promise<void> {
  const dataset = await stores.datasets.byIdOrThrow(job.id);
  const content = await stores.storedFiles.open(await stores.storedFiles.byIdOrThrow(dataset.fileId));
  if (!content) throw new JobError('FILE_MISSING', 'The file was deleted before it was read.');
  await useChildProcess(async (child) => {
    const kind = await writeInputFile(content, join(child.folder, INPUT_FILE));
    const result = await child.run({ kind, memoryBytes: DUCKDB_BYTES, threads: THREADS });
    const table = { orgId: job.viewer.organizationId, tableId: uuidv7() };
    await tables.store(table, join(child.folder, COPY_FILE));
    let isSaved = false;
    try {
      isSaved = await stores.profiles.succeed(job, result, table.tableId);
    } finally {
      if (!isSaved) await tables.remove(table);
    }
  });
}
