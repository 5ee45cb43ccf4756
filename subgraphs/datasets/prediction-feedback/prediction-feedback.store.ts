import { sqltag as sql } from '@prisma/client/runtime/client';
import { FOREIGN_KEY, refuseOnViolation, UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, equals, range } from '../../shared/page/conditions.js';
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
import type { PredictionPeer } from '../prediction/prediction.peer.js';
import type { TrainingRunStore } from '../training-run/training-run.store.js';
import type { FeedbackAccuracyStore } from './feedback-accuracy.store.js';
import { valuesAfter, correctProblems, createProblems } from './prediction-feedback.rules.js';
import { outcomeOf, loggedPredictionProblems } from './logged-prediction.js';
import { requireVerdict, verdictOf } from './verdict.js';

export type PredictionFeedbackRow = PredictionFeedback;
export type PredictionFeedbackPage = Connection<PredictionFeedbackRow>;
export type PredictionFeedbackArguments = ConnectionArguments<PredictionFeedbackFilter, PredictionFeedbackOrderField>;

/** True for feedback that other feedback corrects. */
const isSuperseded = sql`EXISTS (SELECT FROM prediction_feedback AS later WHERE later.org_id = row.org_id AND later.supersedes_id = row.id)`;
const isCurrent = sql`NOT ${isSuperseded}`;

