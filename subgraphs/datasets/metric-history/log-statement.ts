import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { LoggedValue } from './metric-history.rules.js';

/**
 * Returns the statement that logs values, each metric and step once. It returns the run's id, or no row if the run is not RUNNING.
 * Updating the run locks it against ending meanwhile and notifies subscribers. Everything is one statement, so that the latest
 * values and the history always agree.
 */
export const logStatement = (rows: Sql, runId: string, values: readonly LoggedValue[]): Sql => sql`
  WITH run AS (
    UPDATE training_runs AS run SET updated_at = now()
    FROM ${rows} AS row
    WHERE row.id = ${runId}::uuid AND run.org_id = row.org_id AND run.id = row.id AND run.status = 'RUNNING' AND NOT run.is_executed
    RETURNING run.org_id, run.id
  ), logged AS (
    SELECT run.org_id, run.id AS training_run_id, name, step, value, non_finite, logged_at
    FROM run CROSS JOIN jsonb_to_recordset(${JSON.stringify(values)}::jsonb)
      AS logged(name text, step bigint, value float8, non_finite "NonFinite", logged_at timestamptz)
  ), points AS (
    INSERT INTO training_metric_points AS old (org_id, training_run_id, name, step, value, non_finite, logged_at)
    SELECT * FROM logged
    ON CONFLICT (org_id, training_run_id, name, step) DO UPDATE
    SET value = EXCLUDED.value, non_finite = EXCLUDED.non_finite, logged_at = EXCLUDED.logged_at
    WHERE EXCLUDED.logged_at >= old.logged_at
  ), latest AS (
    INSERT INTO training_metrics AS old (org_id, training_run_id, name, step, value, non_finite, logged_at)
    SELECT DISTINCT ON (name) * FROM logged ORDER BY name, step DESC
    ON CONFLICT (org_id, training_run_id, name) DO UPDATE
    SET step = EXCLUDED.step, value = EXCLUDED.value, non_finite = EXCLUDED.non_finite, logged_at = EXCLUDED.logged_at
    WHERE (EXCLUDED.step, EXCLUDED.logged_at) >= (old.step, old.logged_at)
  )
  SELECT id FROM run`;
