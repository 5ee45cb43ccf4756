import type { UserError } from '../errors/user-error.js';

/**
 * The largest value of a metric. Near the largest double, Prisma rounds up what it writes, to more than PostgreSQL accepts.
 * A literal such as 1e999 exceeds the limit as well: it is parsed as Infinity.
 */
const MAX_VALUE = 1.797e308;

/** The value of a metric in a client's input: a finite number, or the name of a non-finite one. */
interface MetricValue {
  value?: number | null;
  nonFinite?: string | null;
}

/** Returns the problems of the value of a metric. `field` is the path to the metric. */
export function metricValueProblems(field: string[], { value, nonFinite }: MetricValue): UserError[] {
  const problems: UserError[] = [];
  if (value != null && Math.abs(value) > MAX_VALUE)
    problems.push({
      code: 'INVALID',
      field: [...field, 'value'],
      message: `value must be between -${MAX_VALUE} and ${MAX_VALUE}; got ${value}. Use nonFinite for infinity.`,
    });
  if ((value == null) === (nonFinite == null))
    problems.push({ code: 'INVALID', field, message: 'Give either value or nonFinite, not both.' });
  return problems;
}
