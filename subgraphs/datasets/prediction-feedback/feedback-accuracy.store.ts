import { sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { RowListLoader, RowLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';

/** The judgements of one model version's predictions, counted. */
export interface FeedbackAccuracyRow {
  modelVersionId: string;
  judgedCount: number;
  correctCount: number;
  meanAbsoluteError: number | null;
}

/** Of a dataset's judgements alone, where they were counted by dataset. */
type OfDataset = FeedbackAccuracyRow & { datasetId: string };

const table = tableOf('prediction_feedback', Prisma.PredictionFeedbackScalarFieldEnum);

/** How often model versions were right, by the judgements that hold: one statement for many datasets or versions. */
export class FeedbackAccuracyStore {
  readonly #ofDatasets: RowListLoader<OfDataset>;
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

  /** Of each model version that a dataset's judgements are about, the most judged first. */
  ofDataset(datasetId: string): Promise<FeedbackAccuracyRow[]> {
    return this.#ofDatasets.load(datasetId);
  }

  /** Of one version, over all datasets. */
  async ofVersion(modelVersionId: string): Promise<FeedbackAccuracyRow> {
    return (await this.#ofVersions.load(modelVersionId)) ?? { modelVersionId, judgedCount: 0, correctCount: 0, meanAbsoluteError: null };
  }

  /** Forgets what was counted, since a judgement came. */
  forget({ datasetId, modelVersionId }: { datasetId: string; modelVersionId: string }): void {
    this.#ofDatasets.clear(datasetId);
    this.#ofVersions.clear(modelVersionId);
  }
}

const FIGURES = sql`row.model_version_id AS "modelVersionId", count(*)::int AS "judgedCount",
  (count(*) FILTER (WHERE row.is_correct))::int AS "correctCount", avg(row.absolute_error)::float8 AS "meanAbsoluteError"`;

const HOLDS = sql`NOT EXISTS (SELECT FROM prediction_feedback AS later WHERE later.org_id = row.org_id AND later.supersedes_id = row.id)`;

const ofDatasets = (rows: Sql, ids: readonly string[]): Sql => sql`
  SELECT row.dataset_id AS "datasetId", ${FIGURES}
  FROM ${rows} AS row WHERE row.dataset_id = ANY(${[...ids]}::uuid[]) AND ${HOLDS}
  GROUP BY row.dataset_id, row.model_version_id
  ORDER BY count(*) DESC, row.model_version_id`;

const ofVersions = (rows: Sql, ids: readonly string[]): Sql => sql`
  SELECT ${FIGURES}
  FROM ${rows} AS row WHERE row.model_version_id = ANY(${[...ids]}::uuid[]) AND ${HOLDS}
  GROUP BY row.model_version_id`;
