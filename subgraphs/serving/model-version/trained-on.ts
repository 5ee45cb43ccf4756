import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { badInput } from '../../shared/errors/coded-error.js';
import { parseId } from '../../shared/input/id.js';
import type { Condition } from '../../shared/page/conditions.js';
import type { TrainedOn } from '../generated/graphql.js';

const MAX_RUNS = 100_000;

/** True of the model version called `version` in the statement that names the dataset or one of the runs; null for a filter left out. */
export function trainedOn(filter: TrainedOn | null | undefined, version: Sql): Condition {
  if (filter == null) return null;
  const runIds = (filter.trainingRunIds ?? []).map((id) => parseId(id, 'filter.trainedOn.trainingRunIds'));
  if (runIds.length > MAX_RUNS) throw badInput(`"filter.trainedOn.trainingRunIds" has more than ${MAX_RUNS} ids.`);
  const ofRuns = sql`${version}.training_run_id = ANY(${runIds}::uuid[])`;
  if (filter.datasetId == null) return ofRuns;
  return sql`(${version}.dataset_id = ${parseId(filter.datasetId, 'filter.trainedOn.datasetId')}::uuid OR ${ofRuns})`;
}
