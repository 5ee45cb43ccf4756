import type { Lease, JobFailure } from '../../shared/jobs/job.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { DatasetColumn } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { ColumnProfileResult, NumericProfileResult, ProfileResult } from './profile-task.js';

/** What is kept of a column beside its name and type. */
type ColumnFigures = Omit<ColumnProfileResult, 'name' | 'dtype'>;

export interface ColumnProfileRow extends ColumnFigures {
  name: string;
  dtype: DatasetColumn['dtype'];
}
export type NumericProfileRow = NumericProfileResult;

interface Profiled {
  id: string;
  columns: ColumnProfileRow[] | null;
}

/** The profiles of datasets. They may be large: pages of datasets do not read them. */
export class ProfileStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #profiles: RowLoader<Profiled>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#profiles = new RowLoader(
      async (ids) =>
        (await scope.db.dataset.findMany({ where: { id: { in: ids } }, select: { id: true, columns: true, profile: true } })).map(profiled),
      (row) => row.id,
    );
  }

  /** Null until the dataset is READY. */
  async of(datasetId: string): Promise<{ columns: ColumnProfileRow[] } | null> {
    const columns = (await this.#profiles.load(datasetId))?.columns;
    return columns ? { columns } : null;
  }

  /** Notes how much is done; harmless where the lease is lost. */
  async progress(id: string, { token }: Lease, progress: number): Promise<void> {
    await this.#scope.db.dataset.updateMany({ where: { id, leaseToken: token }, data: { progress } });
  }

  /** Makes the dataset READY, where the lease still holds; answers whether it does. */
  async succeed(id: string, { token }: Lease, { rowCount, columns, preview }: ProfileResult, tableId: string): Promise<boolean> {
    const { count } = await this.#scope.db.dataset.updateMany({
      where: { id, leaseToken: token },
      data: {
        status: 'READY',
        progress: 1,
        rowCount,
        columns: columns.map(({ name, dtype }) => ({ name, dtype })),
        preview,
        profile: columns.map(({ name: _name, dtype: _dtype, ...figures }) => figures),
        tableId,
        ...noLease,
      },
    });
    return count > 0;
  }

  async fail(id: string, { token }: Lease, { code, message }: JobFailure): Promise<void> {
    await this.#scope.db.dataset.updateMany({
      where: { id, leaseToken: token },
      data: { status: 'FAILED', failureCode: code, failureMessage: message.slice(0, 1000), ...noLease },
    });
  }
}

const noLease = { leaseToken: null, leasedUntil: null, askedBy: Prisma.DbNull };

function profiled({ id, columns, profile }: { id: string; columns: unknown; profile: unknown }): Profiled {
  const figures = profile as ColumnFigures[] | null;
  return { id, columns: figures && (columns as DatasetColumn[]).map((column, index) => ({ ...column, ...figures[index]! })) };
}
