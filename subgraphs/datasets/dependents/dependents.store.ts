import { refuseIf } from '../../shared/errors/user-error.js';
import { RowListLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { DependentModels, DependentsPeer, TrainedOn } from './dependents.peer.js';
import { liveProblems } from './dependents.rules.js';

/** What rests on a dataset or a run: the runs are here, what they made is serving's. */
export class DependentsRow {
  readonly #served: () => Promise<DependentModels>;

  constructor(
    readonly trainingRunCount: number,
    served: () => Promise<DependentModels>,
  ) {
    this.#served = served;
  }

  async modelVersionCount(): Promise<number> {
    return (await this.#served()).modelVersions.totalCount;
  }

  async modelVersions(): Promise<{ id: string }[]> {
    return (await this.#served()).modelVersions.nodes;
  }

  async aliasedVersionCount(): Promise<number> {
    return (await this.#served()).aliased.totalCount;
  }

  async liveDeploymentCount(): Promise<number> {
    return (await this.#served()).deployments.totalCount;
  }

  async liveDeployments(): Promise<{ id: string }[]> {
    return (await this.#served()).deployments.nodes;
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

  /** Refuses to take away the dataset that something live was trained on; rejects where serving cannot say. */
  async refuseLiveDataset(datasetId: string): Promise<void> {
    refuseIf(liveProblems(await this.#peer.currentOf(await this.#trainedOn(datasetId))));
  }

  /** Refuses to take away the run that made something live; rejects where serving cannot say. */
  async refuseLiveRun(id: string): Promise<void> {
    refuseIf(liveProblems(await this.#peer.currentOf({ trainingRunIds: [id] })));
  }

  async #trainedOn(datasetId: string): Promise<TrainedOn> {
    return { datasetId, trainingRunIds: (await this.#runs.load(datasetId)).map(({ id }) => id) };
  }
}
