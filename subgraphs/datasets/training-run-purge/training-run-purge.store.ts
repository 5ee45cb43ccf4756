import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { TrainingRunsPurge, TrainingRunsPurgeInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { runsWithModelVersions } from './training-run-purge.peer.js';
import { endedBefore, purgeProblems, type PurgeInput } from './training-run-purge.rules.js';

/** A run that ended before the given time. */
interface OldRun {
  id: string;
  finishedAt: Date | null;
}

/** The numbers of objects and bytes that are deleted with runs. */
type DeletedSize = Pick<TrainingRunsPurge, 'metricPointCount' | 'byteSize'>;

const table = tableOf('training_runs', Prisma.TrainingRunScalarFieldEnum);

/** The number of runs in one request to the serving subgraph. */
const BATCH = 500;

export class TrainingRunPurgeStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #serving: PeerClient;

  constructor(scope: Scope<PrismaClient>, serving: PeerClient) {
    this.#scope = scope;
    this.#serving = serving;
  }

  /** Deletes runs with one statement at the end, so that an error before it has deleted nothing. */
  async purge(given: TrainingRunsPurgeInput): Promise<TrainingRunsPurge> {
    const input = given as PurgeInput; // GraphQL has added the defaults.
    if (!this.#scope.hasRole('ADMIN')) throw refusal('FORBIDDEN', null, 'Only administrators of the organization may purge training runs.');
    refuseIf(purgeProblems(input));
    const before = endedBefore(input.olderThanDays, new Date());
    const { unused, keptCount } = await this.#unusedRuns(input, before);
    const ids = unused.slice(0, input.limit);
    const [size] = await this.#scope.query<DeletedSize>(table, (rows) => sizeStatement(rows, ids));
    const deletedCount = input.dryRun ? ids.length : (await this.#scope.db.trainingRun.deleteMany({ where: { id: { in: ids } } })).count;
    return { isDryRun: input.dryRun, endedBefore: before, deletedCount, ...size!, keptCount, hasMore: unused.length > ids.length };
  }

  /** Returns the ids of runs that produced no model version, oldest first: one more than the limit if there are more. */
  async #unusedRuns({ datasetId, limit }: PurgeInput, before: Date): Promise<{ unused: string[]; keptCount: number }> {
    const unused: string[] = [];
    let keptCount = 0;
    let last: OldRun | undefined;
    while (unused.length <= limit) {
      const runs = await this.#oldRuns(datasetId ?? undefined, before, last);
      if (runs.length === 0) break;
      const ids = runs.map(({ id }) => id);
      const used = await runsWithModelVersions(this.#serving, this.#scope.viewer, ids);
      unused.push(...ids.filter((id) => !used.has(id)));
      keptCount += used.size;
      last = runs.at(-1);
    }
    return { unused, keptCount };
  }

  #oldRuns(datasetId: string | undefined, before: Date, after: OldRun | undefined): Promise<OldRun[]> {
    const continuation = after && {
      OR: [{ finishedAt: { gt: after.finishedAt! } }, { finishedAt: after.finishedAt, id: { gt: after.id } }],
    };
    return this.#scope.db.trainingRun.findMany({
      where: { datasetId, finishedAt: { lt: before }, ...continuation },
      orderBy: [{ finishedAt: 'asc' }, { id: 'asc' }],
      take: BATCH,
      select: { id: true, finishedAt: true },
    });
  }
}

const sizeStatement = (rows: Sql, ids: readonly string[]): Sql => sql`
  WITH run AS (SELECT row.org_id, row.id, pg_column_size(row.*) AS bytes FROM ${rows} AS row WHERE row.id = ANY(${[...ids]}::uuid[])),
  metric AS (
    SELECT sum(pg_column_size(metric.*)) AS bytes
    FROM run JOIN training_metrics AS metric ON metric.org_id = run.org_id AND metric.training_run_id = run.id
  ), point AS (
    SELECT count(*) AS count, sum(pg_column_size(point.*)) AS bytes
    FROM run JOIN training_metric_points AS point ON point.org_id = run.org_id AND point.training_run_id = run.id
  )
  SELECT point.count::float8 AS "metricPointCount",
    ((SELECT coalesce(sum(bytes), 0) FROM run) + coalesce(metric.bytes, 0) + coalesce(point.bytes, 0))::float8 AS "byteSize"
  FROM metric, point`;
