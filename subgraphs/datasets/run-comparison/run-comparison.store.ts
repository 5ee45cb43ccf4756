import { empty, raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { codedError } from '../../shared/errors/coded-error.js';
import { parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DatasetBestTrainingRunArgs, QueryAlgorithmComparisonArgs, QueryCompareTrainingRunsArgs } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { TrainingRunRow, TrainingRunStore } from '../training-run/training-run.store.js';
import { compareRuns, comparedIds, directionsOf, type RunComparison } from './side-by-side.rules.js';

/** The runs of one algorithm on one dataset and target, counted and averaged. */
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
  /** One loader for each question that this request asks, whatever the dataset. */
  readonly #best = new Map<string, RowLoader<TrainingRunRow>>();

  constructor(scope: Scope<PrismaClient>, trainingRuns: TrainingRunStore) {
    this.#scope = scope;
    this.#trainingRuns = trainingRuns;
  }

  /** The dataset's run with the best figure. */
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

  /** Runs side by side. NOT_FOUND where one is unknown or another organization's. */
  async compare(args: QueryCompareTrainingRunsArgs): Promise<RunComparison> {
    const [ids, directions] = [comparedIds(args.ids), directionsOf(args.directions ?? [])];
    const runs = await Promise.all(
      ids.map(async (id) => {
        const [run, metrics] = await Promise.all([this.#trainingRuns.byId(id), this.#trainingRuns.metricsOf(id)]);
        if (!run) throw codedError('NOT_FOUND', `You have no training run with the id ${id}.`);
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

/** The runs that can be compared, each with its figure: a figure that is not finite has no value. */
const figures = (rows: Sql, { problemType, metric }: Pick<QueryAlgorithmComparisonArgs, 'problemType' | 'metric'>): Sql => sql`
  FROM ${rows} AS row
  JOIN training_metrics AS metric ON metric.org_id = row.org_id AND metric.training_run_id = row.id
  WHERE metric.name = ${metric} AND metric.value IS NOT NULL AND row.status = 'SUCCEEDED' AND row.problem_type = ${problemType}::"ProblemType"`;

/** The best run of each of many datasets; of equal ones the newest. */
const bestOfEachStatement = (rows: Sql, args: DatasetBestTrainingRunArgs, datasetIds: readonly string[]): Sql => sql`
  SELECT DISTINCT ON (row.dataset_id) ${table.columns}
  ${figures(rows, args)} AND row.dataset_id = ANY(${[...datasetIds]}::uuid[]) ${args.target == null ? empty : sql`AND row.target = ${args.target}`}
  ORDER BY row.dataset_id, metric.value ${raw(args.direction === 'HIGHEST' ? 'DESC' : 'ASC')}, row.created_at DESC, row.id DESC`;

/** The average goes through exact numbers: `avg` of floats squares them and fails where the squares are too large. */
const algorithmsStatement = (rows: Sql, args: QueryAlgorithmComparisonArgs): Sql => sql`
  SELECT row.dataset_id AS "datasetId", row.target, row.algorithm, count(*)::int AS "runCount",
    avg(metric.value::text::numeric)::float8 AS "averageValue",
    ${raw(args.direction === 'LOWEST' ? 'min' : 'max')}(metric.value) AS "bestValue",
    round(avg(row.duration_ms))::int AS "averageDurationMs"
  ${figures(rows, args)} ${args.datasetId == null ? empty : sql`AND row.dataset_id = ${parseId(args.datasetId, 'datasetId')}::uuid`}
  GROUP BY row.dataset_id, row.target, row.algorithm
  ORDER BY count(*) DESC, row.dataset_id, row.target, row.algorithm
  LIMIT ${MAX_COMPARISONS}::int`;
