import { sqltag as sql } from '@prisma/client/runtime/client';
import DataLoader from 'dataloader';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { groupBy } from '../../shared/loader/group-by.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { DeploymentRow, DeploymentStore } from '../deployment/deployment.store.js';
import type { DeploymentTrafficSetInput, VariantMetrics } from '../generated/graphql.js';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { ModelVersionStore } from '../model-version/model-version.store.js';
import type { Share } from '../predict/variant.js';
import { trafficProblems } from './deployment-variant.rules.js';

export type DeploymentVariantRow = Share & { deploymentId: string };

/** Which of a variant's predictions. */
export interface Window {
  from?: Date | null;
  to?: Date | null;
}

type Asked = DeploymentVariantRow & { window: Window };
type Figures = Omit<VariantMetrics, '__typename' | 'errorRate'>;
type Found = Figures & { deploymentId: string; modelVersionId: string };

const predictions = tableOf('predictions', Prisma.PredictionScalarFieldEnum);
const NONE: Figures = {
  totalCount: 0,
  pendingCount: 0,
  succeededCount: 0,
  failedCount: 0,
  p50LatencyMs: null,
  p95LatencyMs: null,
  averageConfidence: null,
};

const keyOf = ({ deploymentId, modelVersionId }: { deploymentId: string; modelVersionId: string }) => `${deploymentId} ${modelVersionId}`;
const windowKey = ({ window: { from, to } }: Asked) => `${from?.getTime()} ${to?.getTime()}`;

export class DeploymentVariantStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #deployments: DeploymentStore;
  readonly #versions: ModelVersionStore;
  readonly #figures: DataLoader<Asked, Figures, string>;

  constructor(scope: Scope<PrismaClient>, deployments: DeploymentStore, versions: ModelVersionStore) {
    this.#scope = scope;
    this.#deployments = deployments;
    this.#versions = versions;
    this.#figures = new DataLoader(
      async (asked) => {
        const windows = groupBy(asked, windowKey);
        const found = new Map(
          await Promise.all(
            [...windows].map(async ([key, some]) => [key, new Map((await this.#read(some)).map((row) => [keyOf(row), row]))] as const),
          ),
        );
        return asked.map((one) => found.get(windowKey(one))!.get(keyOf(one)) ?? NONE);
      },
      { cacheKeyFn: (asked) => `${keyOf(asked)} ${windowKey(asked)}` },
    );
  }

  async of(deployment: DeploymentRow): Promise<DeploymentVariantRow[]> {
    const shares = await this.#deployments.sharesOf(deployment);
    return shares.map(({ modelVersionId, percent }) => ({ deploymentId: deployment.id, modelVersionId, percent }));
  }

  async metrics(variant: DeploymentVariantRow, window: Window): Promise<VariantMetrics> {
    const figures = await this.#figures.load({ ...variant, window });
    const ended = figures.succeededCount + figures.failedCount;
    return { ...figures, errorRate: ended === 0 ? null : figures.failedCount / ended };
  }

  /** Locks the versions in one order before it looks at them: none is archived while it gets a share. */
  async set(input: DeploymentTrafficSetInput): Promise<DeploymentRow | null> {
    refuseIf(trafficProblems(input));
    const { deploymentId } = input;
    const orgId = this.#scope.organizationId;
    const ordered = input.variants
      .map((variant, index) => ({ ...variant, index }))
      .sort((one, other) => (one.versionId < other.versionId ? -1 : 1));
    await this.#scope.db.$transaction(async (transaction) => {
      const deployment = await transaction.deployment.findFirst({ where: { id: deploymentId }, include: { modelVersion: true } });
      if (!deployment) throw refusal('NOT_FOUND', ['input', 'deploymentId'], 'You have no deployment with this id.');
      if (deployment.endpointUrl !== null)
        throw refusal('INVALID', ['input', 'deploymentId'], 'It has an endpoint, which divides its predictions for itself.');
      for (const { versionId, index } of ordered) {
        const field = ['input', 'variants', String(index), 'versionId'];
        const isActive = await this.#versions.lock(transaction, versionId, ['ACTIVE', 'DEPRECATED']);
        const version = await transaction.modelVersion.findFirst({ where: { id: versionId, modelId: deployment.modelVersion.modelId } });
        if (!version) throw refusal('NOT_FOUND', field, 'The deployed model has no version with this id.');
        if (!isActive) throw refusal('INVALID', field, 'This version is ARCHIVED.');
        if (version.artifactSha256 === null) throw refusal('INVALID', field, 'This version has no ONNX file to run here.');
      }
      await transaction.deploymentVariant.deleteMany({ where: { deploymentId } });
      await transaction.deploymentVariant.createMany({
        data: ordered.map(({ versionId, percent }) => ({ orgId, deploymentId, modelVersionId: versionId, percent })),
      });
      await transaction.deployment.updateMany({ where: { id: deploymentId }, data: { updatedAt: new Date() } });
    });
    for (const { versionId } of ordered) this.#versions.forget(versionId);
    this.#deployments.forget(deploymentId);
    return this.#deployments.byId(deploymentId);
  }

  #read(asked: readonly Asked[]): Promise<Found[]> {
    const { from, to } = asked[0]!.window;
    const ids = [...new Set(asked.map(({ deploymentId }) => deploymentId))];
    return this.#scope.query(
      predictions,
      (rows) => sql`
        SELECT row.deployment_id AS "deploymentId", row.model_version_id AS "modelVersionId", count(*)::int AS "totalCount",
          (count(*) FILTER (WHERE row.status = 'PENDING'))::int AS "pendingCount",
          (count(*) FILTER (WHERE row.status = 'SUCCEEDED'))::int AS "succeededCount",
          (count(*) FILTER (WHERE row.status = 'FAILED'))::int AS "failedCount",
          percentile_cont(0.5) WITHIN GROUP (ORDER BY row.latency_ms) AS "p50LatencyMs",
          percentile_cont(0.95) WITHIN GROUP (ORDER BY row.latency_ms) AS "p95LatencyMs", avg(row.confidence) AS "averageConfidence"
        FROM ${rows} AS row
        WHERE row.deployment_id = ANY(${ids}::uuid[])
          AND (${from?.toISOString() ?? null}::timestamptz IS NULL OR row.created_at >= ${from?.toISOString() ?? null}::timestamptz)
          AND (${to?.toISOString() ?? null}::timestamptz IS NULL OR row.created_at < ${to?.toISOString() ?? null}::timestamptz)
        GROUP BY row.deployment_id, row.model_version_id`,
    );
  }
}
