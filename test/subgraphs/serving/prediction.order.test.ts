import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { aMember } from '../../kit/viewers.js';
import { runServing, type RunningServing } from './arrange.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

/** The plan of the statement that reads the page: which index has its rows in order, if sorting costs too much. */
async function planOf(viewer: Viewer, connection: string, page: string): Promise<string> {
  subgraph.statements.take();
  await subgraph.execute(viewer, `{ ${connection}(${page}) { nodes { id } } }`);
  const statement = subgraph.statements.take().at(-1)!.replace('$1', `'${viewer.organizationId}'`).replace('$2', '21');
  return subgraph.client.$transaction(async (transaction) => {
    for (const way of ['seqscan', 'bitmapscan', 'sort']) await transaction.$executeRawUnsafe(`SET LOCAL enable_${way} = off`);
    const lines = await transaction.$queryRawUnsafe<Record<string, string>[]>(`EXPLAIN ${statement}`);
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  });
}

describe.each([
  ['predictions', 'LATENCY', 'predictions_org_id_latency_ms'],
  ['predictions', 'CONFIDENCE', 'predictions_org_id_confidence'],
  ['modelMetrics', 'VALUE', 'model_metrics_org_id_value'],
])('a page of %s by %s', (connection, field, index) => {
  it.each([
    ['first: 20', 'ASC', 'Index Scan', '_id_idx'],
    ['first: 20', 'DESC', 'Index Scan', '_desc_id_idx'],
    ['last: 20', 'DESC', 'Index Scan Backward', '_desc_id_idx'],
  ])('with %s, %s, is read from an index without sorting', async (page, direction, scan, end) => {
    const plan = await planOf(aMember(), connection, `${page}, orderBy: { field: ${field}, direction: ${direction} }`);
    expect(plan).toContain(`${scan} using ${index}${end} `);
    expect(plan).not.toContain('Sort');
  });
});
