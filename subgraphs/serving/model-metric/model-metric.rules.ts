import { quote, type UserError } from '../../shared/errors/user-error.js';
import { metricValueProblems } from '../../shared/input/metric-value.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { ModelMetricInput, ModelMetricsRecordInput } from '../generated/graphql.js';

const MAX_METRICS = 100;

/** Validates the metrics of a version. */
export function recordProblems({ modelVersionId, metrics }: ModelMetricsRecordInput): UserError[] {
  const field = ['input', 'metrics'];
  const problems = idProblems(['input', 'modelVersionId'], modelVersionId);
  if (metrics.length === 0) problems.push({ code: 'BLANK', field, message: `metrics must have 1 to ${MAX_METRICS} items; got 0.` });
  if (metrics.length > MAX_METRICS)
    problems.push({ code: 'TOO_LONG', field, message: `metrics must have 1 to ${MAX_METRICS} items; got ${metrics.length}.` });
  return [
    ...problems,
    ...metrics.flatMap((metric, index) => metricProblems(metric, [...field, String(index)])),
    ...repeatProblems(metrics),
  ];
}

const metricProblems = ({ name, kind, ...figure }: ModelMetricInput, field: string[]): UserError[] => [
  ...textProblems([...field, 'name'], name, { max: 100 }),
  ...textProblems([...field, 'kind'], kind, { max: 100 }),
  ...metricValueProblems(field, figure),
];

/** Returns a problem for each metric whose name and dataset type occurred before. */
function repeatProblems(metrics: readonly ModelMetricInput[]): UserError[] {
  const keys = metrics.map(({ name, datasetType }) => `${datasetType} ${name}`);
  return metrics.flatMap(({ name, datasetType }, index) => {
    if (keys.indexOf(keys[index]!) === index) return [];
    return [
      {
        code: 'INVALID',
        field: ['input', 'metrics', String(index), 'name'],
        message: `The metric ${quote(name)} on ${datasetType} is given twice. Give each metric once per datasetType.`,
      },
    ];
  });
}
