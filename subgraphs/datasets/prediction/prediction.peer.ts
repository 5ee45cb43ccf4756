import type { EntityOf } from '../../shared/peers/peer-operation.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import {
  PredictionDocument,
  PredictionInputsDocument,
  type PredictionInputsQuery,
  type PredictionQuery,
} from '../generated/serving-operations.js';

/** A prediction in the log of the serving subgraph. */
export type LoggedPrediction = NonNullable<PredictionQuery['prediction']>;

/** The input and output of a logged prediction. */
export interface PredictionInput {
  id: string;
  input: Record<string, unknown>;
  output: unknown;
}

/** The number of predictions that are read in one request. */
const PAGE = 200;

/** Reads predictions from the serving subgraph. Its methods reject with PeerError if serving does not respond. */
export class PredictionPeer {
  readonly #scope: Scope<PrismaClient>;
  readonly #serving: PeerClient;

  constructor(scope: Scope<PrismaClient>, serving: PeerClient) {
    this.#scope = scope;
    this.#serving = serving;
  }

  /** Returns the prediction that a mutation refers to, or null if the viewer's organization has none with this id. */
  async findForMutation(id: string): Promise<LoggedPrediction | null> {
    return (await this.#serving.request(this.#scope.viewer, PredictionDocument, { id }, { operation: 'mutation' })).prediction;
  }

  /** Returns, by id, those of the predictions that succeeded and were made by the model version. Sends one request per page. */
  async succeededOf(modelVersionId: string, ids: readonly string[]): Promise<Map<string, PredictionInput>> {
    const found = new Map<string, PredictionInput>();
    for (let start = 0; start < ids.length; start += PAGE) {
      const representations = ids.slice(start, start + PAGE).map((id) => ({ __typename: 'Prediction', id }));
      const operation = 'mutation';
      const { _entities } = await this.#serving.request(this.#scope.viewer, PredictionInputsDocument, { representations }, { operation });
      for (const prediction of _entities as EntityOf<PredictionInputsQuery>[])
        if (prediction?.status === 'SUCCEEDED' && prediction.modelVersion.id === modelVersionId)
          found.set(prediction.id, { ...prediction, input: prediction.input as Record<string, unknown> });
    }
    return found;
  }
}
