import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { HistoryArguments } from './metric-history.rules.js';

/** Of each part at most four finite figures are shown, and one of each kind that is not finite. */
const FINITE_OF_EACH_PART = 4;

/**
 * The points to show of one metric of many runs, by run and step. The database divides and chooses: a million figures
 * are read where they are, and no more than `maxPoints` of each run leave it.
 *
 * A part's lowest and highest figures are found as arrays `[value, step]`, which are compared from left to right: of
 * equal figures the first.
 */
export function historyStatement(rows: Sql, args: HistoryArguments, runIds: readonly string[]): Sql {
  const { name, maxPoints, fromStep, toStep } = args;
  const asked = (run: Sql) => sql`row.training_run_id = ${run} AND row.name = ${name}
    AND row.step BETWEEN ${fromStep ?? Number.MIN_SAFE_INTEGER}::bigint AND ${toStep ?? Number.MAX_SAFE_INTEGER}::bigint`;
  const ofRun = asked(sql`run.id`);
  return sql`
    WITH series AS (
      SELECT run.id, ends.first, ends.last, few.count <= ${maxPoints}::int AS "isWhole",
        ${maxPoints}::int / (${FINITE_OF_EACH_PART}::int + kinds.count) AS parts
      FROM unnest(${[...runIds]}::uuid[]) AS run(id)
      CROSS JOIN LATERAL (SELECT min(row.step) AS first, max(row.step) AS last FROM ${rows} AS row WHERE ${ofRun}) AS ends
      CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT FROM ${rows} AS row WHERE ${ofRun} LIMIT ${maxPoints + 1}::int) AS row) AS few
      CROSS JOIN LATERAL (
        SELECT count(DISTINCT row.non_finite)::int FROM ${rows} AS row WHERE row.non_finite IS NOT NULL AND ${ofRun}
      ) AS kinds
    ), part AS (
      SELECT series.id, count(*) AS count, min(row.step) AS first, max(row.step) AS last,
        min(ARRAY[row.value, row.step]) FILTER (WHERE row.value IS NOT NULL) AS lowest,
        max(ARRAY[row.value, -row.step]) FILTER (WHERE row.value IS NOT NULL) AS highest,
        min(row.step) FILTER (WHERE row.non_finite = 'NAN') AS nan,
        min(row.step) FILTER (WHERE row.non_finite = 'POSITIVE_INFINITY') AS positive,
        min(row.step) FILTER (WHERE row.non_finite = 'NEGATIVE_INFINITY') AS negative
      FROM series JOIN ${rows} AS row ON ${asked(sql`series.id`)}
      GROUP BY series.id,
        CASE WHEN series."isWhole" THEN row.step ELSE (row.step - series.first) * series.parts / (series.last - series.first + 1) END
    ), shown AS (
      SELECT DISTINCT part.id, step
      FROM part CROSS JOIN LATERAL
        unnest(ARRAY[first, last, lowest[2]::bigint, -highest[2]::bigint, nan, positive, negative]) AS step
      WHERE step IS NOT NULL
    ), total AS (SELECT id, sum(count)::int AS count FROM part GROUP BY id)
    SELECT row.training_run_id AS "trainingRunId", row.step, row.value, row.non_finite AS "nonFinite", row.logged_at AS "loggedAt",
      total.count AS "pointCount"
    FROM shown JOIN total USING (id)
    JOIN ${rows} AS row ON row.training_run_id = shown.id AND row.name = ${name} AND row.step = shown.step
    ORDER BY row.training_run_id, row.step`;
}
