import { join, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { LRUCache } from 'lru-cache';
import { refusal } from '../../shared/errors/user-error.js';
import type { RowsOf, Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DeploymentStore } from '../deployment/deployment.store.js';
import type { PredictTarget } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { ModelVersionRow, ModelVersionStore } from '../model-version/model-version.store.js';
import { variantOf } from './variant.js';

/** Who answers a question, and where. */
export interface Target {
  version: ModelVersionRow;
  deploymentId: string | null;
  /** The server that is asked; null where the model runs here. */
  endpointUrl: string | null;
  /** The alias by which the version was found; null where it was not. */
  alias: PredictTarget['alias'] | null;
}

/** Targets of versions and aliases that were asked before, by organization: one for a process. */
export type KnownTargets = LRUCache<string, Target>;

const MAX_KNOWN = 1000;
const MAX_KNOWN_CHARACTERS = 16_000_000;

export const knownTargets = (): KnownTargets =>
  new LRUCache({ max: MAX_KNOWN, maxSize: MAX_KNOWN_CHARACTERS, sizeCalculation: ({ version }) => JSON.stringify(version).length });

const FIELD = ['input', 'target'];

const versions = tableOf('model_versions', Prisma.ModelVersionScalarFieldEnum);
const aliases = tableOf('model_aliases', Prisma.ModelAliasScalarFieldEnum);
const deployments = tableOf('deployments', Prisma.DeploymentScalarFieldEnum);

/** Holds as long as the target may be asked. What else it says of a version never changes. */
export function stands({ version, alias, deploymentId }: Target, rowsOf: RowsOf): Sql {
  const conditions = [
    sql`EXISTS (SELECT FROM ${rowsOf(versions)} AS version WHERE version.id = ${version.id}::uuid AND version.status <> 'ARCHIVED')`,
  ];
  if (alias)
    conditions.push(
      sql`EXISTS (SELECT FROM ${rowsOf(aliases)} AS alias WHERE alias.model_id = ${alias.modelId}::uuid AND alias.name = ${alias.name} AND alias.model_version_id = ${version.id}::uuid)`,
    );
  if (deploymentId !== null)
    conditions.push(
      sql`EXISTS (SELECT FROM ${rowsOf(deployments)} AS deployment WHERE deployment.id = ${deploymentId}::uuid AND deployment.status = 'ACTIVE')`,
    );
  return join(conditions, ' AND ');
}

/** Finds out who answers. */
export class PredictTargets {
  readonly #scope: Scope<PrismaClient>;
  readonly #versions: ModelVersionStore;
  readonly #deployments: DeploymentStore;
  readonly #known: KnownTargets;

  constructor(scope: Scope<PrismaClient>, versions: ModelVersionStore, deployments: DeploymentStore, known: KnownTargets) {
    this.#scope = scope;
    this.#versions = versions;
    this.#deployments = deployments;
    this.#known = known;
  }

  /** What was remembered; undefined where nothing was. It may not stand any more: only a statement that asks `stands` knows. */
  known(asked: PredictTarget): Target | undefined {
    return this.#known.get(this.#keyOf(asked));
  }

  /** Keeps the target of a version or an alias, once it has a prediction: from then on neither its version nor its file is deleted. */
  remember(asked: PredictTarget, target: Target): void {
    if (target.deploymentId === null) this.#known.set(this.#keyOf(asked), target);
  }

  /** Throws Refusal where nobody does: nothing of this id, an archived version, a deployment that is not ACTIVE, or nothing that runs. */
  async find(asked: PredictTarget, requestId: string | null | undefined): Promise<Target> {
    const { versionId, alias, deploymentId } = asked;
    this.#known.delete(this.#keyOf(asked));
    if (deploymentId != null) return this.#deployment(deploymentId, requestId);
    return versionId != null ? this.#here(versionId, [...FIELD, 'versionId'], {}) : this.#aliased(alias!);
  }

  #keyOf({ versionId, alias }: PredictTarget): string {
    return JSON.stringify([this.#scope.organizationId, versionId ?? null, alias?.modelId ?? null, alias?.name ?? null]);
  }

  async #aliased({ modelId, name }: NonNullable<PredictTarget['alias']>): Promise<Target> {
    const found = await this.#scope.db.modelAlias.findFirst({ where: { modelId, name }, select: { modelVersionId: true } });
    if (!found) throw refusal('NOT_FOUND', [...FIELD, 'alias'], 'You have no model with this alias.');
    return this.#here(found.modelVersionId, [...FIELD, 'alias'], { alias: { modelId, name } });
  }

  async #deployment(id: string, requestId: string | null | undefined): Promise<Target> {
    const field = [...FIELD, 'deploymentId'];
    const deployment = await this.#deployments.byId(id);
    if (!deployment) throw refusal('NOT_FOUND', field, 'You have no deployment with this id.');
    if (deployment.status !== 'ACTIVE') throw refusal('INVALID', field, `This deployment is ${deployment.status}.`);
    const { endpointUrl, modelVersionId } = deployment;
    if (endpointUrl !== null)
      return { version: await this.#usable(modelVersionId, field), deploymentId: deployment.id, endpointUrl, alias: null };
    const shares = await this.#deployments.sharesOf(deployment);
    return this.#here(variantOf(deployment.id, shares, requestId), field, { deploymentId: deployment.id });
  }

  async #here(versionId: string, field: string[], { deploymentId = null, alias = null }: Partial<Target>): Promise<Target> {
    const version = await this.#usable(versionId, field);
    if (version.artifactSha256 === null)
      throw refusal('INVALID', field, 'This version has no ONNX file to run here. Ask a deployment of it that has an endpoint.');
    return { version, deploymentId, endpointUrl: null, alias };
  }

  async #usable(versionId: string, field: string[]): Promise<ModelVersionRow> {
    const version = await this.#versions.byId(versionId);
    if (!version) throw refusal('NOT_FOUND', field, 'You have no model version with this id.');
    if (version.status === 'ARCHIVED') throw refusal('INVALID', field, 'This version is ARCHIVED.');
    return version;
  }
}
