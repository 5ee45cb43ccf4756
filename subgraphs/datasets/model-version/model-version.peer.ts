import DataLoader from 'dataloader';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { ModelVersionDocument, PredictionCountsDocument, type ModelVersionQuery } from '../generated/serving-operations.js';

/** A model version of the serving subgraph with the id of the training run that produced it. */
export type ServedVersion = NonNullable<ModelVersionQuery['modelVersion']>;

/** Reads model versions from the serving subgraph. Its methods reject with PeerError if serving does not respond. */
export class ModelVersionPeer {
  readonly #scope: Scope<PrismaClient>;
  readonly #serving: PeerClient;
  readonly #predictionCounts: DataLoader<string, number | null>;

  constructor(scope: Scope<PrismaClient>, serving: PeerClient) {
    this.#scope = scope;
    this.#serving = serving;
    this.#predictionCounts = new DataLoader(async (ids) => {
      const representations = ids.map((id) => ({ __typename: 'ModelVersion', id }));
      const { _entities } = await serving.request(scope.viewer, PredictionCountsDocument, { representations });
      return _entities.map((version) => version?.predictionStatistics?.succeededCount ?? null);
    });
  }

  /** Returns the number of successful predictions of a version, or null if serving has no such version. Batched per request. */
  predictionCountOf(modelVersionId: string): Promise<number | null> {
    return this.#predictionCounts.load(modelVersionId);
  }

  /** Returns the version that a mutation refers to, or null if the viewer's organization has none with this id. */
  async findForMutation(id: string): Promise<ServedVersion | null> {
    return (await this.#serving.request(this.#scope.viewer, ModelVersionDocument, { id }, { operation: 'mutation' })).modelVersion;
  }
}
