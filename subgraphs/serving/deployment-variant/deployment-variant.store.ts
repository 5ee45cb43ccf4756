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
import type { TrafficShare } from '../deployment/traffic-share.js';
import { trafficProblems } from './deployment-variant.rules.js';

export type DeploymentVariantRow = TrafficShare & { deploymentId: string };

/** A half-open time window; a missing bound is unlimited. */
export interface TimeWindow {
  from?: Date | null;
  to?: Date | null;
}

type MetricsKey = DeploymentVariantRow & { window: TimeWindow };
type Metrics = Omit<VariantMetrics, '__typename' | 'errorRate'>;
type MetricsRow = Metrics & { deploymentId: string; modelVersionId: string };

const predictions = tableOf('predictions', Prisma.PredictionScalarFieldEnum);
const NO_PREDICTIONS: Metrics = {
  totalCount: 0,
  pendingCount: 0,
  succeededCount: 0,
  failedCount: 0,
  p50LatencyMs: null,
  p95LatencyMs: null,
  averageConfidence: null,
};

const keyOf = ({ deploymentId, modelVersionId }: { deploymentId: string; modelVersionId: string }) => `${deploymentId} ${modelVersionId}`;
const windowKey = ({ window: { from, to } }: MetricsKey) => `${from?.getTime()} ${to?.getTime()}`;

export class DeploymentVariantStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #deployments: DeploymentStore;
  readonly #versions: ModelVersionStore;
  readonly #metrics: DataLoader<MetricsKey, Metrics, string>;

  constructor(scope: Scope<PrismaClient>, deployments: DeploymentStore, versions: ModelVersionStore) {
    this.#scope = scope;
    this.#deployments = deployments;
    this.#versions = versions;
    this.#metrics = new DataLoader(
      async (keys) => {
        const windows = groupBy(keys, windowKey);
        const byWindow = new Map(
          await Promise.all(
            [...windows].map(async ([window, keysOfWindow]) => {
              const rows = await this.#readMetrics(keysOfWindow);
              return [window, new Map(rows.map((row) => [keyOf(row), row]))] as const;
            }),
          ),
        );
        return keys.map((key) => byWindow.get(windowKey(key))!.get(keyOf(key)) ?? NO_PREDICTIONS);
      },
      { cacheKeyFn: (key) => `${keyOf(key)} ${windowKey(key)}` },
    );
  }

  async of(deployment: DeploymentRow): Promise<DeploymentVariantRow[]> {
    const shares = await this.#deployments.sharesOf(deployment);
    return shares.map(({ modelVersionId, percent }) => ({ deploymentId: deployment.id, modelVersionId, percent }));
  }

  async metrics(variant: DeploymentVariantRow, window: TimeWindow): Promise<VariantMetrics> {
    const metrics = await this.#metrics.load({ ...variant, window });
    const completeCount = metrics.succeededCount + metrics.failedCount;
    return { ...metrics, errorRate: completeCount === 0 ? null : metrics.failedCount / completeCount };
  }

  /**
   * Replaces the traffic split. It locks the versions before it reads them, so that none is archived meanwhile, and in the order of their
   * ids, so that concurrent changes do not deadlock.
   */
  async set(input: DeploymentTrafficSetInput): Promise<DeploymentRow | null> {
    refuseIf(trafficProblems(input));
    const { deploymentId } = input;
    const orgId = this.#scope.organizationId;
    const ordered = input.variants.map((variant, index) => ({ ...variant, index })).sort((a, b) => (a.versionId < b.versionId ? -1 : 1));
    await this.#scope.db.$transaction(async (transaction) => {
      const deployment = await transaction.deployment.findFirst({ where: { id: deploymentId }, include: { modelVersion: true } });
      if (!deployment) throw refusal('NOT_FOUND', ['input', 'deploymentId'], 'No deployment with this id exists in your organization.');
      if (deployment.endpointUrl !== null)
        throw refusal(
          'INVALID',
          ['input', 'deploymentId'],
          'This deployment has an endpointUrl, so its own server splits the traffic. Set endpointUrl to null first.',
        );
      for (const { versionId, index } of ordered) {
        const field = ['input', 'variants', String(index), 'versionId'];
        const isUsable = await this.#versions.lock(transaction, versionId, ['ACTIVE', 'DEPRECATED']);
        const version = await transaction.modelVersion.findFirst({ where: { id: versionId, modelId: deployment.modelVersion.modelId } });
        if (!version) throw refusal('NOT_FOUND', field, 'The deployed model has no version with this id.');
        if (!isUsable) throw refusal('INVALID', field, 'This version is ARCHIVED. Set its status to DEPRECATED or use another version.');
        if (version.artifactSha256 === null)
          throw refusal('INVALID', field, 'This version has no ONNX file, so it cannot run on this platform.');
      }
      await transaction.deploymentVariant.deleteMany({ where: { deploymentId } });
      await transaction.deploymentVariant.createMany({
        data: ordered.map(({ versionId, percent }) => ({ orgId, deploymentId, modelVersionId: versionId, percent })),
      });
      await transaction.deployment.updateMany({ where: { id: deploymentId }, data: { updatedAt: new Date() } });
    });
    for (const { versionId } of ordered) this.#versions.evict(versionId);
    this.#deployments.evict(deploymentId);
    return this.#deployments.byId(deploymentId);
  }

  #readMetrics(keys: readonly MetricsKey[]): Promise<MetricsRow[]> {
    const { from, to } = keys[0]!.window;
    const ids = [...new Set(keys.map(({ deploymentId }) => deploymentId))];
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
