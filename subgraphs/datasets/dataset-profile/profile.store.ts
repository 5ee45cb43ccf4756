import type { Job, JobFailure } from '../../shared/jobs/job.js';
import { NO_LEASE, whereLeased } from '../../shared/jobs/lease.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { DatasetColumn } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { ColumnProfileResult, NumericProfileResult, ProfileResult } from './profile-task.js';

/** The queue of datasets that wait to be profiled. */
export const PROFILING_QUEUE = 'dataset-profiling';

/** The saved statistics of a column: everything but its name and type. */
type ColumnStatistics = Omit<ColumnProfileResult, 'name' | 'dtype'>;

export interface ColumnProfileRow extends ColumnStatistics {
  name: string;
  dtype: DatasetColumn['dtype'];
}
export type NumericProfileRow = NumericProfileResult;

interface ProfiledDataset {
  id: string;
  columns: ColumnProfileRow[] | null;
}

/** The profiles of datasets. They may be large, so that pages of datasets do not read them. */
export class ProfileStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #profiles: RowLoader<ProfiledDataset>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#profiles = new RowLoader(
      async (ids) =>
        (await scope.db.dataset.findMany({ where: { id: { in: ids } }, select: { id: true, columns: true, profile: true } })).map(
          withStatistics,
        ),
      (row) => row.id,
    );
  }

  /** Returns the profile of a dataset, or null until the dataset is READY. */
  async of(datasetId: string): Promise<{ columns: ColumnProfileRow[] } | null> {
    const columns = (await this.#profiles.load(datasetId))?.columns;
    return columns ? { columns } : null;
  }

  /** Saves the completed fraction of the job (0 to 1). Changes nothing if the lease is lost. */
  async saveProgress(job: Job, progress: number): Promise<void> {
    await this.#scope.db.dataset.updateMany({ where: whereLeased(job), data: { progress } });
  }

  /** Saves the profile and sets the dataset to READY. Returns false, and changes nothing, if the lease is lost. */
  async succeed(job: Job, { rowCount, columns, preview }: ProfileResult, tableId: string): Promise<boolean> {
    const { count } = await this.#scope.db.dataset.updateMany({
      where: whereLeased(job),
      data: {
        status: 'READY',
        progress: 1,
        rowCount,
        columns: columns.map(({ name, dtype }) => ({ name, dtype })),
        preview,
        profile: columns.map(({ name: _name, dtype: _dtype, ...statistics }) => statistics),
        tableId,
        ...NO_LEASE,
      },
    });
    return count > 0;
  }

  async fail(job: Job, { code, message }: JobFailure): Promise<void> {
    await this.#scope.db.dataset.updateMany({
      where: whereLeased(job),
      data: { status: 'FAILED', failureCode: code, failureMessage: message.slice(0, 1000), ...NO_LEASE },
    });
  }
}

function withStatistics({ id, columns, profile }: { id: string; columns: unknown; profile: unknown }): ProfiledDataset {
  const statistics = profile as ColumnStatistics[] | null;
  return { id, columns: statistics && (columns as DatasetColumn[]).map((column, index) => ({ ...column, ...statistics[index]! })) };
}
