import { refuseIf } from '../../shared/errors/user-error.js';
import { RowListLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { DependentModels, DependentsPeer, TrainedOn } from './dependents.peer.js';
import { inUseProblems } from './dependents.rules.js';

/** The objects that depend on a dataset or a run. Training runs are read here, model versions from the serving subgraph. */
export class DependentsRow {
  readonly #models: () => Promise<DependentModels>;

  constructor(
    readonly trainingRunCount: number,
    models: () => Promise<DependentModels>,
  ) {
    this.#models = models;
  }

  async modelVersionCount(): Promise<number> {
    return (await this.#models()).modelVersions.totalCount;
  }

  async modelVersions(): Promise<{ id: string }[]> {
    return (await this.#models()).modelVersions.nodes;
  }

  async aliasedVersionCount(): Promise<number> {
    return (await this.#models()).aliased.totalCount;
  }

  async liveDeploymentCount(): Promise<number> {
    return (await this.#models()).deployments.totalCount;
  }

  async liveDeployments(): Promise<{ id: string }[]> {
    return (await this.#models()).deployments.nodes;
  }
}

export class DependentsStore {
  readonly #peer: DependentsPeer;
  readonly #runs: RowListLoader<{ id: string; datasetId: string }>;

  constructor(scope: Scope<PrismaClient>, peer: DependentsPeer) {
    this.#peer = peer;
    this.#runs = new RowListLoader(
      (ids) => scope.db.trainingRun.findMany({ where: { datasetId: { in: ids } }, select: { id: true, datasetId: true } }),
      (run) => run.datasetId,
    );
  }

  async ofDataset(datasetId: string): Promise<DependentsRow> {
    const trainedOn = await this.#trainedOn(datasetId);
    return new DependentsRow(trainedOn.trainingRunIds.length, () => this.#peer.of(trainedOn));
  }

  ofRun(id: string): DependentsRow {
    return new DependentsRow(0, () => this.#peer.of({ trainingRunIds: [id] }));
  }

  /** Throws Refusal if a model that was trained on the dataset is in use, and PeerError if serving does not respond. */
  async refuseDatasetInUse(datasetId: string): Promise<void> {
    refuseIf(inUseProblems(await this.#peer.currentOf(await this.#trainedOn(datasetId))));
  }

  /** Throws Refusal if a model that the run produced is in use, and PeerError if serving does not respond. */
  async refuseRunInUse(id: string): Promise<void> {
    refuseIf(inUseProblems(await this.#peer.currentOf({ trainingRunIds: [id] })));
  }

  async #trainedOn(datasetId: string): Promise<TrainedOn> {
    return { datasetId, trainingRunIds: (await this.#runs.load(datasetId)).map(({ id }) => id) };
  }
}
