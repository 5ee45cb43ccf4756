import { join, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import { LRUCache } from 'lru-cache';
import { quote, refusal } from '../../shared/errors/user-error.js';
import type { RowsOf, Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DeploymentStore } from '../deployment/deployment.store.js';
import type { PredictTarget } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { ModelVersionRow, ModelVersionStore } from '../model-version/model-version.store.js';
import { chooseVariant } from './choose-variant.js';

/** The model version that makes a prediction, and the place where it runs. */
export interface Target {
  version: ModelVersionRow;
  deploymentId: string | null;
  /** The URL of the model server; null if the model runs here. */
  endpointUrl: string | null;
  /** The alias that was resolved to the version; null if the request named none. */
  alias: PredictTarget['alias'] | null;
}

/** The targets of recent requests by organization and version or alias. Each process has one cache. */
export type TargetCache = LRUCache<string, Target>;

const MAX_CACHED_TARGETS = 1000;
const MAX_CACHED_CHARACTERS = 16_000_000;

export const createTargetCache = (): TargetCache =>
  new LRUCache({
    max: MAX_CACHED_TARGETS,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: ({ version }) => JSON.stringify(version).length,
  });

const FIELD = ['input', 'target'];

const versions = tableOf('model_versions', Prisma.ModelVersionScalarFieldEnum);
const aliases = tableOf('model_aliases', Prisma.ModelAliasScalarFieldEnum);
const deployments = tableOf('deployments', Prisma.DeploymentScalarFieldEnum);

/**
 * Builds the SQL condition that a cached target is still valid: the version is not ARCHIVED, the alias still points to it, and the
 * deployment is ACTIVE. Everything else that a target says of its version is immutable.
 */
export function targetIsUsable({ version, alias, deploymentId }: Target, rowsOf: RowsOf): Sql {
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

/** Resolves the target of a prediction request. */
export class TargetStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #versions: ModelVersionStore;
  readonly #deployments: DeploymentStore;
  readonly #cache: TargetCache;

  constructor(scope: Scope<PrismaClient>, versions: ModelVersionStore, deployments: DeploymentStore, cache: TargetCache) {
    this.#scope = scope;
    this.#versions = versions;
    this.#deployments = deployments;
    this.#cache = cache;
  }

  /** Returns the cached target, if any. It may be outdated: only a statement with the condition `targetIsUsable` can tell. */
  cached(input: PredictTarget): Target | undefined {
    return this.#cache.get(this.#cacheKey(input));
  }

  /** Caches the target of a version or alias after its first prediction. From then on neither its version nor its artifact can be deleted. */
  cache(input: PredictTarget, target: Target): void {
    if (target.deploymentId === null) this.#cache.set(this.#cacheKey(input), target);
  }

  /** Throws Refusal if the target does not exist, its version is ARCHIVED or has no model file to run, or its deployment is not ACTIVE. */
  async resolve(input: PredictTarget, requestId: string | null | undefined): Promise<Target> {
    const { versionId, alias, deploymentId } = input;
    this.#cache.delete(this.#cacheKey(input));
    if (deploymentId != null) return this.#byDeployment(deploymentId, requestId);
    return versionId != null ? this.#withArtifact(versionId, [...FIELD, 'versionId'], {}) : this.#byAlias(alias!);
  }

  #cacheKey({ versionId, alias }: PredictTarget): string {
    return JSON.stringify([this.#scope.organizationId, versionId ?? null, alias?.modelId ?? null, alias?.name ?? null]);
  }

  async #byAlias({ modelId, name }: NonNullable<PredictTarget['alias']>): Promise<Target> {
    const row = await this.#scope.db.modelAlias.findFirst({ where: { modelId, name }, select: { modelVersionId: true } });
    if (!row)
      throw refusal('NOT_FOUND', [...FIELD, 'alias'], `No model with this id and the alias ${quote(name)} exists in your organization.`);
    return this.#withArtifact(row.modelVersionId, [...FIELD, 'alias'], { alias: { modelId, name } });
  }

  async #byDeployment(id: string, requestId: string | null | undefined): Promise<Target> {
    const field = [...FIELD, 'deploymentId'];
    const deployment = await this.#deployments.byId(id);
    if (!deployment) throw refusal('NOT_FOUND', field, 'No deployment with this id exists in your organization.');
    if (deployment.status !== 'ACTIVE')
      throw refusal(
        'INVALID',
        field,
        `The deployment must be ACTIVE; its status is ${deployment.status}. Set its status to ACTIVE or use another deployment.`,
      );
    const { endpointUrl, modelVersionId } = deployment;
    if (endpointUrl !== null)
      return { version: await this.#usableVersion(modelVersionId, field), deploymentId: deployment.id, endpointUrl, alias: null };
    const shares = await this.#deployments.sharesOf(deployment);
    return this.#withArtifact(chooseVariant(deployment.id, shares, requestId), field, { deploymentId: deployment.id });
  }

  async #withArtifact(versionId: string, field: string[], { deploymentId = null, alias = null }: Partial<Target>): Promise<Target> {
    const version = await this.#usableVersion(versionId, field);
    if (version.artifactSha256 === null)
      throw refusal('INVALID', field, 'This version has no ONNX file. Use a deployment of it that has an endpointUrl.');
    return { version, deploymentId, endpointUrl: null, alias };
  }

  async #usableVersion(versionId: string, field: string[]): Promise<ModelVersionRow> {
    const version = await this.#versions.byId(versionId);
    if (!version) throw refusal('NOT_FOUND', field, 'No model version with this id exists in your organization.');
    if (version.status === 'ARCHIVED')
      throw refusal('INVALID', field, 'This version is ARCHIVED. Set its status to DEPRECATED or use another version.');
    return version;
  }
}
