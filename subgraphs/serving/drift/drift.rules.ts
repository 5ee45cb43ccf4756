import { badInput } from '../../shared/errors/coded-error.js';
import type { DriftMethod, DriftStatus } from '../generated/graphql.js';
import {
  mergeBins,
  EMPTY_DISTRIBUTION,
  numericDistribution,
  categoricalDistribution,
  presentCount,
  type Distribution,
  type Histogram,
} from './distribution.js';

/** The part of a column's profile from which its baseline distribution is built. */
export interface ColumnBaseline {
  name: string;
  nullCount: number;
  numeric: { histogram: Histogram } | null;
  topValues: readonly { value: string; count: number }[];
}

/** The drift of one feature. */
export interface FeatureComparison {
  name: string;
  score: number | null;
  status: DriftStatus;
  baseline: Distribution | null;
  current: Distribution | null;
}

const MIN_SAMPLES = 100;
/** Replaces smaller fractions for PSI, because the logarithm of 0 is not finite. */
const MIN_FRACTION = 0.0001;
/** The minimum fraction of the training data in each bin for PSI. */
const MIN_BIN_FRACTION = 0.1;
const THRESHOLDS: Readonly<Record<DriftMethod, { warning: number; drifted: number }>> = {
  PSI: { warning: 0.1, drifted: 0.25 },
  KS: { warning: 0.1, drifted: 0.2 },
};

/** Returns all counts of a distribution in a fixed order, so that two distributions can be compared bin by bin. */
const binCounts = ({ below, counts, above, other, missing }: Distribution): number[] => [below, ...counts, above, other, missing];

/**
 * Computes the population stability index of the counts in the same bins. Neither list may be all zero. The index is symmetric, and 0 for
 * equal fractions.
 */
export function psi(baseline: readonly number[], current: readonly number[]): number {
  const fractions = (counts: readonly number[]) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => Math.max(count / total, MIN_FRACTION));
  };
  const [p, q] = [fractions(baseline), fractions(current)];
  return p.reduce((sum, fraction, bin) => sum + (fraction - q[bin]!) * Math.log(fraction / q[bin]!), 0);
}

/**
 * Computes the two-sample Kolmogorov-Smirnov statistic from the counts in the same ascending bins: the largest distance between the
 * cumulative fractions, from 0 to 1. It is symmetric.
 */
export function ks(baseline: readonly number[], current: readonly number[]): number {
  const [m, n] = [baseline, current].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [number, number];
  let [baselineSum, currentSum, distance] = [0, 0, 0];
  for (const [bin, count] of baseline.entries()) {
    baselineSum += count;
    currentSum += current[bin]!;
    distance = Math.max(distance, Math.abs(baselineSum / m - currentSum / n));
  }
  return distance;
}

export function driftStatus(method: DriftMethod, score: number): DriftStatus {
  const { warning, drifted } = THRESHOLDS[method];
  return score >= drifted ? 'DRIFTED' : score >= warning ? 'WARNING' : 'OK';
}

/** Compares the profile of a feature in training data of `rowCount` rows with its current values. Missing values are null or undefined. */
export function compareFeature(
  name: string,
  column: ColumnBaseline | undefined,
  rowCount: number,
  values: readonly unknown[],
  method: DriftMethod,
): FeatureComparison {
  const baseline = column && baselineOf(column, rowCount, method);
  if (!baseline || presentCount(baseline) + baseline.missing === 0)
    return { name, score: null, status: 'NOT_COMPARABLE', baseline: null, current: null };
  const current = baseline.edges ? numericDistribution(baseline.edges, values) : categoricalDistribution(baseline.values!, values);
  const size = method === 'KS' ? presentCount(current) : values.length;
  if (size < MIN_SAMPLES) return { name, score: null, status: 'INSUFFICIENT_DATA', baseline, current };
  const score = method === 'PSI' ? psi(binCounts(baseline), binCounts(current)) : ks(orderedCounts(baseline), orderedCounts(current));
  return { name, score, status: driftStatus(method, score), baseline, current };
}

/** Returns the counts of numbers in ascending order of value. */
const orderedCounts = ({ below, counts, above }: Distribution): number[] => [below, ...counts, above];

function baselineOf({ numeric, nullCount, topValues }: ColumnBaseline, rowCount: number, method: DriftMethod): Distribution | null {
  if (numeric) {
    const { edges, counts } = method === 'PSI' ? mergeBins(numeric.histogram, MIN_BIN_FRACTION) : numeric.histogram;
    return { ...EMPTY_DISTRIBUTION, edges: [...edges], counts: [...counts], missing: nullCount };
  }
  if (method === 'KS') return null;
  const counts = topValues.map(({ count }) => count);
  const other = rowCount - nullCount - counts.reduce((sum, count) => sum + count, 0);
  return { ...EMPTY_DISTRIBUTION, values: topValues.map(({ value }) => value), counts, other, missing: nullCount };
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
const MAX_DAYS = 366;

/** Parses the window. Throws BAD_USER_INPUT if it ends before it begins, or if it is longer than 366 days. */
export function driftWindow({ from, to }: { from?: Date | null; to?: Date | null }, now: Date): { from: Date; to: Date } {
  const end = to ?? now;
  const start = from ?? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS);
  if (start >= end) throw badInput(`from must be before to; got ${start.toISOString()} and ${end.toISOString()}.`);
  const days = (end.getTime() - start.getTime()) / DAY_MS;
  if (days > MAX_DAYS) throw badInput(`The time between from and to must be at most ${MAX_DAYS} days; got ${Math.ceil(days)}.`);
  return { from: start, to: end };
}
