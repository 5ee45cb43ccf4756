import fc from 'fast-check';
import { scopedOperation } from '../../subgraphs/shared/tenancy/scoped-operation.js';
import { aMember, aPlatformAdmin } from '../kit/viewers.js';

const models = { DatasetScalarFieldEnum: { orgId: 'orgId', id: 'id' }, IndustryScalarFieldEnum: { id: 'id' } };
const viewer = aMember();

/** Returns the arguments with which an operation reaches the database. */
const sent = async (model: string | undefined, operation: string, args: Record<string, unknown>, as = viewer) => {
  const seen: Record<string, unknown>[] = [];
  await scopedOperation(as, models)({ model, operation, args, query: async (scoped) => seen.push(scoped) });
  return seen[0];
};

describe('an operation on a tenant table', () => {
  it.each(['findUnique', 'findFirst', 'findMany', 'count', 'aggregate', 'groupBy', 'update', 'updateMany', 'delete', 'deleteMany'])(
    'is limited to the organization by its where argument: %s',
    async (operation) => {
      expect(await sent('Dataset', operation, { where: { id: 'x' }, data: {} })).toMatchObject({
        where: { id: 'x', orgId: viewer.organizationId },
      });
      expect(await sent('Dataset', operation, { data: {} })).toMatchObject({ where: { orgId: viewer.organizationId } });
    },
  );

  it('ignores an organization in the arguments of the caller', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (orgId) => {
        expect(await sent('Dataset', 'findMany', { where: { orgId } })).toEqual({ where: { orgId: viewer.organizationId } });
        expect(await sent('Dataset', 'updateMany', { data: { orgId } })).toMatchObject({ data: { orgId: viewer.organizationId } });
        expect(await sent('Dataset', 'create', { data: { orgId } })).toEqual({ data: { orgId: viewer.organizationId } });
        expect(await sent('Dataset', 'createMany', { data: [{ orgId }, {}] })).toEqual({
          data: [{ orgId: viewer.organizationId }, { orgId: viewer.organizationId }],
        });
      }),
    );
  });

  it('limits both parts of an upsert', async () => {
    const scoped = await sent('Dataset', 'upsert', { where: { id: 'x' }, create: { id: 'x' }, update: {} });
    expect(scoped).toEqual({
      where: { id: 'x', orgId: viewer.organizationId },
      create: { id: 'x', orgId: viewer.organizationId },
      update: {},
    });
  });

  it('is refused if it is raw or unknown', async () => {
    await expect(sent(undefined, '$queryRaw', {})).rejects.toThrow('cannot be limited to an organization');
    await expect(sent('Dataset', 'somethingNew', {})).rejects.toThrow('is not supported in a scope');
  });
});

describe('an update without data', () => {
  it('sets updatedAt if the table has it, so that the row is returned', async () => {
    const timed = { DatasetScalarFieldEnum: { orgId: 'orgId', updatedAt: 'updatedAt' } };
    const seen: Record<string, unknown>[] = [];
    await scopedOperation(
      viewer,
      timed,
    )({ model: 'Dataset', operation: 'updateMany', args: { data: { name: undefined } }, query: async (args) => seen.push(args) });
    expect(seen[0]!.data).toMatchObject({ updatedAt: expect.any(Date) });
  });
});

describe('an operation on a table of the platform', () => {
  it('is readable by everyone and writable by platform administrators only', async () => {
    expect(await sent('Industry', 'findMany', { where: { id: 'x' } })).toEqual({ where: { id: 'x' } });
    await expect(sent('Industry', 'create', { data: {} })).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(await sent('Industry', 'create', { data: {} }, aPlatformAdmin())).toEqual({ data: {} });
  });
});
