import { badInput } from '../../shared/errors/coded-error.js';
import type { DriftMethod, DriftStatus } from '../generated/graphql.js';
import { joined, nothing, ofNumbers, ofValues, presentCount, type Distribution, type Histogram } from './distribution.js';

/** What the profile of a dataset says of a column, as far as drift needs it. */
export interface ColumnBaseline {
  name: string;
  nullCount: number;
  numeric: { histogram: Histogram } | null;
  topValues: readonly { value: string; count: number }[];
}

/** How far one feature has moved. */
export interface FeatureComparison {
  name: string;
  score: number | null;
  status: DriftStatus;
  baseline: Distribution | null;
  current: Distribution | null;
}

const MIN_SAMPLES = 100;
const SMALLEST_SHARE = 0.0001;
/** The share of the training data that a bin holds at least where PSI compares. */
const BIN_SHARE = 0.1;
const THRESHOLDS: Readonly<Record<DriftMethod, { warning: number; drifted: number }>> = {
  PSI: { warning: 0.1, drifted: 0.25 },
  KS: { warning: 0.1, drifted: 0.2 },
};

/** The counts that make one distribution, in an order that is the same for both of a comparison. */
const cells = ({ below, counts, above, other, missing }: Distribution): number[] => [below, ...counts, above, other, missing];

/** The population stability index of two lists of counts of the same bins, neither of them all zero: 0 for equal shares, the same both ways. */
export function psi(baseline: readonly number[], current: readonly number[]): number {
  const shares = (counts: readonly number[]) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => Math.max(count / total, SMALLEST_SHARE));
  };
  const [p, q] = [shares(baseline), shares(current)];
  return p.reduce((sum, share, bin) => sum + (share - q[bin]!) * Math.log(share / q[bin]!), 0);
}

/** The largest distance between the cumulative shares of two lists of counts of the same bins, in order: from 0 to 1, the same both ways. */
export function ks(baseline: readonly number[], current: readonly number[]): number {
  const [m, n] = [baseline, current].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [number, number];
  let [base, now, distance] = [0, 0, 0];
  for (const [bin, count] of baseline.entries()) {
    base += count;
    now += current[bin]!;
    distance = Math.max(distance, Math.abs(base / m - now / n));
  }
  return distance;
}

export function statusOf(method: DriftMethod, score: number): DriftStatus {
  const { warning, drifted } = THRESHOLDS[method];
  return score >= drifted ? 'DRIFTED' : score >= warning ? 'WARNING' : 'OK';
}

/** Compares what a feature was in training (of `rowCount` rows) with the values that it has now; missing ones are null or undefined. */
export function compare(
  name: string,
  column: ColumnBaseline | undefined,
  rowCount: number,
  values: readonly unknown[],
  method: DriftMethod,
): FeatureComparison {
  const baseline = column && baselineOf(column, rowCount, method);
  if (!baseline || presentCount(baseline) + baseline.missing === 0)
    return { name, score: null, status: 'NOT_COMPARABLE', baseline: null, current: null };
  const current = baseline.edges ? ofNumbers(baseline.edges, values) : ofValues(baseline.values!, values);
  const size = method === 'KS' ? presentCount(current) : values.length;
  if (size < MIN_SAMPLES) return { name, score: null, status: 'INSUFFICIENT_DATA', baseline, current };
  const score = method === 'PSI' ? psi(cells(baseline), cells(current)) : ks(inOrder(baseline), inOrder(current));
  return { name, score, status: statusOf(method, score), baseline, current };
}

/** The cells of numbers, from the smallest to the largest. */
const inOrder = ({ below, counts, above }: Distribution): number[] => [below, ...counts, above];

function baselineOf({ numeric, nullCount, topValues }: ColumnBaseline, rowCount: number, method: DriftMethod): Distribution | null {
  if (numeric) {
    const { edges, counts } = method === 'PSI' ? joined(numeric.histogram, BIN_SHARE) : numeric.histogram;
    return { ...nothing, edges: [...edges], counts: [...counts], missing: nullCount };
  }
  if (method === 'KS') return null;
  const counts = topValues.map(({ count }) => count);
  const other = rowCount - nullCount - counts.reduce((sum, count) => sum + count, 0);
  return { ...nothing, values: topValues.map(({ value }) => value), counts, other, missing: nullCount };
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
const MAX_DAYS = 366;

/** The time to look at; one that ends before it begins, or is longer than a year, is BAD_USER_INPUT. */
export function driftWindow({ from, to }: { from?: Date | null; to?: Date | null }, now: Date): { from: Date; to: Date } {
  const end = to ?? now;
  const start = from ?? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS);
  if (start >= end) throw badInput('"from" must be before "to".');
  if (end.getTime() - start.getTime() > MAX_DAYS * DAY_MS) throw badInput(`Drift looks at no more than ${MAX_DAYS} days.`);
  return { from: start, to: end };
}
