import { quote, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { metricValueProblems } from '../../shared/input/metric-value.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { DatasetColumn, MetricValueInput, TrainingRunFinishInput, TrainingRunStartInput } from '../generated/graphql.js';

/** The maximum length of the name of a target or feature, in characters. */
const MAX_COLUMN_LENGTH = 200;

const invalid = (field: string[], message: string): UserError => ({ code: 'INVALID', field: ['input', ...field], message });

/** Returns the problems of the input of `trainingRunStart` that do not depend on the dataset. */
export function startProblems(input: TrainingRunStartInput, now: Date): UserError[] {
  const problems = [
    ...idProblems(['input', 'datasetId'], input.datasetId),
    ...idProblems(['input', 'sourceExecutionId'], input.sourceExecutionId),
    ...textProblems(['input', 'target'], input.target, { max: MAX_COLUMN_LENGTH }),
    ...input.features.flatMap((name, index) => textProblems(['input', 'features', String(index)], name, { max: MAX_COLUMN_LENGTH })),
    ...textProblems(['input', 'algorithm'], input.algorithm, { max: 200 }),
    ...objectProblems(['input', 'hyperparameters'], input.hyperparameters),
    ...idempotencyKeyProblems(input.idempotencyKey),
  ];
  if (input.startedAt && input.startedAt > now)
    problems.push(invalid(['startedAt'], `startedAt must not be in the future; got ${input.startedAt.toISOString()}.`));
  if (input.features.length === 0) problems.push({ code: 'BLANK', field: ['input', 'features'], message: 'Give at least one feature.' });
  if (input.features.includes(input.target)) problems.push(invalid(['features'], 'The target must not be one of the features.'));
  if (new Set(input.features).size < input.features.length)
    problems.push(invalid(['features'], 'A feature is given twice. Give each feature once.'));
  return problems;
}

/** Returns a problem for the target and each feature that is not a column of the dataset. */
export function columnProblems({ target, features }: TrainingRunStartInput, columns: readonly DatasetColumn[]): UserError[] {
  const names = new Set(columns.map((column) => column.name));
  const unknown = (field: string[], name: string) => invalid(field, `The dataset has no column ${quote(name)}.`);
  return [
    ...(names.has(target) ? [] : [unknown(['target'], target)]),
    ...features.flatMap((name, index) => (names.has(name) ? [] : [unknown(['features', String(index)], name)])),
  ];
}

/** Returns the problems of the input of `trainingRunFinish`. */
export function finishProblems(input: TrainingRunFinishInput): UserError[] {
  const problems = [...idProblems(['input', 'id'], input.id), ...textProblems(['input', 'error'], input.error, { max: 10_000 })];
  if (input.outcome === 'FAILED' && input.error == null)
    problems.push({
      code: 'BLANK',
      field: ['input', 'error'],
      message: 'error is required with the outcome FAILED. Give the reason why the run failed.',
    });
  if (input.outcome !== 'FAILED' && input.error != null)
    problems.push(invalid(['error'], `error is only allowed with the outcome FAILED; got ${input.outcome}. Leave it out.`));
  if (input.durationMs != null && input.durationMs < 0)
    problems.push(invalid(['durationMs'], `durationMs must not be negative; got ${input.durationMs}.`));
  return [...problems, ...metricProblems(input.metrics ?? [])];
}

function metricProblems(metrics: readonly MetricValueInput[]): UserError[] {
  const names = metrics.map((metric) => metric.name);
  return metrics.flatMap(({ name, ...figure }, index) => {
    const field = ['input', 'metrics', String(index)];
    const problems = textProblems([...field, 'name'], name, { max: 100 });
    if (names.indexOf(name) < index)
      problems.push({
        code: 'INVALID',
        field: [...field, 'name'],
        message: `The metric ${quote(name)} is given twice. Give each metric once.`,
      });
    return [...problems, ...metricValueProblems(field, figure)];
  });
}
