import { badInput } from '../../shared/errors/coded-error.js';
import type { UserError } from '../../shared/errors/user-error.js';
import { metricValueProblems } from '../../shared/input/metric-value.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { LoggedMetricInput, NonFinite, TrainingRunLogMetricsInput, TrainingRunMetricHistoryArgs } from '../generated/graphql.js';

/** A figure at a step as the statement reads it from JSON: columns by their names. */
export interface Logged {
  name: string;
  step: number;
  value: number | null;
  non_finite: NonFinite | null;
  logged_at: string;
}

/** The question for a history, its default filled in. */
export type HistoryArguments = TrainingRunMetricHistoryArgs & { maxPoints: number };

const METRICS = ['input', 'metrics'];
const MAX_METRICS = 1000;
const MIN_POINTS = 10;
const MAX_POINTS = 1000;
/** Points of one name in one request, of all runs together: their JSON is about 5 MB. */
const MAX_POINTS_OF_ALL = 50_000;
/** By how much the trainer's clock may be ahead of ours. */
const CLOCKS_APART_MS = 60_000;

/** What is wrong with figures to log. */
export function logProblems({ id, metrics }: TrainingRunLogMetricsInput, now: Date): UserError[] {
  const problems = idProblems(['input', 'id'], id);
  if (metrics.length === 0) problems.push({ code: 'BLANK', field: METRICS, message: 'Give at least one figure.' });
  if (metrics.length > MAX_METRICS) problems.push({ code: 'TOO_LONG', field: METRICS, message: `Log ${MAX_METRICS} figures at a time.` });
  const latest = now.getTime() + CLOCKS_APART_MS;
  return [
    ...problems,
    ...metrics.slice(0, MAX_METRICS).flatMap((metric, index) => metricProblems(metric, [...METRICS, String(index)], latest)),
  ];
}

const metricProblems = ({ name, loggedAt, ...figure }: LoggedMetricInput, field: string[], latest: number): UserError[] => [
  ...textProblems([...field, 'name'], name, { max: 100 }),
  ...metricValueProblems(field, figure),
  ...(loggedAt && loggedAt.getTime() > latest
    ? [{ code: 'INVALID' as const, field: [...field, 'loggedAt'], message: 'This is in the future.' }]
    : []),
];

/** The one figure of each metric and step that holds: the one with the latest time, of equal ones the last in the list. */
export function holding(metrics: readonly LoggedMetricInput[], now: Date): Logged[] {
  const held = new Map<string, Logged>();
  for (const { name, step, value, nonFinite, loggedAt } of metrics) {
    const logged = { name, step, value: value ?? null, non_finite: nonFinite ?? null, logged_at: (loggedAt ?? now).toISOString() };
    const key = JSON.stringify([step, name]);
    const before = held.get(key);
    if (!before || before.logged_at <= logged.logged_at) held.set(key, logged);
  }
  return [...held.values()];
}

/** Throws BAD_USER_INPUT for a history that nobody is shown. */
export function checkHistory({ maxPoints, fromStep, toStep }: HistoryArguments): void {
  if (maxPoints < MIN_POINTS || maxPoints > MAX_POINTS) throw badInput(`"maxPoints" must be between ${MIN_POINTS} and ${MAX_POINTS}.`);
  if (fromStep != null && toStep != null && fromStep > toStep) throw badInput('"fromStep" must not be after "toStep".');
}

/** Throws BAD_USER_INPUT where the histories of all the runs together are more than one answer holds. */
export function checkHistories(runCount: number, { maxPoints }: HistoryArguments): void {
  if (runCount * maxPoints > MAX_POINTS_OF_ALL)
    throw badInput(`${maxPoints} points of each of ${runCount} runs are too many: ask for fewer runs or points.`);
}
