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
import { csv } from './csv.js';
import { createProblems, judgedTable, type Judgement } from './dataset-from-predictions.rules.js';

const MUTATION = 'datasetCreateFromPredictions';
const MAX_ROWS = 10_000;

interface Stores {
  datasets: DatasetStore;
  storedFiles: StoredFileStore;
  trainingRuns: TrainingRunStore;
  served: { predictions: PredictionPeer; modelVersions: ModelVersionPeer };
}

const refusedVersion = (code: 'NOT_FOUND' | 'INVALID', message: string) => refusal(code, ['input', 'modelVersionId'], message);
const refusedFilter = (message: string) => refusal('INVALID', ['input', 'filter'], message);

/** Makes datasets of judged predictions: the judgements are here, what was predicted is serving's. */
export class DatasetFromPredictionsStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #stores: Stores;

  constructor(scope: Scope<PrismaClient>, stores: Stores) {
    this.#scope = scope;
    this.#stores = stores;
  }

  /** Everything is read before anything is written: where serving does not answer to the end, nothing is left behind. */
  async create(input: DatasetCreateFromPredictionsInput): Promise<DatasetRow | null> {
    refuseIf(createProblems(input));
    const { datasets, storedFiles } = this.#stores;
    const first = await findRecordedResult(this.#scope.db, this.#scope.viewer, MUTATION, input);
    if (first !== null) return datasets.byId(first);
    const { bytes, ...metadata } = await this.#table(input);
    const staged = await storedFiles.stage(bytes);
    const file = { filename: 'judged-predictions.csv', mimeType: 'text/csv', metadata };
    const dataset = { name: input.name, source: 'PREDICTIONS' as const, sourceModelVersionId: input.modelVersionId };
    return datasets.createOf(MUTATION, input, dataset, async (transaction, id) => {
      await storedFiles.ofStaged(transaction, staged, file, id);
      return id;
    });
  }

  async #table({ modelVersionId, filter, label = 'ACTUAL' }: DatasetCreateFromPredictionsInput) {
    const { trainingRuns, served } = this.#stores;
    const version = await served.modelVersions.findForMutation(modelVersionId);
    if (!version) throw refusedVersion('NOT_FOUND', 'You have no model version with this id.');
    const run = await trainingRuns.byId(version.trainingRunId);
    if (!run) throw refusedVersion('INVALID', 'No training run of yours made this version, so nobody knows what its target is called.');
    const judgements = await this.#judgements(version.id, filter);
    if (judgements.length > MAX_ROWS) throw refusedFilter(`More than ${MAX_ROWS} judgements match; ask for less time.`);
    const ids = judgements.map(({ predictionId }) => predictionId);
    const { header, rows } = judgedTable(judgements, await served.predictions.succeededOf(version.id, ids), run, label);
    if (rows.length === 0) throw refusedFilter('There is no judged prediction like this whose label is known.');
    return { bytes: csv(header, rows), modelVersionId: version.id, judgementCount: judgements.length, rowCount: rows.length };
  }

  /** The judgements that hold, the oldest first; one more than a dataset is made of, where there are more. */
  #judgements(modelVersionId: string, filter: DatasetCreateFromPredictionsInput['filter']): Promise<Judgement[]> {
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
