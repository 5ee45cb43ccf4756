import { codedError } from '../errors/coded-error.js';
import { hasRole, type Viewer } from '../viewer/viewer.js';
import { fieldsOf, type PrismaModels } from './models.js';

interface Operation {
  model?: string;
  operation: string;
  // Prisma's arguments differ per model and operation; here only `where`, `data`, `create` matter.
  args: Record<string, unknown>;
  query: (args: Record<string, unknown>) => Promise<unknown>;
}

const READS = new Set(['findUnique', 'findUniqueOrThrow', 'findFirst', 'findFirstOrThrow', 'findMany', 'count', 'aggregate', 'groupBy']);
const FILTERED = new Set([...READS, 'update', 'updateMany', 'updateManyAndReturn', 'delete', 'deleteMany', 'upsert']);
const UPDATES = new Set(['update', 'updateMany', 'updateManyAndReturn']);
const CREATES = new Set(['create', 'createMany', 'createManyAndReturn']);

/**
 * Returns the Prisma query extension that limits every operation to the viewer's organization: it adds `orgId` to the `where` of
 * reads, updates and deletes, and to the `data` of creates (and of updates that set it). Related rows need no condition, since
 * every foreign key contains the organization. It throws for raw SQL and for operations that it does not know.
 */
export function scopedOperation(viewer: Viewer, models: PrismaModels) {
  const orgId = viewer.organizationId;
  const withOrgId = (row: unknown) => (Array.isArray(row) ? row.map((one) => ({ ...one, orgId })) : { ...(row as object), orgId });

  /** Replaces an `orgId` in the changes, so that an update never moves a row to another organization. */
  const withoutMove = (model: string, change: unknown) =>
    withUpdatedAt(fieldsOf(models, model), { ...(change as object), ...('orgId' in (change as object) && { orgId }) });

  return ({ model, operation, args, query }: Operation): Promise<unknown> => {
    if (!model) throw new Error(`${operation} cannot be limited to an organization; use Scope.query.`);
    if (!('orgId' in fieldsOf(models, model))) {
      if (!READS.has(operation) && !hasRole(viewer, 'PLATFORM_ADMIN'))
        throw codedError('FORBIDDEN', 'Only platform administrators may do this.');
      return query(UPDATES.has(operation) ? { ...args, data: withUpdatedAt(fieldsOf(models, model), args.data as object) } : args);
    }
    if (!FILTERED.has(operation) && !CREATES.has(operation))
      throw new Error(`The Prisma operation ${operation} is not supported in a scope.`);
    const scoped = { ...args };
    if (FILTERED.has(operation)) scoped.where = { ...(args.where as object), orgId };
    if (CREATES.has(operation)) scoped.data = withOrgId(args.data);
    if (UPDATES.has(operation)) scoped.data = withoutMove(model, args.data);
    if (operation === 'upsert') Object.assign(scoped, { create: withOrgId(args.create), update: withoutMove(model, args.update) });
    return query(scoped);
  };
}

/** Adds `updatedAt` to the changes. With no field to set, Prisma would send no statement and report that it changed no row. */
const withUpdatedAt = (fields: object, change: object): object => ('updatedAt' in fields ? { updatedAt: new Date(), ...change } : change);
