import DataLoader from 'dataloader';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { ModelsTrainedOnDocument, type ModelsTrainedOnQuery } from '../generated/serving-operations.js';

/** The origin of models, as serving filters model versions and deployments by it. */
export interface TrainedOn {
  datasetId?: string;
  trainingRunIds: string[];
}

type Counted<Connection> = NonNullable<Connection> & { totalCount: number };

/** The model versions and deployments that were trained on an origin: the number of each, and the newest 100 of each. */
export interface DependentModels {
  modelVersions: Counted<ModelsTrainedOnQuery['modelVersions']>;
  /** The versions that an alias points to. */
  aliased: Counted<ModelsTrainedOnQuery['aliased']>;
  /** The deployments with status ACTIVE. */
  deployments: Counted<ModelsTrainedOnQuery['deployments']>;
}

/** Reads from the serving subgraph what depends on datasets and runs. Its methods reject with PeerError if serving does not respond. */
export class DependentsPeer {
  readonly #scope: Scope<PrismaClient>;
  readonly #serving: PeerClient;
  /** Caches by origin, so that each origin is requested once. */
  readonly #loader: DataLoader<TrainedOn, DependentModels, string>;

  constructor(scope: Scope<PrismaClient>, serving: PeerClient) {
    this.#scope = scope;
    this.#serving = serving;
    this.#loader = new DataLoader((origins) => Promise.all(origins.map((trainedOn) => this.#request(trainedOn, 'query'))), {
      cacheKeyFn: (trainedOn) => JSON.stringify(trainedOn),
    });
  }

  /** Returns the models that were trained on an origin, cached for the request. */
  of(trainedOn: TrainedOn): Promise<DependentModels> {
    return this.#loader.load(trainedOn);
  }

  /** Returns the models that were trained on an origin at this moment, uncached, for a mutation that would delete the origin. */
  currentOf(trainedOn: TrainedOn): Promise<DependentModels> {
    return this.#request(trainedOn, 'mutation');
  }

  async #request(trainedOn: TrainedOn, operation: 'query' | 'mutation'): Promise<DependentModels> {
    const result = await this.#serving.request(this.#scope.viewer, ModelsTrainedOnDocument, { trainedOn }, { operation });
    // Root fields and counts are null only beside an error, and `request` rejects if there is an error.
    return result as DependentModels;
  }
}
