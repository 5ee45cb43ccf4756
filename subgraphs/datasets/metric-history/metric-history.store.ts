import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { RowListLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { MetricHistory, MetricPoint, TrainingRunLogMetricsInput } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { unknownRun, type TrainingRunRow, type TrainingRunStore } from '../training-run/training-run.store.js';
import { historyStatement } from './history-statement.js';
import { logStatement } from './log-statement.js';
import { checkHistories, checkHistory, holding, logProblems, type HistoryArguments } from './metric-history.rules.js';

/** A point that is shown, and how many its history has in all. */
type ShownPoint = MetricPoint & { trainingRunId: string; pointCount: number };

const runs = tableOf('training_runs', Prisma.TrainingRunScalarFieldEnum);
const points = tableOf('training_metric_points', Prisma.TrainingMetricPointScalarFieldEnum);

export class MetricHistoryStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #trainingRuns: TrainingRunStore;
  /** One loader for each question that this request asks, whatever the run. */
  readonly #histories = new Map<string, RowListLoader<ShownPoint>>();

  constructor(scope: Scope<PrismaClient>, trainingRuns: TrainingRunStore) {
    this.#scope = scope;
    this.#trainingRuns = trainingRuns;
  }

  /** What was logged of a metric of the run. One statement for however many runs. */
  async of(runId: string, args: HistoryArguments): Promise<MetricHistory> {
    checkHistory(args);
    const { name, maxPoints, fromStep, toStep } = args;
    const key = JSON.stringify([name, maxPoints, fromStep ?? null, toStep ?? null]);
    const loader = this.#histories.get(key) ?? this.#loaderOf(args);
    this.#histories.set(key, loader);
    const shown = await loader.load(runId);
    const pointCount = shown[0]?.pointCount ?? 0;
    return { name, pointCount, isSampled: shown.length < pointCount, points: shown };
  }

  #loaderOf(args: HistoryArguments): RowListLoader<ShownPoint> {
    return new RowListLoader(
      async (ids) => {
        checkHistories(ids.length, args);
        return this.#scope.query(points, (rows) => historyStatement(rows, args, ids));
      },
      (row) => row.trainingRunId,
    );
  }

  /** Of two that log and finish at once, either the finish waits and keeps what was logged, or the log is refused. */
  async log(input: TrainingRunLogMetricsInput): Promise<TrainingRunRow | null> {
    const now = new Date();
    refuseIf(logProblems(input, now));
    const { id, metrics } = input;
    const [logged] = await this.#scope.query(runs, (rows) => logStatement(rows, id, holding(metrics, now)));
    const run = await this.#trainingRuns.byId(id);
    if (run?.isExecuted) throw refusal('INVALID', ['input', 'id'], 'The platform trains this run, and logs its figures itself.');
    if (!logged) throw run ? refusal('CONFLICT', ['input', 'id'], 'This run has ended: nothing more is logged.') : unknownRun();
    return run;
  }
}
