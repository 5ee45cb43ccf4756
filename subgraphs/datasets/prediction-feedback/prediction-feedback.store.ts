import { join, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { FOREIGN_KEY, refusedWhen, UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { once } from '../../shared/idempotency/idempotency.js';
import { parseId } from '../../shared/input/id.js';
import { ListLoader, OneLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages, type Parent } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type {
  PredictionFeedbackCorrectInput,
  PredictionFeedbackCreateInput,
  PredictionFeedbackFilter,
  PredictionFeedbackOrderField,
} from '../generated/graphql.js';
import { Prisma, type PredictionFeedback, type PrismaClient } from '../generated/prisma/client.js';
import { correctProblems, createProblems } from './prediction-feedback.rules.js';

export type PredictionFeedbackRow = PredictionFeedback;
export type PredictionFeedbackPage = Connection<PredictionFeedbackRow>;
export type PredictionFeedbackArguments = ConnectionArguments<PredictionFeedbackFilter, PredictionFeedbackOrderField>;

/** The judgements of one model version's predictions, counted. */
export interface FeedbackAccuracyRow {
  datasetId: string;
  modelVersionId: string;
  judgedCount: number;
  correctCount: number;
}

/** True of a judgement that another one corrects. */
const isSuperseded = sql`EXISTS (SELECT FROM prediction_feedback AS later WHERE later.org_id = row.org_id AND later.supersedes_id = row.id)`;
const isCurrent = sql`NOT ${isSuperseded}`;

const definition: ConnectionDefinition<PredictionFeedbackRow, PredictionFeedbackFilter, PredictionFeedbackOrderField> = {
  table: tableOf('prediction_feedback', Prisma.PredictionFeedbackScalarFieldEnum),
  orders: { CREATED_AT: { field: 'createdAt', type: 'timestamptz' } },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('isCorrect', filter.isCorrect, 'boolean'),
    equals('modelVersionId', filter.modelVersionId == null ? null : parseId(filter.modelVersionId, 'filter.modelVersionId'), 'uuid'),
    filter.isCurrent == null ? null : filter.isCurrent ? isCurrent : isSuperseded,
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

const taken = () =>
  refusal('TAKEN', ['input', 'predictionId'], 'This prediction is judged already; correct that judgement with predictionFeedbackCorrect.');
const unknownDataset = () => refusal('NOT_FOUND', ['input', 'datasetId'], 'You have no dataset with this id.');
const superseded = () => refusal('CONFLICT', ['input', 'id'], 'Somebody corrected this judgement already; correct the newest one.');

export class PredictionFeedbackStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: OneLoader<PredictionFeedbackRow>;
  readonly #bySuperseded: OneLoader<PredictionFeedbackRow>;
  readonly #currentByPrediction: OneLoader<PredictionFeedbackRow>;
  readonly #accuracies: ListLoader<FeedbackAccuracyRow>;
  readonly #pages: Pages<PredictionFeedbackRow, PredictionFeedbackFilter, PredictionFeedbackOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#byId = new OneLoader(
      (ids) => scope.db.predictionFeedback.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#bySuperseded = new OneLoader(
      (ids) => scope.db.predictionFeedback.findMany({ where: { supersedesId: { in: ids } } }),
      (row) => row.supersedesId!,
    );
    this.#currentByPrediction = new OneLoader(
      (ids) => scope.db.predictionFeedback.findMany({ where: { predictionId: { in: ids }, supersededBy: null } }),
      (row) => row.predictionId,
    );
    this.#accuracies = new ListLoader(
      (ids) => scope.query(definition.table, (rows) => accuracyStatement(rows, ids)),
      (row) => row.datasetId,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string | null): Promise<PredictionFeedbackRow | null> {
    return this.#byId.load(id);
  }

  /** The judgement that corrects this one. */
  correctionOf(id: string): Promise<PredictionFeedbackRow | null> {
    return this.#bySuperseded.load(id);
  }

  /** The judgement of a prediction that holds. */
  currentOf(predictionId: string): Promise<PredictionFeedbackRow | null> {
    return this.#currentByPrediction.load(predictionId);
  }

  page(args: PredictionFeedbackArguments): PredictionFeedbackPage {
    return this.#pages.all(args);
  }

  of(field: Parent<PredictionFeedbackRow>['field'], id: string, args: PredictionFeedbackArguments): PredictionFeedbackPage {
    return this.#pages.of({ field, id }, args);
  }

  accuracyOf(datasetId: string): Promise<FeedbackAccuracyRow[]> {
    return this.#accuracies.load(datasetId);
  }

  async create(input: PredictionFeedbackCreateInput): Promise<PredictionFeedbackRow | null> {
    refuseIf(createProblems(input));
    const { idempotencyKey, ...judgement } = input;
    const { organizationId: orgId, userId: authorId } = this.#scope.viewer;
    const creating = this.#scope.db.$transaction((transaction) =>
      once(transaction, this.#scope.viewer, 'predictionFeedbackCreate', input, async (id) => {
        const { predictionId } = input;
        if (await transaction.predictionFeedback.findFirst({ where: { predictionId }, select: { id: true } })) throw taken();
        await transaction.predictionFeedback.create({ data: { ...judgement, orgId, id, authorId } });
      }),
    );
    return this.byId(await refusedWhen(UNIQUE, taken(), refusedWhen(FOREIGN_KEY, unknownDataset(), creating)));
  }

  /**
   * A judgement is superseded once: of two corrections at once the second meets the unique `supersedesId`. The judgements
   * of a prediction stay in one dataset, so that they go with it as the one chain that they are.
   */
  async correct(input: PredictionFeedbackCorrectInput): Promise<PredictionFeedbackRow | null> {
    refuseIf(correctProblems(input));
    const { isCorrect, predictedOutcome, actualOutcome, comment } = input;
    const { organizationId: orgId, userId: authorId } = this.#scope.viewer;
    const unknownJudgement = refusal('NOT_FOUND', ['input', 'id'], 'You have no judgement with this id.');
    const correcting = this.#scope.db.$transaction(async (transaction) => {
      const before = await transaction.predictionFeedback.findFirst({
        where: { id: input.id },
        include: { supersededBy: { select: { id: true } } },
      });
      if (!before) throw unknownJudgement;
      if (before.supersededBy) throw superseded();
      const { predictionId } = before;
      const datasetId = input.datasetId?.toLowerCase() ?? before.datasetId;
      if (datasetId !== before.datasetId) {
        if (!(await transaction.dataset.findFirst({ where: { id: datasetId }, select: { id: true } }))) throw unknownDataset();
        await transaction.predictionFeedback.updateMany({ where: { predictionId }, data: { datasetId } });
      }
      const words = {
        predictedOutcome: predictedOutcome === undefined ? before.predictedOutcome : predictedOutcome,
        actualOutcome: actualOutcome === undefined ? before.actualOutcome : actualOutcome,
        comment: comment === undefined ? before.comment : comment,
      };
      const subject = { orgId, datasetId, predictionId, modelVersionId: input.modelVersionId ?? before.modelVersionId };
      return transaction.predictionFeedback.create({ data: { ...subject, isCorrect, ...words, authorId, supersedesId: before.id } });
    });
    // One of the two was deleted meanwhile.
    const gone = input.datasetId == null ? unknownJudgement : unknownDataset();
    const correction = await refusedWhen(UNIQUE, superseded(), refusedWhen(FOREIGN_KEY, gone, correcting));
    this.#byId.forget(input.id);
    this.#bySuperseded.forget(input.id);
    this.#currentByPrediction.forget(correction.predictionId);
    return correction;
  }
}

/** Counts the current judgements of each of many datasets by model version. */
const accuracyStatement = (rows: Sql, datasetIds: readonly string[]): Sql => sql`
  SELECT row.dataset_id AS "datasetId", row.model_version_id AS "modelVersionId",
    count(*)::int AS "judgedCount", (count(*) FILTER (WHERE row.is_correct))::int AS "correctCount"
  FROM ${rows} AS row
  WHERE ${join([sql`row.dataset_id = ANY(${[...datasetIds]}::uuid[])`, isCurrent], ' AND ')}
  GROUP BY row.dataset_id, row.model_version_id
  ORDER BY count(*) DESC, row.model_version_id`;
