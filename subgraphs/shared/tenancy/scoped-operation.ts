import { codedError } from '../errors/coded-error.js';
import { hasRole, type Viewer } from '../viewer/viewer.js';
import { fieldsOf, type Models } from './models.js';

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
 * A Prisma query extension that holds every operation to the viewer's organization: reads, updates and deletes get
 * `orgId` into their `where`, creates (and updates that name it) into their `data`. Related rows need nothing more, since every foreign key
 * carries the organization. What it does not know it refuses: raw SQL, and operations that Prisma may add one day.
 */
export function scopedOperation(viewer: Viewer, models: Models) {
  const orgId = viewer.organizationId;
  const owned = (row: unknown) => (Array.isArray(row) ? row.map((one) => ({ ...one, orgId })) : { ...(row as object), orgId });

  /** A change never moves a row to another organization. */
  const kept = (model: string, change: unknown) =>
    touched(fieldsOf(models, model), { ...(change as object), ...('orgId' in (change as object) && { orgId }) });

  return ({ model, operation, args, query }: Operation): Promise<unknown> => {
    if (!model) throw new Error(`${operation} is not scoped to an organization; use Scope.query.`);
    if (!('orgId' in fieldsOf(models, model))) {
      if (!READS.has(operation) && !hasRole(viewer, 'PLATFORM_ADMIN'))
        throw codedError('FORBIDDEN', 'Only a platform administrator may do this.');
      return query(UPDATES.has(operation) ? { ...args, data: touched(fieldsOf(models, model), args.data as object) } : args);
    }
    if (!FILTERED.has(operation) && !CREATES.has(operation)) throw new Error(`${operation} is not known to be scoped.`);
    const scoped = { ...args };
    if (FILTERED.has(operation)) scoped.where = { ...(args.where as object), orgId };
    if (CREATES.has(operation)) scoped.data = owned(args.data);
    if (UPDATES.has(operation)) scoped.data = kept(model, args.data);
    if (operation === 'upsert') Object.assign(scoped, { create: owned(args.create), update: kept(model, args.update) });
    return query(scoped);
  };
}

/** An update with nothing to set still finds its row: without a field Prisma would send no statement and count none. */
const touched = (fields: object, change: object): object => ('updatedAt' in fields ? { updatedAt: new Date(), ...change } : change);
