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

/** What a prediction was asked and answered, as serving logged it. */
export interface JudgedInput {
  id: string;
  input: Record<string, unknown>;
  output: unknown;
}

const MANY = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on Prediction { id status input output modelVersion { id } } }
}`;

type Many = { _entities: ((JudgedInput & { status: string; modelVersion: { id: string } }) | null)[] };

/** How many predictions are asked for at once. */
const PAGE = 200;

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

  /** By their ids, those of these predictions that the version answered; as many questions as there are pages. */
  async answersOf(modelVersionId: string, ids: readonly string[]): Promise<Map<string, JudgedInput>> {
    const found = new Map<string, JudgedInput>();
    for (let start = 0; start < ids.length; start += PAGE) {
      const of = ids.slice(start, start + PAGE).map((id) => ({ __typename: 'Prediction', id }));
      const { _entities } = await this.#serving.ask<Many>(this.#scope.viewer, MANY, { of }, { operation: 'mutation' });
      for (const prediction of _entities)
        if (prediction?.status === 'SUCCEEDED' && prediction.modelVersion.id === modelVersionId) found.set(prediction.id, prediction);
    }
    return found;
  }
}
