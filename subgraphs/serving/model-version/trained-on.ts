import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { badInput } from '../../shared/errors/coded-error.js';
import { parseId } from '../../shared/input/id.js';
import type { Condition } from '../../shared/page/conditions.js';
import type { TrainedOn } from '../generated/graphql.js';

const MAX_RUNS = 100_000;

/** Builds the condition that the row `version` names the dataset or one of the training runs; null without a filter. */
export function trainedOnCondition(filter: TrainedOn | null | undefined, version: Sql): Condition {
  if (filter == null) return null;
  const runIds = (filter.trainingRunIds ?? []).map((id) => parseId(id, 'filter.trainedOn.trainingRunIds'));
  if (runIds.length > MAX_RUNS) throw badInput(`filter.trainedOn.trainingRunIds must have at most ${MAX_RUNS} ids; got ${runIds.length}.`);
  const ofRuns = sql`${version}.training_run_id = ANY(${runIds}::uuid[])`;
  if (filter.datasetId == null) return ofRuns;
  return sql`(${version}.dataset_id = ${parseId(filter.datasetId, 'filter.trainedOn.datasetId')}::uuid OR ${ofRuns})`;
}
