import { badInput } from '../../shared/errors/coded-error.js';
import type { UserError } from '../../shared/errors/user-error.js';
import { metricValueProblems } from '../../shared/input/metric-value.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { LoggedMetricInput, NonFinite, TrainingRunLogMetricsInput, TrainingRunMetricHistoryArgs } from '../generated/graphql.js';

/** A value at a step, with the names of the columns, as the SQL statement reads it from JSON. */
export interface LoggedValue {
  name: string;
  step: number;
  value: number | null;
  non_finite: NonFinite | null;
  logged_at: string;
}

/** The arguments of `metricHistory` with their defaults. */
export type HistoryArguments = TrainingRunMetricHistoryArgs & { maxPoints: number };

const METRICS = ['input', 'metrics'];
const MAX_METRICS = 1000;
const MIN_POINTS = 10;
const MAX_POINTS = 1000;
/** The maximum number of points of one metric in a request, of all runs together. Their JSON is about 5 MB. */
const MAX_POINTS_OF_ALL_RUNS = 50_000;
/** The maximum time by which the client's clock may be ahead of the server's. */
const MAX_CLOCK_SKEW_MS = 60_000;

/** Returns the problems of the input of `trainingRunLogMetrics`. */
export function logProblems({ id, metrics }: TrainingRunLogMetricsInput, now: Date): UserError[] {
  const problems = idProblems(['input', 'id'], id);
  if (metrics.length === 0)
    problems.push({ code: 'BLANK', field: METRICS, message: `metrics must have 1 to ${MAX_METRICS} items; got 0.` });
  if (metrics.length > MAX_METRICS)
    problems.push({
      code: 'TOO_LONG',
      field: METRICS,
      message: `metrics must have 1 to ${MAX_METRICS} items; got ${metrics.length}.`,
    });
  const latest = now.getTime() + MAX_CLOCK_SKEW_MS;
  return [
    ...problems,
    ...metrics.slice(0, MAX_METRICS).flatMap((metric, index) => metricProblems(metric, [...METRICS, String(index)], latest)),
  ];
}

const metricProblems = ({ name, loggedAt, ...figure }: LoggedMetricInput, field: string[], latest: number): UserError[] => [
  ...textProblems([...field, 'name'], name, { max: 100 }),
  ...metricValueProblems(field, figure),
  ...(loggedAt && loggedAt.getTime() > latest
    ? [
        {
          code: 'INVALID' as const,
          field: [...field, 'loggedAt'],
          message: `loggedAt must not be in the future; got ${loggedAt.toISOString()}.`,
        },
      ]
    : []),
];

/** Returns one value for each metric and step: the one with the latest time, or the last in the list of equal ones. */
export function latestValues(metrics: readonly LoggedMetricInput[], now: Date): LoggedValue[] {
  const latest = new Map<string, LoggedValue>();
  for (const { name, step, value, nonFinite, loggedAt } of metrics) {
    const logged = { name, step, value: value ?? null, non_finite: nonFinite ?? null, logged_at: (loggedAt ?? now).toISOString() };
    const key = JSON.stringify([step, name]);
    const before = latest.get(key);
    if (!before || before.logged_at <= logged.logged_at) latest.set(key, logged);
  }
  return [...latest.values()];
}

/** Throws BAD_USER_INPUT if the arguments are out of range. */
export function checkHistory({ maxPoints, fromStep, toStep }: HistoryArguments): void {
  if (maxPoints < MIN_POINTS || maxPoints > MAX_POINTS)
    throw badInput(`maxPoints must be between ${MIN_POINTS} and ${MAX_POINTS}; got ${maxPoints}.`);
  if (fromStep != null && toStep != null && fromStep > toStep)
    throw badInput(`fromStep must not be greater than toStep; got ${fromStep} and ${toStep}.`);
}

/** Throws BAD_USER_INPUT if the histories of all runs of a request can have too many points together. */
export function checkHistories(runCount: number, { maxPoints }: HistoryArguments): void {
  if (runCount * maxPoints > MAX_POINTS_OF_ALL_RUNS)
    throw badInput(
      `${maxPoints} points of each of ${runCount} runs exceed the limit of ${MAX_POINTS_OF_ALL_RUNS}. Request fewer runs or points.`,
    );
}
