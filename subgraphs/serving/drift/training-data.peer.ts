import DataLoader from 'dataloader';
import type { Peer } from '../../shared/peers/peer.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';
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

const DATASET = `id rowCount profile { columns { name nullCount numeric { histogram { edges counts } } topValues { value count } } }`;
const TRAINED = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on TrainingRun { features dataset { ${DATASET} } } ... on Dataset { ${DATASET} } }
}`;

interface Profiled {
  id: string;
  rowCount: number | null;
  profile: { columns: ColumnBaseline[] } | null;
}

type Entity = Profiled | { features: string[]; dataset: Profiled } | null;

/** What datasets says of what models were trained on; rejects with a PeerFault where it does not answer. */
export class TrainingDataPeer {
  readonly #entities: DataLoader<{ __typename: string; id: string }, Entity, string>;

  constructor(scope: Scope<PrismaClient>, datasets: Peer) {
    this.#entities = new DataLoader(async (of) => (await datasets.ask<{ _entities: Entity[] }>(scope.viewer, TRAINED, { of }))._entities, {
      cacheKeyFn: ({ __typename, id }) => `${__typename} ${id}`,
    });
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

const trainingData = ({ id, rowCount, profile }: Profiled, features: string[] | null): TrainingData => ({
  datasetId: id,
  features,
  rowCount: rowCount ?? 0,
  columns: profile?.columns ?? [],
});