const definition: ConnectionDefinition<PredictionFeedbackRow, PredictionFeedbackFilter, PredictionFeedbackOrderField> = {
  table: tableOf('prediction_feedback', Prisma.PredictionFeedbackScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    CONFIDENCE: { field: 'confidence', type: 'float8', nullable: true },
    ABSOLUTE_ERROR: { field: 'absoluteError', type: 'float8', nullable: true },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('isCorrect', filter.isCorrect, 'boolean'),
    equals('modelVersionId', filter.modelVersionId == null ? null : parseId(filter.modelVersionId, 'filter.modelVersionId'), 'uuid'),
    range('confidence', null, filter.maxConfidence),
    range('absoluteError', filter.minAbsoluteError, null),
    filter.isCurrent == null ? null : filter.isCurrent ? isCurrent : isSuperseded,
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

const taken = () =>
  refusal('TAKEN', ['input', 'predictionId'], 'This prediction has feedback already. Correct it with predictionFeedbackCorrect.');
const unknownDataset = () => refusal('NOT_FOUND', ['input', 'datasetId'], 'No dataset with this id exists in your organization.');
const superseded = () =>
  refusal('CONFLICT', ['input', 'id'], 'This feedback was corrected already. Correct the newest feedback on the prediction.');

export class PredictionFeedbackStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #byId: RowLoader<PredictionFeedbackRow>;
  readonly #bySuperseded: RowLoader<PredictionFeedbackRow>;
  readonly #currentByPrediction: RowLoader<PredictionFeedbackRow>;
  readonly #accuracies: FeedbackAccuracyStore;
  readonly #runs: TrainingRunStore;
  readonly #predictions: PredictionPeer;
  readonly #pages: Pages<PredictionFeedbackRow, PredictionFeedbackFilter, PredictionFeedbackOrderField>;

  constructor(scope: Scope<PrismaClient>, accuracies: FeedbackAccuracyStore, runs: TrainingRunStore, predictions: PredictionPeer) {
    this.#scope = scope;
    this.#accuracies = accuracies;
    this.#runs = runs;
    this.#predictions = predictions;
    this.#byId = new RowLoader(
      (ids) => scope.db.predictionFeedback.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#bySuperseded = new RowLoader(
      (ids) => scope.db.predictionFeedback.findMany({ where: { supersedesId: { in: ids } } }),
      (row) => row.supersedesId!,
    );
    this.#currentByPrediction = new RowLoader(
      (ids) => scope.db.predictionFeedback.findMany({ where: { predictionId: { in: ids }, supersededBy: null } }),
      (row) => row.predictionId,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string | null): Promise<PredictionFeedbackRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the feedback that corrects this feedback, or null. */
  correctionOf(id: string): Promise<PredictionFeedbackRow | null> {
    return this.#bySuperseded.load(id);
  }

  /** Returns the current feedback on a prediction, or null. */
  currentOf(predictionId: string): Promise<PredictionFeedbackRow | null> {
    return this.#currentByPrediction.load(predictionId);
  }

  page(args: PredictionFeedbackArguments): PredictionFeedbackPage {
    return this.#pages.all(args);
  }

  of(field: Parent<PredictionFeedbackRow>['field'], id: string, args: PredictionFeedbackArguments): PredictionFeedbackPage {
    return this.#pages.of({ field, id }, args);
  }

  async create(input: PredictionFeedbackCreateInput): Promise<PredictionFeedbackRow | null> {
    refuseIf(createProblems(input));
    const values = await this.#withLoggedValues(input);
    const feedback = { ...values, ...requireVerdict(verdictOf(values)) };
    const { organizationId: orgId, userId: authorId } = this.#scope.viewer;
    const creating = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'predictionFeedbackCreate', input, async (id) => {
        const { predictionId } = input;
        if (await transaction.predictionFeedback.findFirst({ where: { predictionId }, select: { id: true } })) throw taken();
        await transaction.predictionFeedback.create({ data: { ...feedback, orgId, id, authorId } });
      }),
    );
    const id = await refuseOnViolation(UNIQUE, taken, refuseOnViolation(FOREIGN_KEY, unknownDataset, creating));
    this.#accuracies.clear(values);
    return this.byId(id);
  }

  /**
   * Completes the input from the logged prediction. Requests the prediction from serving only if the input leaves out the model version
   * or the dataset.
   */
  async #withLoggedValues({ idempotencyKey: _, ...values }: PredictionFeedbackCreateInput) {
    const { modelVersionId, datasetId } = values;
    if (modelVersionId != null && datasetId != null) return { ...values, modelVersionId, datasetId };
    const prediction = await this.#predictions.findForMutation(values.predictionId);
    refuseIf(loggedPredictionProblems(prediction, modelVersionId));
    const { modelVersion, output, confidence } = prediction!;
    const dataset = datasetId ?? modelVersion.dataset?.id ?? (await this.#runs.byId(modelVersion.trainingRunId))?.datasetId;
    if (dataset === undefined) throw refusal('BLANK', ['input', 'datasetId'], 'The model version has no dataset. Give datasetId.');
    const logged = { predictedOutcome: values.predictedOutcome ?? outcomeOf(output), confidence: values.confidence ?? confidence };
    return { ...values, ...logged, modelVersionId: modelVersion.id, datasetId: dataset };
  }

  /**
   * Adds a correction. Feedback is superseded once: the second of two concurrent corrections violates the unique `supersedesId`. All
   * feedback on a prediction stays in one dataset, so that the whole chain is deleted with the dataset.
   */
  async correct(input: PredictionFeedbackCorrectInput): Promise<PredictionFeedbackRow | null> {
    refuseIf(correctProblems(input));
    const { organizationId: orgId, userId: authorId } = this.#scope.viewer;
    const unknownFeedback = () => refusal('NOT_FOUND', ['input', 'id'], 'No feedback with this id exists in your organization.');
    const correcting = this.#scope.db.$transaction(async (transaction) => {
      const before = await transaction.predictionFeedback.findFirst({
        where: { id: input.id },
        include: { supersededBy: { select: { id: true } } },
      });
      if (!before) throw unknownFeedback();
      if (before.supersededBy) throw superseded();
      const { predictionId } = before;
      const datasetId = input.datasetId?.toLowerCase() ?? before.datasetId;
      if (datasetId !== before.datasetId) {
        if (!(await transaction.dataset.findFirst({ where: { id: datasetId }, select: { id: true } }))) throw unknownDataset();
        await transaction.predictionFeedback.updateMany({ where: { predictionId }, data: { datasetId } });
      }
      const values = valuesAfter(before, input);
      const feedback = { ...values, ...requireVerdict(verdictOf(values)) };
      const subject = { orgId, datasetId, predictionId, modelVersionId: input.modelVersionId ?? before.modelVersionId };
      return transaction.predictionFeedback.create({ data: { ...subject, ...feedback, authorId, supersedesId: before.id } });
    });
    // The feedback or the new dataset was deleted concurrently.
    const deleted = input.datasetId == null ? unknownFeedback : unknownDataset;
    const correction = await refuseOnViolation(UNIQUE, superseded, refuseOnViolation(FOREIGN_KEY, deleted, correcting));
    this.#byId.clear(input.id);
    this.#bySuperseded.clear(input.id);
    this.#currentByPrediction.clear(correction.predictionId);
    this.#accuracies.clear(correction);
    return correction;
  }
}
