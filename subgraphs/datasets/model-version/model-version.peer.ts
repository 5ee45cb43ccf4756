import DataLoader from 'dataloader';
import type { Peer } from '../../shared/peers/peer.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';

const COUNTS = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on ModelVersion { predictionStatistics { succeededCount } } }
}`;

interface Counts {
  _entities: ({ predictionStatistics: { succeededCount: number } } | null)[];
}

/** A version, and the run that made it. */
export interface ServedVersion {
  id: string;
  trainingRunId: string | null;
}

const ONE = 'query ($id: ID!) { modelVersion(id: $id) { id trainingRunId } }';

/** What serving says of model versions; rejects with a PeerFault where it does not answer. */
export class ModelVersionPeer {
  readonly #scope: Scope<PrismaClient>;
  readonly #serving: Peer;
  readonly #counts: DataLoader<string, number | null>;

  constructor(scope: Scope<PrismaClient>, serving: Peer) {
    this.#scope = scope;
    this.#serving = serving;
    this.#counts = new DataLoader(async (ids) => {
      const of = ids.map((id) => ({ __typename: 'ModelVersion', id }));
      const { _entities } = await serving.ask<Counts>(scope.viewer, COUNTS, { of });
      return _entities.map((version) => version?.predictionStatistics.succeededCount ?? null);
    });
  }

  /** How many answers a version gave; null where serving has no such version. Many versions are one question. */
  answerCountOf(modelVersionId: string): Promise<number | null> {
    return this.#counts.load(modelVersionId);
  }

  /** The version that a mutation is about; null where the viewer's organization has none with this id. */
  async meant(id: string): Promise<ServedVersion | null> {
    const asked = this.#serving.ask<{ modelVersion: ServedVersion | null }>(this.#scope.viewer, ONE, { id }, { operation: 'mutation' });
    return (await asked).modelVersion;
  }
}
