import { empty, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { codedError } from '../../shared/errors/coded-error.js';
import { parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DatasetBestTrainingRunArgs, QueryAlgorithmComparisonArgs, QueryCompareTrainingRunsArgs } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { TrainingRunRow, TrainingRunStore } from '../training-run/training-run.store.js';
import { compareRuns, parseRunIds, directionsOf, type RunComparison } from './compare-runs.rules.js';

/** The aggregated runs of one algorithm on one dataset and target. */
export interface AlgorithmComparisonRow {
  datasetId: string;
  target: string;
  algorithm: string;
  runCount: number;
  averageValue: number;
  bestValue: number;
  averageDurationMs: number;
}

const MAX_COMPARISONS = 100;

const table = tableOf('training_runs', Prisma.TrainingRunScalarFieldEnum);

export class RunComparisonStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #trainingRuns: TrainingRunStore;
  /** One loader for each combination of arguments in the request. It batches datasets. */
  readonly #best = new Map<string, RowLoader<TrainingRunRow>>();

  constructor(scope: Scope<PrismaClient>, trainingRuns: TrainingRunStore) {
    this.#scope = scope;
    this.#trainingRuns = trainingRuns;
  }

  /** Returns the run of a dataset with the best value of a metric, or null. Batched over datasets. */
  bestOf(datasetId: string, args: DatasetBestTrainingRunArgs): Promise<TrainingRunRow | null> {
    const { problemType, metric, direction, target } = args;
    const key = JSON.stringify([problemType, metric, direction, target ?? null]);
    const loader = this.#best.get(key) ?? this.#loaderOfBest(args);
    this.#best.set(key, loader);
    return loader.load(datasetId);
  }

  algorithms(args: QueryAlgorithmComparisonArgs): Promise<AlgorithmComparisonRow[]> {
    return this.#scope.query(table, (rows) => algorithmsStatement(rows, args));
  }

  /** Compares runs. Throws NOT_FOUND if one does not exist in the organization. */
  async compare(args: QueryCompareTrainingRunsArgs): Promise<RunComparison> {
    const [ids, directions] = [parseRunIds(args.ids), directionsOf(args.directions ?? [])];
    const runs = await Promise.all(
      ids.map(async (id) => {
        const [run, metrics] = await Promise.all([this.#trainingRuns.byId(id), this.#trainingRuns.metricsOf(id)]);
        if (!run) throw codedError('NOT_FOUND', `No training run with the id ${id} exists in your organization.`);
        return { run, metrics };
      }),
    );
    return compareRuns(runs, directions, args.diffOnly ?? false);
  }

  #loaderOfBest(args: DatasetBestTrainingRunArgs): RowLoader<TrainingRunRow> {
    return new RowLoader(
      (ids) => this.#scope.query(table, (rows) => bestOfEachStatement(rows, args, ids)),
      (row) => row.datasetId,
    );
  }
}

/** Returns the FROM and WHERE clauses that join SUCCEEDED runs with their finite values of a metric. */
const finiteMetrics = (rows: Sql, { problemType, metric }: Pick<QueryAlgorithmComparisonArgs, 'problemType' | 'metric'>): Sql => sql`
  FROM ${rows} AS row
  JOIN training_metrics AS metric ON metric.org_id = row.org_id AND metric.training_run_id = row.id
  WHERE metric.name = ${metric} AND metric.value IS NOT NULL AND row.status = 'SUCCEEDED' AND row.problem_type = ${problemType}::"ProblemType"`;

/** Returns the statement that reads the best run of each dataset; the newest of equal ones. */
const bestOfEachStatement = (rows: Sql, args: DatasetBestTrainingRunArgs, datasetIds: readonly string[]): Sql => sql`
  SELECT DISTINCT ON (row.dataset_id) ${table.columns}
  ${finiteMetrics(rows, args)} AND row.dataset_id = ANY(${[...datasetIds]}::uuid[]) ${args.target == null ? empty : sql`AND row.target = ${args.target}`}
  ORDER BY row.dataset_id, metric.value ${raw(args.direction === 'HIGHEST' ? 'DESC' : 'ASC')}, row.created_at DESC, row.id DESC`;

/** Returns the statement of `algorithmComparison`. It averages numerics, because `avg` of floats overflows if the squares of values do. */
const algorithmsStatement = (rows: Sql, args: QueryAlgorithmComparisonArgs): Sql => sql`
  SELECT row.dataset_id AS "datasetId", row.target, row.algorithm, count(*)::int AS "runCount",
    avg(metric.value::text::numeric)::float8 AS "averageValue",
    ${raw(args.direction === 'LOWEST' ? 'min' : 'max')}(metric.value) AS "bestValue",
    round(avg(row.duration_ms))::int AS "averageDurationMs"
  ${finiteMetrics(rows, args)} ${args.datasetId == null ? empty : sql`AND row.dataset_id = ${parseId(args.datasetId, 'datasetId')}::uuid`}
  GROUP BY row.dataset_id, row.target, row.algorithm
  ORDER BY count(*) DESC, row.dataset_id, row.target, row.algorithm
  LIMIT ${MAX_COMPARISONS}::int`;
