import { badInput } from '../../shared/errors/coded-error.js';
import { parseTimeZone } from '../../shared/input/time-zone.js';
import type { UsageGranularity } from '../generated/graphql.js';

const MAX_BUCKETS = 750;
const HOUR_MS = 3_600_000;
const DEFAULT_DAYS = 30;

/** The usual length of a bucket in hours, and the number of hours by which a bucket can be shorter. */
const BUCKET_LENGTHS: Readonly<Record<UsageGranularity, { hours: number; shorterBy: number }>> = {
  HOUR: { hours: 1, shorterBy: 0 },
  DAY: { hours: 24, shorterBy: 1 },
  WEEK: { hours: 7 * 24, shorterBy: 1 },
  MONTH: { hours: 30 * 24, shorterBy: 2 * 24 + 1 },
};

/** The arguments of `usage` that select the window. */
export interface UsageArguments {
  from?: Date | null;
  to?: Date | null;
  granularity: UsageGranularity;
  timeZone: string;
}

/** The window to count over, divided into buckets. */
export interface UsageWindow {
  from: Date;
  to: Date;
  granularity: UsageGranularity;
  timeZone: string;
  /** An upper bound of the number of buckets. */
  maxBuckets: number;
}

/** Parses the window. Throws BAD_USER_INPUT if it ends before it begins, or if it has more than 750 buckets. */
export function usageWindow({ from, to, granularity, timeZone }: UsageArguments, now: Date): UsageWindow {
  const end = to ?? now;
  const start = from ?? new Date(end.getTime() - DEFAULT_DAYS * 24 * HOUR_MS);
  const hours = (end.getTime() - start.getTime()) / HOUR_MS;
  if (hours <= 0) throw badInput(`from must be before to; got ${start.toISOString()} and ${end.toISOString()}.`);
  const length = BUCKET_LENGTHS[granularity];
  const maxBuckets = Math.ceil(hours / (length.hours - length.shorterBy)) + 1;
  if (hours / length.hours > MAX_BUCKETS)
    throw badInput(
      `The time between from and to has ${Math.ceil(hours / length.hours)} buckets; the limit is ${MAX_BUCKETS}. Choose a shorter time or a coarser granularity.`,
    );
  return { from: start, to: end, granularity, timeZone: parseTimeZone(timeZone), maxBuckets };
}

/** Returns the fraction of complete predictions that failed, from 0 to 1; null if none is complete. */
export const errorRate = ({ succeededCount, failedCount }: { succeededCount: number; failedCount: number }): number | null =>
  succeededCount + failedCount === 0 ? null : failedCount / (succeededCount + failedCount);
