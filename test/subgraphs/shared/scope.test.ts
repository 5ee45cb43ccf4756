import { sqltag as sql } from '@prisma/client/runtime/client';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../../subgraphs/shared/database/database.js';
import { Prisma, type PrismaClient } from '../../../subgraphs/serving/generated/prisma/client.js';
import { serving } from '../../../subgraphs/serving/subgraph.js';
import { FOREIGN_KEY, refuseOnViolation } from '../../../subgraphs/shared/errors/constraint.js';
import { refusal } from '../../../subgraphs/shared/errors/user-error.js';
import { Scope } from '../../../subgraphs/shared/tenancy/scope.js';
import { tableOf } from '../../../subgraphs/shared/tenancy/table.js';
import { servingParts } from '../../kit/serving.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { copyTemplate } from '../../kit/template.js';
import { aMember } from '../../kit/viewers.js';

const models = tableOf('models', Prisma.ModelScalarFieldEnum);

let subgraph: RunningSubgraph<PrismaClient>;
let database: Database;
beforeAll(async () => {
  database = await copyTemplate('serving');
  subgraph = await runSubgraph(serving(servingParts), { database });
});
afterAll(async () => {
  await subgraph.close();
  await database.close();
});

const scopeOf = (viewer = aMember()) => new Scope<PrismaClient>(subgraph.client, Prisma, viewer);

const aModel = (id: string, rest = {}) => ({
  ...{ id: sql`${id}::uuid`, name: sql`${id}::text`, framework: sql`'onnx'`, ownerId: sql`${uuidv7()}::uuid`, updatedAt: sql`now()` },
  ...rest,
});

describe('a row that is inserted if a condition holds', () => {
  it('belongs to the organization, for any values', async () => {
    const [scope, other] = [scopeOf(), uuidv7()];
    const id = uuidv7();
    expect(await scope.insertWhen(models, aModel(id, { orgId: sql`${other}::uuid` }), () => sql`true`)).toBe(true);
    expect(await subgraph.client.model.findMany({ where: { id }, select: { orgId: true } })).toEqual([{ orgId: scope.organizationId }]);
  });

  it('is inserted by a client before its first query, and by one that was disconnected', async () => {
    const client = serving(servingParts).connect(database.adapter);
    const scope = new Scope<PrismaClient>(client, Prisma, aMember());
    const ids = [uuidv7(), uuidv7()];
    for (const id of ids) {
      expect(await scope.insertWhen(models, aModel(id), () => sql`true`)).toBe(true);
      await client.$disconnect();
    }
    expect(await subgraph.client.model.count({ where: { id: { in: ids } } })).toBe(2);
  });

  it('is not inserted if the condition does not hold', async () => {
    const id = uuidv7();
    expect(await scopeOf().insertWhen(models, aModel(id), () => sql`false`)).toBe(false);
    expect(await subgraph.client.model.count({ where: { id } })).toBe(0);
  });

  it('depends only on rows of the organization', async () => {
    const [mine, theirs] = [scopeOf(), scopeOf()];
    const [first, second] = [uuidv7(), uuidv7()];
    await mine.insertWhen(models, aModel(first), () => sql`true`);
    const isThere = (rows: Parameters<Parameters<typeof mine.insertWhen>[2]>[0]) =>
      sql`EXISTS (SELECT FROM ${rows(models)} AS model WHERE model.id = ${first}::uuid)`;
    expect(await theirs.insertWhen(models, aModel(second), isThere)).toBe(false);
    expect(await mine.insertWhen(models, aModel(second), isThere)).toBe(true);
  });

  it('is refused if it refers to a row that does not exist', async () => {
    const predictions = tableOf('predictions', Prisma.PredictionScalarFieldEnum);
    const values = { id: uuidv7(), modelVersionId: uuidv7(), userId: uuidv7() };
    const row = {
      ...Object.fromEntries(Object.entries(values).map(([field, id]) => [field, sql`${id}::uuid`])),
      ...{ input: sql`'{}'::jsonb`, status: sql`'SUCCEEDED'::"PredictionStatus"` },
    };
    const gone = refusal('NOT_FOUND', ['input'], 'It is gone.');
    for (let time = 0; time < 5; time++)
      await expect(
        refuseOnViolation(
          FOREIGN_KEY,
          () => gone,
          scopeOf().insertWhen(predictions, row, () => sql`true`),
        ),
      ).rejects.toBe(gone);
  });

  it('is never inserted into a platform table', async () => {
    await expect(scopeOf().insertWhen({ ...models, isTenant: false }, aModel(uuidv7()), () => sql`true`)).rejects.toThrow();
  });
});
