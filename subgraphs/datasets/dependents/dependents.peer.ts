import DataLoader from 'dataloader';
import type { Peer } from '../../shared/peers/peer.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';

/** What models were trained on, as serving filters by it. */
export interface TrainedOn {
  datasetId?: string;
  trainingRunIds: readonly string[];
}

/** A deployment that runs, and what runs there. */
export interface LiveDeployment {
  id: string;
  environment: string;
  modelVersion: { number: number; model: { name: string } };
}

/** A version that aliases lead to. */
export interface AliasedVersion {
  number: number;
  model: { name: string };
  aliases: { name: string }[];
}

/** What serving has of models that were trained on something: how many of each, and the newest hundred. */
export interface Trained {
  modelVersions: { totalCount: number; nodes: { id: string }[] };
  aliased: { totalCount: number; nodes: AliasedVersion[] };
  deployments: { totalCount: number; nodes: LiveDeployment[] };
}

const TRAINED = `query ($trainedOn: TrainedOn!) {
  modelVersions(first: 100, filter: { trainedOn: $trainedOn }) { totalCount nodes { id } }
  aliased: modelVersions(first: 100, filter: { trainedOn: $trainedOn, isAliased: true }) {
    totalCount nodes { number model { name } aliases { name } }
  }
  deployments(first: 100, filter: { trainedOn: $trainedOn, statuses: [ACTIVE] }) {
    totalCount nodes { id environment modelVersion { number model { name } } }
  }
}`;

/** What serving says of what rests on datasets and runs; rejects with a PeerFault where it does not answer. */
export class DependentsPeer {
  readonly #scope: Scope<PrismaClient>;
  readonly #serving: Peer;
  /** A question for each thing that is asked about, once in a request. */
  readonly #loader: DataLoader<TrainedOn, Trained, string>;

  constructor(scope: Scope<PrismaClient>, serving: Peer) {
    this.#scope = scope;
    this.#serving = serving;
    this.#loader = new DataLoader((asked) => Promise.all(asked.map((trainedOn) => this.#ask(trainedOn, 'query'))), {
      cacheKeyFn: (trainedOn) => JSON.stringify(trainedOn),
    });
  }

  of(trainedOn: TrainedOn): Promise<Trained> {
    return this.#loader.load(trainedOn);
  }

  /** What is in use at this moment, for a mutation that must not take its origin away. */
  live(trainedOn: TrainedOn): Promise<Pick<Trained, 'deployments' | 'aliased'>> {
    return this.#ask(trainedOn, 'mutation');
  }

  #ask(trainedOn: TrainedOn, operation: 'query' | 'mutation'): Promise<Trained> {
    return this.#serving.ask<Trained>(this.#scope.viewer, TRAINED, { trainedOn }, { operation });
  }
}
