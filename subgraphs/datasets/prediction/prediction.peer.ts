import type { Peer } from '../../shared/peers/peer.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';

/** A prediction as serving logged it. */
export interface LoggedPrediction {
  id: string;
  status: string;
  output: unknown;
  confidence: number | null;
  modelVersion: { id: string; trainingRunId: string | null; dataset: { id: string } | null };
}

const ONE = `query ($id: ID!) {
  prediction(id: $id) { id status output confidence modelVersion { id trainingRunId dataset { id } } }
}`;

/** What serving says of predictions; rejects with a PeerFault where it does not answer. */
export class PredictionPeer {
  readonly #scope: Scope<PrismaClient>;
  readonly #serving: Peer;

  constructor(scope: Scope<PrismaClient>, serving: Peer) {
    this.#scope = scope;
    this.#serving = serving;
  }

  /** The prediction that a mutation is about; null where the viewer's organization has none with this id. */
  async judged(id: string): Promise<LoggedPrediction | null> {
    const asked = this.#serving.ask<{ prediction: LoggedPrediction | null }>(this.#scope.viewer, ONE, { id }, { operation: 'mutation' });
    return (await asked).prediction;
  }
}
