import DataLoader from 'dataloader';
import type { EntityOf } from '../../shared/peers/peer-operation.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { TrainingDataDocument, type ProfiledDatasetFragment, type TrainingDataQuery } from '../generated/datasets-operations.js';
import type { ColumnBaseline } from './drift.rules.js';

/** The training data of a model version, read from the datasets subgraph. */
export interface TrainingData {
  datasetId: string;
  /** The names of the features that the training run used; null without a training run. */
  features: string[] | null;
  rowCount: number;
  /** The columns of the dataset's profile; empty until the profile is ready. */
  columns: ColumnBaseline[];
}

/** The ids that a version names: the training run that produced it, and the dataset on which it was trained. */
export interface TrainingOrigin {
  trainingRunId: string | null;
  datasetId: string | null;
}

type Entity = EntityOf<TrainingDataQuery>;

/** Reads training data from the datasets subgraph. Rejects with a PeerError if that subgraph is unavailable. */
export class TrainingDataPeer {
  readonly #entities: DataLoader<{ __typename: string; id: string }, Entity, string>;

  constructor(scope: Scope<PrismaClient>, datasets: PeerClient) {
    const request = async (representations: readonly { __typename: string; id: string }[]) => {
      const { _entities } = await datasets.request(scope.viewer, TrainingDataDocument, { representations: [...representations] });
      return _entities as Entity[];
    };
    this.#entities = new DataLoader(request, { cacheKeyFn: ({ __typename, id }) => `${__typename} ${id}` });
  }

  /**
   * Returns the training data of a version: of its training run if there is one, else of its dataset. Returns null if it names neither, or
   * if they were deleted. All versions of a request share one query.
   */
  async find({ trainingRunId, datasetId }: TrainingOrigin): Promise<TrainingData | null> {
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
