import { raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { column } from '../../shared/tenancy/table.js';
import type { UsageGranularity } from '../generated/graphql.js';
import type { UsageWindow } from './usage.rules.js';

/** One series asked for: the predictions whose `field` is `id`, told apart by `group` where one is named. */
export interface UsageQuestion {
  field: 'orgId' | 'userId' | 'modelVersionId' | 'deploymentId';
  group: 'userId' | 'modelVersionId' | 'deploymentId' | null;
  window: UsageWindow;
}

/** The figures of one bucket of one series; bucket 0 is all the time at once. */
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
 * The figures of many series in one statement. Bounds of buckets are moments, so that an index finds their rows, and each
 * row's bucket is found by bisection: what is read is the window's rows once, however many buckets there are.
 */
export function usageStatement(rows: Sql, { field, group, window }: UsageQuestion, ids: readonly string[]): Sql {
  const [from, to] = [sql`${window.from.toISOString()}::timestamptz`, sql`${window.to.toISOString()}::timestamptz`];
  const groupId = group === null ? sql`NULL::uuid` : column(group);
  return sql`
    WITH bucket AS (
      SELECT row_number() OVER (ORDER BY begins)::int AS bucket, greatest(begins, ${from}) AS begins, least(ends, ${to}) AS ends
      FROM (${boundsOf(window, from)}) AS bounds WHERE begins < ${to} AND ends > ${from}
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
      ${group === null ? sql`UNION SELECT id, NULL::uuid FROM unnest(${[...ids]}::uuid[]) AS asked(id)` : sql``}
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
 * Where buckets begin and end. Hours follow each other as moments, also through an hour that the clock shows twice; longer
 * ones begin at a midnight of the time zone, however many hours lie between.
 */
function boundsOf({ granularity, timeZone, maxBuckets }: UsageWindow, from: Sql): Sql {
  const unit = UNITS[granularity];
  const [zone, name, step] = [sql`${timeZone}::text`, raw(`'${unit}'`), raw(`interval '1 ${unit}'`)];
  const begin = (index: Sql): Sql =>
    granularity === 'HOUR'
      ? sql`date_trunc(${name}, ${from}, ${zone}) + ${index} * ${step}`
      : sql`(date_trunc(${name}, ${from} AT TIME ZONE ${zone}) + ${index} * ${step}) AT TIME ZONE ${zone}`;
  return sql`
    SELECT ${begin(sql`index`)} AS begins, ${begin(sql`(index + 1)`)} AS ends
    FROM generate_series(0, ${maxBuckets}::int) AS index`;
}
