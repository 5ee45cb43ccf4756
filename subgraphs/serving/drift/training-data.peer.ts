import DataLoader from 'dataloader';
import type { EntityOf } from '../../shared/peers/peer-operation.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { TrainingDataDocument, type ProfiledDatasetFragment, type TrainingDataQuery } from '../generated/datasets-operations.js';
import type { ColumnBaseline } from './drift.rules.js';

/** What a model version was trained on, as datasets tells it. */
export interface TrainingData {
  datasetId: string;
  /** Null where there is no run that names them. */
  features: string[] | null;
  rowCount: number;
  /** What the profile says; empty until the dataset has one. */
  columns: ColumnBaseline[];
}

/** Whose training data: a run's, or a dataset's where no run is named. */
export interface Trained {
  trainingRunId: string | null;
  datasetId: string | null;
}

type Entity = EntityOf<TrainingDataQuery>;

/** What datasets says of what models were trained on; rejects with a PeerError where it does not answer. */
export class TrainingDataPeer {
  readonly #entities: DataLoader<{ __typename: string; id: string }, Entity, string>;

  constructor(scope: Scope<PrismaClient>, datasets: PeerClient) {
    const request = async (representations: readonly { __typename: string; id: string }[]) => {
      const { _entities } = await datasets.request(scope.viewer, TrainingDataDocument, { representations: [...representations] });
      return _entities as Entity[];
    };
    this.#entities = new DataLoader(request, { cacheKeyFn: ({ __typename, id }) => `${__typename} ${id}` });
  }

  /** Null where nothing is known of it: no run and no dataset is named, or what is named was deleted. Many versions are one question. */
  async of({ trainingRunId, datasetId }: Trained): Promise<TrainingData | null> {
    const [run, dataset] = await Promise.all([this.#entity('TrainingRun', trainingRunId), this.#entity('Dataset', datasetId)]);
    if (run && 'features' in run) return trainingData(run.dataset, run.features);
    return dataset && 'profile' in dataset ? trainingData(dataset, null) : null;
  }

  #entity(__typename: string, id: string | null): Promise<Entity> {
    return id === null ? Promise.resolve(null) : this.#entities.load({ __typename, id });
  }
}

const trainingData = ({ id, rowCount, profile }: ProfiledDatasetFragment, features: string[] | null): TrainingData => ({
  datasetId: id,
  features,
  rowCount: rowCount ?? 0,
  columns: profile?.columns ?? [],
});
