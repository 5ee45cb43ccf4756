import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { RowListLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { MetricHistory, MetricPoint, TrainingRunLogMetricsInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { unknownRun, type TrainingRunRow, type TrainingRunStore } from '../training-run/training-run.store.js';
import { historyStatement } from './history-statement.js';
import { logStatement } from './log-statement.js';
import { checkHistories, checkHistory, latestValues, logProblems, type HistoryArguments } from './metric-history.rules.js';

/** A sampled point with the number of all points of its history. */
type SampledPoint = MetricPoint & { trainingRunId: string; pointCount: number };

const runs = tableOf('training_runs', Prisma.TrainingRunScalarFieldEnum);
const points = tableOf('training_metric_points', Prisma.TrainingMetricPointScalarFieldEnum);

export class MetricHistoryStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #trainingRuns: TrainingRunStore;
  /** One loader for each combination of arguments in the request. It batches runs. */
  readonly #histories = new Map<string, RowListLoader<SampledPoint>>();

  constructor(scope: Scope<PrismaClient>, trainingRuns: TrainingRunStore) {
    this.#scope = scope;
    this.#trainingRuns = trainingRuns;
  }

  /** Returns the sampled history of a metric of a run. Batched over runs. */
  async of(runId: string, args: HistoryArguments): Promise<MetricHistory> {
    checkHistory(args);
    const { name, maxPoints, fromStep, toStep } = args;
    const key = JSON.stringify([name, maxPoints, fromStep ?? null, toStep ?? null]);
    const loader = this.#histories.get(key) ?? this.#loaderOf(args);
    this.#histories.set(key, loader);
    const sampled = await loader.load(runId);
    const pointCount = sampled[0]?.pointCount ?? 0;
    return { name, pointCount, isSampled: sampled.length < pointCount, points: sampled };
  }

  #loaderOf(args: HistoryArguments): RowListLoader<SampledPoint> {
    return new RowListLoader(
      async (ids) => {
        checkHistories(ids.length, args);
        return this.#scope.query(points, (rows) => historyStatement(rows, args, ids));
      },
      (row) => row.trainingRunId,
    );
  }

  /**
   * Logs values of a RUNNING run. If the run is finished concurrently, either the finish waits and keeps the logged values, or logging
   * is refused.
   */
  async log(input: TrainingRunLogMetricsInput): Promise<TrainingRunRow | null> {
    const now = new Date();
    refuseIf(logProblems(input, now));
    const { id, metrics } = input;
    const [logged] = await this.#scope.query(runs, (rows) => logStatement(rows, id, latestValues(metrics, now)));
    const run = await this.#trainingRuns.byId(id);
    if (run?.isExecuted) throw refusal('INVALID', ['input', 'id'], 'The platform trains this run and logs its metrics itself.');
    if (!logged) throw run ? refusal('CONFLICT', ['input', 'id'], 'This run has ended, so no more values can be logged.') : unknownRun();
    return run;
  }
}
