import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { HistoryArguments } from './metric-history.rules.js';

/** The maximum number of finite points of a bucket. There is one more of each non-finite kind. */
const FINITE_POINTS_PER_BUCKET = 4;

/**
 * Returns the statement that samples one metric of many runs, ordered by run and step (M4 aggregation; Jugel et al., VLDB 2014). The
 * database divides the steps into buckets and chooses the points, so that at most `maxPoints` of each run are transferred.
 *
 * The lowest and the highest value of a bucket are found as arrays `[value, step]`, which compare element by element, so that the
 * first of equal values is chosen.
 */
export function historyStatement(rows: Sql, args: HistoryArguments, runIds: readonly string[]): Sql {
  const { name, maxPoints, fromStep, toStep } = args;
  const matches = (run: Sql) => sql`row.training_run_id = ${run} AND row.name = ${name}
    AND row.step BETWEEN ${fromStep ?? Number.MIN_SAFE_INTEGER}::bigint AND ${toStep ?? Number.MAX_SAFE_INTEGER}::bigint`;
  const ofRun = matches(sql`run.id`);
  return sql`
    WITH series AS (
      SELECT run.id, ends.first, ends.last, few.count <= ${maxPoints}::int AS "isWhole",
        ${maxPoints}::int / (${FINITE_POINTS_PER_BUCKET}::int + kinds.count) AS buckets
      FROM unnest(${[...runIds]}::uuid[]) AS run(id)
      CROSS JOIN LATERAL (SELECT min(row.step) AS first, max(row.step) AS last FROM ${rows} AS row WHERE ${ofRun}) AS ends
      CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT FROM ${rows} AS row WHERE ${ofRun} LIMIT ${maxPoints + 1}::int) AS row) AS few
      CROSS JOIN LATERAL (
        SELECT count(DISTINCT row.non_finite)::int FROM ${rows} AS row WHERE row.non_finite IS NOT NULL AND ${ofRun}
      ) AS kinds
    ), bucket AS (
      SELECT series.id, count(*) AS count, min(row.step) AS first, max(row.step) AS last,
        min(ARRAY[row.value, row.step]) FILTER (WHERE row.value IS NOT NULL) AS lowest,
        max(ARRAY[row.value, -row.step]) FILTER (WHERE row.value IS NOT NULL) AS highest,
        min(row.step) FILTER (WHERE row.non_finite = 'NAN') AS nan,
        min(row.step) FILTER (WHERE row.non_finite = 'POSITIVE_INFINITY') AS positive,
        min(row.step) FILTER (WHERE row.non_finite = 'NEGATIVE_INFINITY') AS negative
      FROM series JOIN ${rows} AS row ON ${matches(sql`series.id`)}
      GROUP BY series.id,
        CASE WHEN series."isWhole" THEN row.step ELSE (row.step - series.first) * series.buckets / (series.last - series.first + 1) END
    ), sampled AS (
      SELECT DISTINCT bucket.id, step
      FROM bucket CROSS JOIN LATERAL
        unnest(ARRAY[first, last, lowest[2]::bigint, -highest[2]::bigint, nan, positive, negative]) AS step
      WHERE step IS NOT NULL
    ), total AS (SELECT id, sum(count)::int AS count FROM bucket GROUP BY id)
    SELECT row.training_run_id AS "trainingRunId", row.step, row.value, row.non_finite AS "nonFinite", row.logged_at AS "loggedAt",
      total.count AS "pointCount"
    FROM sampled JOIN total USING (id)
    JOIN ${rows} AS row ON row.training_run_id = sampled.id AND row.name = ${name} AND row.step = sampled.step
    ORDER BY row.training_run_id, row.step`;
}
