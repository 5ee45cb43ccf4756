import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { findRecordedResult } from '../../shared/idempotency/idempotency.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { DatasetRow, DatasetStore } from '../dataset/dataset.store.js';
import type { DatasetCreateFromPredictionsInput } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { ModelVersionPeer } from '../model-version/model-version.peer.js';
import type { PredictionPeer } from '../prediction/prediction.peer.js';
import type { StoredFileStore } from '../stored-file/stored-file.store.js';
import type { TrainingRunStore } from '../training-run/training-run.store.js';
import { toCsv } from './csv.js';
import { createProblems, feedbackTable, type Feedback } from './dataset-from-predictions.rules.js';

const MUTATION = 'datasetCreateFromPredictions';
const MAX_ROWS = 10_000;

interface Stores {
  datasets: DatasetStore;
  storedFiles: StoredFileStore;
  trainingRuns: TrainingRunStore;
  peers: { predictions: PredictionPeer; modelVersions: ModelVersionPeer };
}

const refusedVersion = (code: 'NOT_FOUND' | 'INVALID', message: string) => refusal(code, ['input', 'modelVersionId'], message);
const refusedFilter = (message: string) => refusal('INVALID', ['input', 'filter'], message);

/** Creates datasets from predictions with feedback. Feedback is read here, predictions from the serving subgraph. */
export class DatasetFromPredictionsStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #stores: Stores;

  constructor(scope: Scope<PrismaClient>, stores: Stores) {
    this.#scope = scope;
    this.#stores = stores;
  }

  /** Creates the dataset. Everything is read before anything is written, so that an error of serving leaves nothing behind. */
  async create(input: DatasetCreateFromPredictionsInput): Promise<DatasetRow | null> {
    refuseIf(createProblems(input));
    const { datasets, storedFiles } = this.#stores;
    const recorded = await findRecordedResult(this.#scope.db, this.#scope.viewer, MUTATION, input);
    if (recorded !== null) return datasets.byId(recorded);
    const { bytes, ...metadata } = await this.#table(input);
    const staged = await storedFiles.stage(bytes);
    const file = { filename: 'judged-predictions.csv', mimeType: 'text/csv', metadata };
    const dataset = { name: input.name, source: 'PREDICTIONS' as const, sourceModelVersionId: input.modelVersionId };
    return datasets.createOfFile(MUTATION, input, dataset, async (transaction, id) => {
      await storedFiles.createOfStaged(transaction, staged, file, id);
      return id;
    });
  }

  async #table({ modelVersionId, filter, label = 'ACTUAL' }: DatasetCreateFromPredictionsInput) {
    const { trainingRuns, peers } = this.#stores;
    const version = await peers.modelVersions.findForMutation(modelVersionId);
    if (!version) throw refusedVersion('NOT_FOUND', 'No model version with this id exists in your organization.');
    const run = await trainingRuns.byId(version.trainingRunId);
    if (!run)
      throw refusedVersion(
        'INVALID',
        'No training run of your organization produced this version, so the names of its target and features are unknown.',
      );
    const feedbacks = await this.#feedbacks(version.id, filter);
    if (feedbacks.length > MAX_ROWS)
      throw refusedFilter(`More than ${MAX_ROWS} predictions match. Choose a shorter time between from and to.`);
    const ids = feedbacks.map(({ predictionId }) => predictionId);
    const { header, rows } = feedbackTable(feedbacks, await peers.predictions.succeededOf(version.id, ids), run, label);
    if (rows.length === 0) throw refusedFilter('No matching prediction has a known label.');
    return { bytes: toCsv(header, rows), modelVersionId: version.id, judgementCount: feedbacks.length, rowCount: rows.length };
  }

  /** Returns the matching current feedback, oldest first: one more than MAX_ROWS if there is more. */
  #feedbacks(modelVersionId: string, filter: DatasetCreateFromPredictionsInput['filter']): Promise<Feedback[]> {
    const { feedback = 'INCORRECT', from, to } = filter ?? {};
    return this.#scope.db.predictionFeedback.findMany({
      where: {
        modelVersionId,
        supersededBy: null,
        isCorrect: feedback === 'ANY' ? undefined : feedback === 'CORRECT',
        createdAt: { gte: from ?? undefined, lt: to ?? undefined },
      },
      select: { predictionId: true, isCorrect: true, predictedOutcome: true, actualOutcome: true, tolerance: true },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: MAX_ROWS + 1,
    });
  }
}
