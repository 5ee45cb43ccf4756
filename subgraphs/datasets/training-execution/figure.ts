import type { NonFinite } from '../generated/graphql.js';

/** A figure as a row holds it: a finite value, or which non-finite one it is. */
export function toFigure(value: number): { value: number | null; nonFinite: NonFinite | null } {
  if (Number.isFinite(value)) return { value, nonFinite: null };
  if (Number.isNaN(value)) return { value: null, nonFinite: 'NAN' };
  return { value: null, nonFinite: value > 0 ? 'POSITIVE_INFINITY' : 'NEGATIVE_INFINITY' };
}
