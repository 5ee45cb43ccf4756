import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { datasets } from '../../kit/datasets.js';
import { copyTemplate } from '../../kit/template.js';
import type { Database } from '../../../subgraphs/shared/database/database.js';

let database: Database;
let client: PrismaClient;
beforeAll(async () => {
  database = await copyTemplate('datasets');
  client = datasets.connect(database.adapter);
});
afterAll(async () => {
  await client.$disconnect();
  await database.close();
});

const ORGANIZATION = `'00000000-0000-7000-8000-000000000000'`;

/** How PostgreSQL would answer where reading or sorting everything is the last resort. */
const plan = (statement: string): Promise<string> =>
  client.$transaction(async (transaction) => {
    for (const way of ['enable_seqscan', 'enable_sort', 'enable_incremental_sort'])
      await transaction.$executeRawUnsafe(`SET LOCAL ${way} = off`);
    const lines = await transaction.$queryRawUnsafe<Record<string, string>[]>(`EXPLAIN ${statement}`);
    return lines.map((line) => Object.values(line).join()).join('\n');
  });

it.each([
  ['DESC NULLS LAST', 'DESC', 'training_runs_org_id_duration_ms_longest_idx'],
  ['ASC NULLS FIRST', 'ASC', 'training_runs_org_id_duration_ms_longest_idx'],
  ['ASC NULLS LAST', 'ASC', 'training_runs_org_id_duration_ms_id_idx'],
])('reads training runs by duration %s from an index, without sorting', async (duration, id, index) => {
  const lines = await plan(
    `SELECT * FROM training_runs WHERE org_id = ${ORGANIZATION} ORDER BY duration_ms ${duration}, id ${id} LIMIT 20`,
  );
  expect(lines).toContain(index);
  expect(lines).not.toContain('Sort');
});

it('finds datasets by a column in an index', async () => {
  expect(await plan(`SELECT * FROM datasets WHERE columns @> '[{"name": "a"}]'::jsonb`)).toContain('datasets_columns_idx');
});

it('reads feedback by the largest error from an index, without sorting', async () => {
  const lines = await plan(
    `SELECT * FROM prediction_feedback WHERE org_id = ${ORGANIZATION} ORDER BY absolute_error DESC NULLS LAST, id DESC LIMIT 20`,
  );
  expect(lines).toContain('prediction_feedback_org_id_absolute_error_largest_idx');
  expect(lines).not.toContain('Sort');
});
