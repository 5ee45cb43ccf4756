import { refusal } from '../../shared/errors/user-error.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import type { DeploymentStore } from '../deployment/deployment.store.js';
import type { PredictTarget } from '../generated/graphql.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { ModelVersionRow, ModelVersionStore } from '../model-version/model-version.store.js';
import { variantOf } from './variant.js';

/** Who answers a question, and where. */
export interface Target {
  version: ModelVersionRow;
  deploymentId: string | null;
  /** The server that is asked; null where the model runs here. */
  endpointUrl: string | null;
}

const FIELD = ['input', 'target'];

/** Finds out who answers. */
export class PredictTargets {
  readonly #scope: Scope<PrismaClient>;
  readonly #versions: ModelVersionStore;
  readonly #deployments: DeploymentStore;

  constructor(scope: Scope<PrismaClient>, versions: ModelVersionStore, deployments: DeploymentStore) {
    this.#scope = scope;
    this.#versions = versions;
    this.#deployments = deployments;
  }

  /** Throws Refusal where nobody does: nothing of this id, an archived version, a deployment that is not ACTIVE, or nothing that runs. */
  async find({ versionId, alias, deploymentId }: PredictTarget, requestId: string | null | undefined): Promise<Target> {
    if (versionId != null) return this.#here(versionId, [...FIELD, 'versionId'], null);
    if (deploymentId != null) return this.#deployment(deploymentId, requestId);
    const { modelId, name } = alias!;
    const found = await this.#scope.db.modelAlias.findFirst({ where: { modelId, name }, select: { modelVersionId: true } });
    if (!found) throw refusal('NOT_FOUND', [...FIELD, 'alias'], 'You have no model with this alias.');
    return this.#here(found.modelVersionId, [...FIELD, 'alias'], null);
  }

  async #deployment(id: string, requestId: string | null | undefined): Promise<Target> {
    const field = [...FIELD, 'deploymentId'];
    const deployment = await this.#deployments.byId(id);
    if (!deployment) throw refusal('NOT_FOUND', field, 'You have no deployment with this id.');
    if (deployment.status !== 'ACTIVE') throw refusal('INVALID', field, `This deployment is ${deployment.status}.`);
    const { endpointUrl, modelVersionId } = deployment;
    if (endpointUrl !== null) return { version: await this.#usable(modelVersionId, field), deploymentId: deployment.id, endpointUrl };
    const shares = await this.#deployments.sharesOf(deployment);
    return this.#here(variantOf(deployment.id, shares, requestId), field, deployment.id);
  }

  async #here(versionId: string, field: string[], deploymentId: string | null): Promise<Target> {
    const version = await this.#usable(versionId, field);
    if (version.artifactSha256 === null)
      throw refusal('INVALID', field, 'This version has no ONNX file to run here. Ask a deployment of it that has an endpoint.');
    return { version, deploymentId, endpointUrl: null };
  }

  async #usable(versionId: string, field: string[]): Promise<ModelVersionRow> {
    const version = await this.#versions.byId(versionId);
    if (!version) throw refusal('NOT_FOUND', field, 'You have no model version with this id.');
    if (version.status === 'ARCHIVED') throw refusal('INVALID', field, 'This version is ARCHIVED.');
    return version;
  }
}
