import type { NonFinite } from '../generated/graphql.js';

/** Returns a number as the columns of a metric: a finite `value`, or the name of a non-finite number. */
export function toMetricValue(value: number): { value: number | null; nonFinite: NonFinite | null } {
  if (Number.isFinite(value)) return { value, nonFinite: null };
  if (Number.isNaN(value)) return { value: null, nonFinite: 'NAN' };
  return { value: null, nonFinite: value > 0 ? 'POSITIVE_INFINITY' : 'NEGATIVE_INFINITY' };
}
