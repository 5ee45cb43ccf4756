import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { Logged } from './metric-history.rules.js';

/**
 * Logs figures, each metric and step once, and answers the run's id; nothing where it does not run. Changing the run is
 * what keeps it from ending meanwhile, and tells those who follow it. In one statement, so that what was logged last
 * and the history never disagree.
 */
export const logStatement = (rows: Sql, runId: string, figures: readonly Logged[]): Sql => sql`
  WITH run AS (
    UPDATE training_runs AS run SET updated_at = now()
    FROM ${rows} AS row
    WHERE row.id = ${runId}::uuid AND run.org_id = row.org_id AND run.id = row.id AND run.status = 'RUNNING' AND NOT run.is_executed
    RETURNING run.org_id, run.id
  ), figure AS (
    SELECT run.org_id, run.id AS training_run_id, name, step, value, non_finite, logged_at
    FROM run CROSS JOIN jsonb_to_recordset(${JSON.stringify(figures)}::jsonb)
      AS figure(name text, step bigint, value float8, non_finite "NonFinite", logged_at timestamptz)
  ), points AS (
    INSERT INTO training_metric_points AS old (org_id, training_run_id, name, step, value, non_finite, logged_at)
    SELECT * FROM figure
    ON CONFLICT (org_id, training_run_id, name, step) DO UPDATE
    SET value = EXCLUDED.value, non_finite = EXCLUDED.non_finite, logged_at = EXCLUDED.logged_at
    WHERE EXCLUDED.logged_at >= old.logged_at
  ), latest AS (
    INSERT INTO training_metrics AS old (org_id, training_run_id, name, step, value, non_finite, logged_at)
    SELECT DISTINCT ON (name) * FROM figure ORDER BY name, step DESC
    ON CONFLICT (org_id, training_run_id, name) DO UPDATE
    SET step = EXCLUDED.step, value = EXCLUDED.value, non_finite = EXCLUDED.non_finite, logged_at = EXCLUDED.logged_at
    WHERE (EXCLUDED.step, EXCLUDED.logged_at) >= (old.step, old.logged_at)
  )
  SELECT id FROM run`;
