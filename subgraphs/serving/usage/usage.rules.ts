import { badInput } from '../../shared/errors/coded-error.js';
import { parseTimeZone } from '../../shared/input/time-zone.js';
import type { UsageGranularity } from '../generated/graphql.js';

const MAX_BUCKETS = 750;
const HOUR_MS = 3_600_000;
const DEFAULT_DAYS = 30;

/** How long a bucket usually is, and the hours that it may be shorter by. */
const LENGTHS: Readonly<Record<UsageGranularity, { hours: number; less: number }>> = {
  HOUR: { hours: 1, less: 0 },
  DAY: { hours: 24, less: 1 },
  WEEK: { hours: 7 * 24, less: 1 },
  MONTH: { hours: 30 * 24, less: 2 * 24 + 1 },
};

/** What time usage is counted over, as it was asked for. */
export interface UsageArguments {
  from?: Date | null;
  to?: Date | null;
  granularity: UsageGranularity;
  timeZone: string;
}

/** The time to count over, and into what buckets. */
export interface UsageWindow {
  from: Date;
  to: Date;
  granularity: UsageGranularity;
  timeZone: string;
  /** No fewer than there are buckets. */
  maxBuckets: number;
}

/** The time that the arguments ask for; one that ends before it begins or has too many buckets is BAD_USER_INPUT. */
export function usageWindow({ from, to, granularity, timeZone }: UsageArguments, now: Date): UsageWindow {
  const end = to ?? now;
  const start = from ?? new Date(end.getTime() - DEFAULT_DAYS * 24 * HOUR_MS);
  const hours = (end.getTime() - start.getTime()) / HOUR_MS;
  if (hours <= 0) throw badInput('"from" must be before "to".');
  const length = LENGTHS[granularity];
  const maxBuckets = Math.ceil(hours / (length.hours - length.less)) + 1;
  if (hours / length.hours > MAX_BUCKETS)
    throw badInput(`This would be more than ${MAX_BUCKETS} buckets; ask for less time or longer buckets.`);
  return { from: start, to: end, granularity, timeZone: parseTimeZone(timeZone), maxBuckets };
}

/** The share of ended predictions that failed; null where none ended. */
export const errorRate = ({ succeededCount, failedCount }: { succeededCount: number; failedCount: number }): number | null =>
  succeededCount + failedCount === 0 ? null : failedCount / (succeededCount + failedCount);
