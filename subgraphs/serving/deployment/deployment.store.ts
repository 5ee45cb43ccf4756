import { sqltag as sql } from '@prisma/client/runtime/client';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowListLoader, RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals, oneOf, type Condition } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type {
  DeploymentCreateInput,
  DeploymentFilter,
  DeploymentOrderField,
  DeploymentUpdateInput,
  ModelVersionStatus,
} from '../generated/graphql.js';
import { Prisma, type Deployment, type DeploymentVariant, type PrismaClient } from '../generated/prisma/client.js';
import { trainedOnCondition } from '../model-version/trained-on.js';
import type { ModelVersionStore } from '../model-version/model-version.store.js';
import type { TrafficShare } from './traffic-share.js';
import { createProblems, updateProblems } from './deployment.rules.js';

export type DeploymentRow = Deployment;
export type DeploymentPage = Connection<DeploymentRow>;
export type DeploymentArguments = ConnectionArguments<DeploymentFilter, DeploymentOrderField>;

const definition: ConnectionDefinition<DeploymentRow, DeploymentFilter, DeploymentOrderField> = {
  table: tableOf('deployments', Prisma.DeploymentScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    UPDATED_AT: { field: 'updatedAt', type: 'timestamptz' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('environment', filter.environment, '"DeploymentEnvironment"'),
    oneOf('status', filter.statuses, '"DeploymentStatus"'),
    equals('modelVersionId', filter.modelVersionId == null ? null : parseId(filter.modelVersionId, 'modelVersionId'), 'uuid'),
    ofVersion(trainedOnCondition(filter.trainedOn, sql`version`)),
  ],
};

/** Builds the condition that the version of the deployment, or one of its variants, meets `condition`. */
const ofVersion = (condition: Condition): Condition =>
  condition &&
  sql`EXISTS (SELECT FROM model_versions AS version WHERE version.org_id = row.org_id AND ${condition} AND (
    version.id = row.model_version_id OR EXISTS (
      SELECT FROM deployment_variants AS variant
      WHERE variant.org_id = row.org_id AND variant.deployment_id = row.id AND variant.model_version_id = version.id)))`;

const deploymentNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No deployment with this id exists in your organization.');
const versionArchived = (field: string) =>
  refusal('INVALID', ['input', field], 'The model version is ARCHIVED. Set its status to DEPRECATED or use another version.');

export class DeploymentStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #versions: ModelVersionStore;
  readonly #byId: RowLoader<DeploymentRow>;
  readonly #variants: RowListLoader<DeploymentVariant>;
  readonly #pages: Pages<DeploymentRow, DeploymentFilter, DeploymentOrderField>;

  constructor(scope: Scope<PrismaClient>, versions: ModelVersionStore) {
    this.#scope = scope;
    this.#versions = versions;
    this.#byId = new RowLoader(
      (ids) => scope.db.deployment.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#variants = new RowListLoader(
      (ids) =>
        scope.db.deploymentVariant.findMany({
          where: { deploymentId: { in: ids } },
          orderBy: [{ percent: 'desc' }, { modelVersionId: 'asc' }],
        }),
      (row) => row.deploymentId,
    );
    this.#pages = new Pages(scope, definition);
  }

  byId(id: string | null | undefined): Promise<DeploymentRow | null> {
    return this.#byId.load(id);
  }

  page(args: DeploymentArguments): DeploymentPage {
    return this.#pages.all(args);
  }

  ofVersion(modelVersionId: string, args: DeploymentArguments): DeploymentPage {
    return this.#pages.of({ field: 'modelVersionId', id: modelVersionId }, args);
  }

  /** Removes a deployment from the loaders after a change, so that the payload of the mutation shows the new row. */
  evict(id: string): void {
    this.#byId.clear(id);
    this.#variants.clear(id);
  }

  /** Returns the versions that make the predictions of a deployment, with their percentages. Without variants its own version makes all. */
  async sharesOf({ id, modelVersionId }: DeploymentRow): Promise<TrafficShare[]> {
    const variants = await this.#variants.load(id);
    return variants.length > 0 ? variants : [{ modelVersionId, percent: 100 }];
  }

  async create(input: DeploymentCreateInput): Promise<DeploymentRow | null> {
    refuseIf(createProblems(input));
    const { modelVersionId, environment, endpointUrl, status } = input;
    const orgId = this.#scope.organizationId;
    const data = { orgId, modelVersionId, environment, endpointUrl, status: status ?? 'PENDING' };
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, this.#scope.viewer, 'deploymentCreate', input, async (id) => {
        if (!(await this.#versions.lock(transaction, modelVersionId, ['ACTIVE', 'DEPRECATED']))) {
          if ((await transaction.modelVersion.count({ where: { id: modelVersionId } })) > 0) throw versionArchived('modelVersionId');
          throw refusal('NOT_FOUND', ['input', 'modelVersionId'], 'No model version with this id exists in your organization.');
        }
        await transaction.deployment.create({ data: { ...data, id } });
      }),
    );
    this.#versions.evict(modelVersionId);
    return this.byId(id);
  }

  /** Locks the version before the deployment changes, so that no deployment becomes ACTIVE while its version is archived. */
  async update(input: DeploymentUpdateInput): Promise<DeploymentRow | null> {
    refuseIf(updateProblems(input));
    const { id, status, endpointUrl } = input;
    await this.#scope.db.$transaction(async (transaction) => {
      const deployment = await transaction.deployment.findFirst({ where: { id }, select: { modelVersionId: true } });
      if (!deployment) throw deploymentNotFound();
      const { modelVersionId } = deployment;
      const statuses: ModelVersionStatus[] | undefined = status === 'ACTIVE' ? ['ACTIVE', 'DEPRECATED'] : undefined;
      if (!(await this.#versions.lock(transaction, modelVersionId, statuses)))
        throw statuses ? versionArchived('status') : deploymentNotFound();
      const variants = await transaction.deploymentVariant.findMany({
        where: { deploymentId: id },
        select: { modelVersion: { select: { status: true } } },
      });
      if (endpointUrl != null && variants.length > 0)
        throw refusal(
          'INVALID',
          ['input', 'endpointUrl'],
          'This deployment splits its traffic among variants that run on this platform, so it cannot have an endpointUrl.',
        );
      if (status === 'ACTIVE' && variants.some(({ modelVersion }) => modelVersion.status === 'ARCHIVED'))
        throw refusal(
          'INVALID',
          ['input', 'status'],
          'One of the variants is an ARCHIVED version. Remove it with deploymentTrafficSet first.',
        );
      // Without any column to set, Prisma writes nothing and reports no row.
      const data = { status: status ?? undefined, endpointUrl, updatedAt: new Date() };
      const { count } = await transaction.deployment.updateMany({ where: { id }, data });
      if (count === 0) throw deploymentNotFound();
      this.#versions.evict(modelVersionId);
    });
    this.#byId.clear(id);
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const hasPredictions = () =>
      refusal('IN_USE', ['input', 'id'], 'This deployment has predictions, so it cannot be deleted. Keep it STOPPED instead.');
    const deleting = this.#scope.db.$transaction(async (transaction) => {
      const deployment = await transaction.deployment.findFirst({ where: { id }, select: { modelVersionId: true } });
      if (!deployment || !(await this.#versions.lock(transaction, deployment.modelVersionId))) throw deploymentNotFound();
      const { count } = await transaction.deployment.deleteMany({ where: { id, status: { not: 'ACTIVE' } } });
      if (count > 0) return deployment.modelVersionId;
      const isActive = (await transaction.deployment.count({ where: { id } })) > 0;
      throw isActive
        ? refusal('IN_USE', ['input', 'id'], 'This deployment is ACTIVE. Set its status to STOPPED first.')
        : deploymentNotFound();
    });
    this.#versions.evict(await refuseOnViolation(FOREIGN_KEY, hasPredictions, deleting));
    this.#byId.clear(id);
    return id;
  }
}
