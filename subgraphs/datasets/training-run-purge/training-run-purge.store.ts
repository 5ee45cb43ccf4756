import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { TrainingRunsPurge, TrainingRunsPurgeInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { runsWithModelVersions } from './training-run-purge.peer.js';
import { endedBefore, purgeProblems, type PurgeInput } from './training-run-purge.rules.js';

/** A run that ended long ago. */
interface OldRun {
  id: string;
  finishedAt: Date | null;
}

/** What is deleted with some runs, as their rows have it. */
type Weight = Pick<TrainingRunsPurge, 'metricPointCount' | 'byteSize'>;

const table = tableOf('training_runs', Prisma.TrainingRunScalarFieldEnum);

/** Runs that the subgraph of models is asked about at once. */
const BATCH = 500;

export class TrainingRunPurgeStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #serving: PeerClient;

  constructor(scope: Scope<PrismaClient>, serving: PeerClient) {
    this.#scope = scope;
    this.#serving = serving;
  }

  /** Deletes in one statement at the end, when all is known: what fails before has deleted nothing. */
  async purge(given: TrainingRunsPurgeInput): Promise<TrainingRunsPurge> {
    const input = given as PurgeInput; // GraphQL has filled in the defaults.
    if (!this.#scope.hasRole('ADMIN')) throw refusal('FORBIDDEN', null, 'Only an administrator may do this.');
    refuseIf(purgeProblems(input));
    const before = endedBefore(input.olderThanDays, new Date());
    const { free, keptCount } = await this.#freeRuns(input, before);
    const ids = free.slice(0, input.limit);
    const [weight] = await this.#scope.query<Weight>(table, (rows) => weightStatement(rows, ids));
    const deletedCount = input.dryRun ? ids.length : (await this.#scope.db.trainingRun.deleteMany({ where: { id: { in: ids } } })).count;
    return { isDryRun: input.dryRun, endedBefore: before, deletedCount, ...weight!, keptCount, hasMore: free.length > ids.length };
  }

  /** The ids of runs of which nothing was made, the oldest first: one more than the limit, where there are. */
  async #freeRuns({ datasetId, limit }: PurgeInput, before: Date): Promise<{ free: string[]; keptCount: number }> {
    const free: string[] = [];
    let keptCount = 0;
    let last: OldRun | undefined;
    while (free.length <= limit) {
      const runs = await this.#oldRuns(datasetId ?? undefined, before, last);
      if (runs.length === 0) break;
      const ids = runs.map(({ id }) => id);
      const used = await runsWithModelVersions(this.#serving, this.#scope.viewer, ids);
      free.push(...ids.filter((id) => !used.has(id)));
      keptCount += used.size;
      last = runs.at(-1);
    }
    return { free, keptCount };
  }

  #oldRuns(datasetId: string | undefined, before: Date, after: OldRun | undefined): Promise<OldRun[]> {
    const rest = after && { OR: [{ finishedAt: { gt: after.finishedAt! } }, { finishedAt: after.finishedAt, id: { gt: after.id } }] };
    return this.#scope.db.trainingRun.findMany({
      where: { datasetId, finishedAt: { lt: before }, ...rest },
      orderBy: [{ finishedAt: 'asc' }, { id: 'asc' }],
      take: BATCH,
      select: { id: true, finishedAt: true },
    });
  }
}

const weightStatement = (rows: Sql, ids: readonly string[]): Sql => sql`
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
