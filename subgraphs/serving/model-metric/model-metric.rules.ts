import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { ModelMetricInput, ModelMetricsRecordInput } from '../generated/graphql.js';

const MAX_METRICS = 100;

/**
 * Near the largest double Prisma rounds up what it writes, beyond what PostgreSQL takes. A literal such as 1e999 is
 * refused here too: it reaches us as Infinity.
 */
const LARGEST_FIGURE = 1.797e308;

/** What is wrong with figures of a version. */
export function recordProblems({ modelVersionId, metrics }: ModelMetricsRecordInput): UserError[] {
  const field = ['input', 'metrics'];
  const problems = idProblems(['input', 'modelVersionId'], modelVersionId);
  if (metrics.length === 0) problems.push({ code: 'BLANK', field, message: 'Give at least one metric.' });
  if (metrics.length > MAX_METRICS) problems.push({ code: 'TOO_LONG', field, message: `These are more than ${MAX_METRICS} metrics.` });
  return [
    ...problems,
    ...metrics.flatMap((metric, index) => metricProblems(metric, [...field, String(index)])),
    ...repeatProblems(metrics),
  ];
}

function metricProblems({ name, kind, value, nonFinite }: ModelMetricInput, field: string[]): UserError[] {
  const problems = [...textProblems([...field, 'name'], name, { max: 100 }), ...textProblems([...field, 'kind'], kind, { max: 100 })];
  if (value != null && Math.abs(value) > LARGEST_FIGURE)
    problems.push({ code: 'INVALID', field: [...field, 'value'], message: 'This is too large; call it infinite.' });
  if ((value == null) === (nonFinite == null))
    problems.push({ code: 'INVALID', field, message: 'Give either a value or a non-finite figure.' });
  return problems;
}

/** Each name that came before for the same rows. */
function repeatProblems(metrics: readonly ModelMetricInput[]): UserError[] {
  const keys = metrics.map(({ name, datasetType }) => `${datasetType} ${name}`);
  return metrics.flatMap(({ name, datasetType }, index) => {
    if (keys.indexOf(keys[index]!) === index) return [];
    return [
      {
        code: 'INVALID',
        field: ['input', 'metrics', String(index), 'name'],
        message: `The metric "${name}" on ${datasetType} is given twice.`,
      },
    ];
  });
}
