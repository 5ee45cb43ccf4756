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
import { corrected, correctProblems, createProblems } from './prediction-feedback.rules.js';
import { outcomeOf, subjectProblems } from './subject.js';
import { found, verdict } from './verdict.js';

export type PredictionFeedbackRow = PredictionFeedback;
export type PredictionFeedbackPage = Connection<PredictionFeedbackRow>;
export type PredictionFeedbackArguments = ConnectionArguments<PredictionFeedbackFilter, PredictionFeedbackOrderField>;

/** True of a judgement that another one corrects. */
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
  refusal('TAKEN', ['input', 'predictionId'], 'This prediction is judged already; correct that judgement with predictionFeedbackCorrect.');
const unknownDataset = () => refusal('NOT_FOUND', ['input', 'datasetId'], 'You have no dataset with this id.');
const superseded = () => refusal('CONFLICT', ['input', 'id'], 'Somebody corrected this judgement already; correct the newest one.');

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

  async create(input: PredictionFeedbackCreateInput): Promise<PredictionFeedbackRow | null> {
    refuseIf(createProblems(input));
    const said = await this.#completed(input);
    const judgement = { ...said, ...found(verdict(said)) };
    const { organizationId: orgId, userId: authorId } = this.#scope.viewer;
    const creating = this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'predictionFeedbackCreate', input, async (id) => {
        const { predictionId } = input;
        if (await transaction.predictionFeedback.findFirst({ where: { predictionId }, select: { id: true } })) throw taken();
        await transaction.predictionFeedback.create({ data: { ...judgement, orgId, id, authorId } });
      }),
    );
    const id = await refuseOnViolation(UNIQUE, taken, refuseOnViolation(FOREIGN_KEY, unknownDataset, creating));
    this.#accuracies.forget(said);
    return this.byId(id);
  }

  /** The judgement with what the prediction itself says; serving is asked only where the client leaves out whose it is. */
  async #completed({ idempotencyKey: _, ...said }: PredictionFeedbackCreateInput) {
    const { modelVersionId, datasetId } = said;
    if (modelVersionId != null && datasetId != null) return { ...said, modelVersionId, datasetId };
    const prediction = await this.#predictions.findForMutation(said.predictionId);
    refuseIf(subjectProblems(prediction, modelVersionId));
    const { modelVersion, output, confidence } = prediction!;
    const dataset = datasetId ?? modelVersion.dataset?.id ?? (await this.#runs.byId(modelVersion.trainingRunId))?.datasetId;
    if (dataset === undefined) throw refusal('BLANK', ['input', 'datasetId'], 'The model version names no dataset; say which it is.');
    const logged = { predictedOutcome: said.predictedOutcome ?? outcomeOf(output), confidence: said.confidence ?? confidence };
    return { ...said, ...logged, modelVersionId: modelVersion.id, datasetId: dataset };
  }

  /**
   * A judgement is superseded once: of two corrections at once the second meets the unique `supersedesId`. The judgements
   * of a prediction stay in one dataset, so that they go with it as the one chain that they are.
   */
  async correct(input: PredictionFeedbackCorrectInput): Promise<PredictionFeedbackRow | null> {
    refuseIf(correctProblems(input));
    const { organizationId: orgId, userId: authorId } = this.#scope.viewer;
    const unknownJudgement = () => refusal('NOT_FOUND', ['input', 'id'], 'You have no judgement with this id.');
    const correcting = this.#scope.db.$transaction(async (transaction) => {
      const before = await transaction.predictionFeedback.findFirst({
        where: { id: input.id },
        include: { supersededBy: { select: { id: true } } },
      });
      if (!before) throw unknownJudgement();
      if (before.supersededBy) throw superseded();
      const { predictionId } = before;
      const datasetId = input.datasetId?.toLowerCase() ?? before.datasetId;
      if (datasetId !== before.datasetId) {
        if (!(await transaction.dataset.findFirst({ where: { id: datasetId }, select: { id: true } }))) throw unknownDataset();
        await transaction.predictionFeedback.updateMany({ where: { predictionId }, data: { datasetId } });
      }
      const said = corrected(before, input);
      const judgement = { ...said, ...found(verdict(said)) };
      const subject = { orgId, datasetId, predictionId, modelVersionId: input.modelVersionId ?? before.modelVersionId };
      return transaction.predictionFeedback.create({ data: { ...subject, ...judgement, authorId, supersedesId: before.id } });
    });
    // One of the two was deleted meanwhile.
    const gone = input.datasetId == null ? unknownJudgement : unknownDataset;
    const correction = await refuseOnViolation(UNIQUE, superseded, refuseOnViolation(FOREIGN_KEY, gone, correcting));
    this.#byId.clear(input.id);
    this.#bySuperseded.clear(input.id);
    this.#currentByPrediction.clear(correction.predictionId);
    this.#accuracies.forget(correction);
    return correction;
  }
}
