import { raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { column } from '../../shared/tenancy/table.js';
import type { UsageGranularity } from '../generated/graphql.js';
import type { UsageWindow } from './usage.rules.js';

/** Selects the predictions to count by `field`. With `group` each distinct value of that column gets a series of its own. */
export interface SeriesQuery {
  field: 'orgId' | 'userId' | 'modelVersionId' | 'deploymentId';
  group: 'userId' | 'modelVersionId' | 'deploymentId' | null;
  window: UsageWindow;
}

/** The counts and latencies of one bucket of one series. Bucket 0 is the whole window. */
export interface UsageRow {
  id: string;
  groupId: string | null;
  bucket: number;
  startsAt: Date;
  endsAt: Date;
  count: number;
  pendingCount: number;
  succeededCount: number;
  failedCount: number;
  p50LatencyMs: number | null;
  p95LatencyMs: number | null;
}

/**
 * Builds the statement that reads all series of a query. The bounds of buckets are timestamps, so that an index finds the rows of the
 * window. `width_bucket` then finds the bucket of each row by binary search, so each row is read once for any number of buckets.
 */
export function usageStatement(rows: Sql, { field, group, window }: SeriesQuery, ids: readonly string[]): Sql {
  const [from, to] = [sql`${window.from.toISOString()}::timestamptz`, sql`${window.to.toISOString()}::timestamptz`];
  const groupId = group === null ? sql`NULL::uuid` : column(group);
  return sql`
    WITH bucket AS (
      SELECT row_number() OVER (ORDER BY begins)::int AS bucket, greatest(begins, ${from}) AS begins, least(ends, ${to}) AS ends
      FROM (${bucketBounds(window, from)}) AS bounds WHERE begins < ${to} AND ends > ${from}
      UNION ALL SELECT 0, ${from}, ${to}
    ), counted AS (
      SELECT ${column(field)} AS id, ${groupId} AS group_id, row.status, row.latency_ms,
        width_bucket(row.created_at, (SELECT array_agg(begins ORDER BY bucket) FROM bucket WHERE bucket > 0)) AS bucket
      FROM ${rows} AS row
      WHERE ${column(field)} = ANY(${[...ids]}::uuid[]) AND row.created_at >= ${from} AND row.created_at < ${to}
    ), figures AS (
      SELECT id, group_id, coalesce(bucket, 0) AS bucket, count(*)::int AS count,
        (count(*) FILTER (WHERE status = 'PENDING'))::int AS pending,
        (count(*) FILTER (WHERE status = 'SUCCEEDED'))::int AS succeeded, (count(*) FILTER (WHERE status = 'FAILED'))::int AS failed,
        percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY latency_ms) AS latencies
      FROM counted GROUP BY GROUPING SETS ((id, group_id, bucket), (id, group_id))
    ), series AS (
      SELECT id, group_id FROM figures WHERE bucket = 0
      ${group === null ? sql`UNION SELECT id, NULL::uuid FROM unnest(${[...ids]}::uuid[]) AS requested(id)` : sql``}
    )
    SELECT series.id, series.group_id AS "groupId", bucket.bucket, bucket.begins AS "startsAt", bucket.ends AS "endsAt",
      coalesce(figures.count, 0) AS count, coalesce(figures.pending, 0) AS "pendingCount", coalesce(figures.succeeded, 0) AS "succeededCount", coalesce(figures.failed, 0) AS "failedCount",
      latencies[1] AS "p50LatencyMs", latencies[2] AS "p95LatencyMs"
    FROM series CROSS JOIN bucket
    LEFT JOIN figures ON figures.id = series.id AND figures.group_id IS NOT DISTINCT FROM series.group_id AND figures.bucket = bucket.bucket
    ORDER BY series.id, series.group_id, bucket.bucket`;
}

const UNITS: Readonly<Record<UsageGranularity, string>> = { HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month' };

/**
 * Builds the query of the bounds of all buckets. Hours are consecutive intervals of 60 minutes, even when the clock repeats an hour.
 * Days, weeks and months begin at midnight in the time zone, so a day has 23 to 25 hours.
 */
function bucketBounds({ granularity, timeZone, maxBuckets }: UsageWindow, from: Sql): Sql {
  const unit = UNITS[granularity];
  const [zone, name, step] = [sql`${timeZone}::text`, raw(`'${unit}'`), raw(`interval '1 ${unit}'`)];
  const beginOf = (index: Sql): Sql =>
    granularity === 'HOUR'
      ? sql`date_trunc(${name}, ${from}, ${zone}) + ${index} * ${step}`
      : sql`(date_trunc(${name}, ${from} AT TIME ZONE ${zone}) + ${index} * ${step}) AT TIME ZONE ${zone}`;
  return sql`
    SELECT ${beginOf(sql`index`)} AS begins, ${beginOf(sql`(index + 1)`)} AS ends
    FROM generate_series(0, ${maxBuckets}::int) AS index`;
}
