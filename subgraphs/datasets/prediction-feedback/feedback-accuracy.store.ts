import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { RowListLoader, RowLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';

/** The numbers of current feedback on the predictions of one model version. */
export interface FeedbackAccuracyRow {
  modelVersionId: string;
  judgedCount: number;
  correctCount: number;
  meanAbsoluteError: number | null;
}

/** The numbers of current feedback of one dataset on one model version. */
type DatasetAccuracyRow = FeedbackAccuracyRow & { datasetId: string };

const table = tableOf('prediction_feedback', Prisma.PredictionFeedbackScalarFieldEnum);

/** Computes the accuracy of model versions from current feedback. Batched over datasets and over versions. */
export class FeedbackAccuracyStore {
  readonly #ofDatasets: RowListLoader<DatasetAccuracyRow>;
  readonly #ofVersions: RowLoader<FeedbackAccuracyRow>;

  constructor(scope: Scope<PrismaClient>) {
    this.#ofDatasets = new RowListLoader(
      (ids) => scope.query(table, (rows) => ofDatasets(rows, ids)),
      (row) => row.datasetId,
    );
    this.#ofVersions = new RowLoader(
      (ids) => scope.query(table, (rows) => ofVersions(rows, ids)),
      (row) => row.modelVersionId,
    );
  }

  /** Returns the accuracy of each model version with feedback in a dataset; the version with the most feedback comes first. */
  ofDataset(datasetId: string): Promise<FeedbackAccuracyRow[]> {
    return this.#ofDatasets.load(datasetId);
  }

  /** Returns the accuracy of a version over all datasets. */
  async ofVersion(modelVersionId: string): Promise<FeedbackAccuracyRow> {
    return (await this.#ofVersions.load(modelVersionId)) ?? { modelVersionId, judgedCount: 0, correctCount: 0, meanAbsoluteError: null };
  }

  /** Clears the cached numbers after feedback was added. */
  clear({ datasetId, modelVersionId }: { datasetId: string; modelVersionId: string }): void {
    this.#ofDatasets.clear(datasetId);
    this.#ofVersions.clear(modelVersionId);
  }
}

const AGGREGATES = sql`row.model_version_id AS "modelVersionId", count(*)::int AS "judgedCount",
  (count(*) FILTER (WHERE row.is_correct))::int AS "correctCount", avg(row.absolute_error)::float8 AS "meanAbsoluteError"`;

const IS_CURRENT = sql`NOT EXISTS (SELECT FROM prediction_feedback AS later WHERE later.org_id = row.org_id AND later.supersedes_id = row.id)`;

const ofDatasets = (rows: Sql, ids: readonly string[]): Sql => sql`
  SELECT row.dataset_id AS "datasetId", ${AGGREGATES}
  FROM ${rows} AS row WHERE row.dataset_id = ANY(${[...ids]}::uuid[]) AND ${IS_CURRENT}
  GROUP BY row.dataset_id, row.model_version_id
  ORDER BY count(*) DESC, row.model_version_id`;

const ofVersions = (rows: Sql, ids: readonly string[]): Sql => sql`
  SELECT ${AGGREGATES}
  FROM ${rows} AS row WHERE row.model_version_id = ANY(${[...ids]}::uuid[]) AND ${IS_CURRENT}
  GROUP BY row.model_version_id`;
