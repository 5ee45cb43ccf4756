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

/** What serving says of model versions; rejects with a PeerFault where it does not answer. */
export class ModelVersionPeer {
  readonly #counts: DataLoader<string, number | null>;

  constructor(scope: Scope<PrismaClient>, serving: Peer) {
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
}
