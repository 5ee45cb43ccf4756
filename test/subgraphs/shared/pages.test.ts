import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { createContext } from '../../../subgraphs/datasets/context.js';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasets, files, noJobs, readyDataset, serving } from '../../kit/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Run = { id: string; durationMs: number | null; datasetId: string };

/** Creates two datasets of a new organization, with training runs of these durations for each in turn. */
async function arrange(durations: readonly (number | null)[]): Promise<{ viewer: Viewer; datasetIds: [string, string]; runs: Run[] }> {
  const viewer = aMember();
  const orgId = viewer.organizationId;
  const sha256 = new Uint8Array(32);
  const fileId = uuidv7();
  await subgraph.client.storedContent.create({ data: { orgId, sha256, bytes: new Uint8Array() } });
  await subgraph.client.storedFile.create({ data: { orgId, id: fileId, filename: 'f', mimeType: 'text/csv', byteSize: 0, sha256 } });
  const datasetIds: [string, string] = [uuidv7(), uuidv7()];
  await subgraph.client.dataset.createMany({ data: datasetIds.map((id) => ({ ...readyDataset({ orgId, fileId }), id })) });
  const runs = durations.map((durationMs, index) => ({ id: uuidv7(), durationMs, datasetId: datasetIds[index % 2]! }));
  await subgraph.client.trainingRun.createMany({ data: runs.map((run) => ({ ...run, ...aRun(orgId, run.durationMs) })) });
  return { viewer, datasetIds, runs };
}

/** A run that still goes on has no duration. */
const aRun = (orgId: string, durationMs: number | null) => ({
  orgId,
  durationMs,
  status: durationMs === null ? ('RUNNING' as const) : ('SUCCEEDED' as const),
  finishedAt: durationMs === null ? null : new Date(),
  problemType: 'REGRESSION' as const,
  target: 't',
  features: ['f'],
  algorithm: 'a',
  startedAt: new Date(),
});

/** The documented order: by value, with rows without a value last in both directions, then by id. */
function sorted(runs: readonly Run[], direction: 'ASC' | 'DESC'): string[] {
  const sign = direction === 'ASC' ? 1 : -1;
  const compare = (a: Run, b: Run) => {
    if ((a.durationMs === null) !== (b.durationMs === null)) return a.durationMs === null ? 1 : -1;
    return sign * ((a.durationMs ?? 0) - (b.durationMs ?? 0) || (a.id < b.id ? -1 : 1));
  };
  return [...runs].sort(compare).map(({ id }) => id);
}

const durations = fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { maxLength: 14 });
const direction = fc.constantFrom('ASC' as const, 'DESC' as const);

describe('the pages of a connection', () => {
  it('contain every row once and in order, forward and backward, for any page size', async () => {
    await fc.assert(
      fc.asyncProperty(durations, direction, fc.boolean(), fc.integer({ min: 1, max: 5 }), async (values, way, backward, size) => {
        const { viewer, runs } = await arrange(values);
        const { trainingRuns } = createContext(subgraph.client, viewer, files, serving, noJobs);
        const orderBy = { field: 'DURATION' as const, direction: way };
        const pages: string[][] = [];
        for (let cursor: string | null = null; ;) {
          const page = trainingRuns.page(backward ? { last: size, before: cursor, orderBy } : { first: size, after: cursor, orderBy });
          const { hasNextPage, hasPreviousPage, startCursor, endCursor } = await page.pageInfo();
          pages.push((await page.nodes()).map(({ id }) => id));
          expect(await page.totalCount()).toBe(runs.length);
          expect(backward ? hasNextPage : hasPreviousPage).toBe(cursor !== null);
          if (!(backward ? hasPreviousPage : hasNextPage)) break;
          cursor = backward ? startCursor : endCursor;
        }
        expect((backward ? pages.reverse() : pages).flat()).toEqual(sorted(runs, way));
        expect(pages.slice(0, -1).every((page, index) => page.length === size || (backward && index === 0))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('contain the same rows for several parents as for one, in one statement', async () => {
    await fc.assert(
      fc.asyncProperty(durations, direction, fc.integer({ min: 1, max: 5 }), async (values, way, first) => {
        const { viewer, datasetIds, runs } = await arrange(values);
        const { trainingRuns } = createContext(subgraph.client, viewer, files, serving, noJobs);
        const args = { first, orderBy: { field: 'DURATION' as const, direction: way } };
        subgraph.statements.take();
        const pages = await Promise.all(datasetIds.map((id) => trainingRuns.ofDataset(id, args).nodes()));
        expect(subgraph.statements.take()).toHaveLength(1);
        datasetIds.forEach((id, index) => {
          const own = runs.filter(({ datasetId }) => datasetId === id);
          expect(pages[index]!.map((run) => run.id)).toEqual(sorted(own, way).slice(0, first));
        });
      }),
      { numRuns: 30 },
    );
  });

  it('neither repeat nor skip a row while others are inserted before and after the cursor', async () => {
    const { viewer, datasetIds, runs } = await arrange([1, 2, 3, 4]);
    const orderBy = { field: 'DURATION' as const, direction: 'ASC' as const };
    const { trainingRuns } = createContext(subgraph.client, viewer, files, serving, noJobs);
    const firstPage = trainingRuns.page({ first: 2, orderBy });
    const after = (await firstPage.pageInfo()).endCursor;
    const more = [0, 9].map((durationMs) => ({ ...aRun(viewer.organizationId, durationMs), datasetId: datasetIds[0] }));
    await subgraph.client.trainingRun.createMany({ data: more });
    const later = await createContext(subgraph.client, viewer, files, serving, noJobs)
      .trainingRuns.page({ first: 10, after, orderBy })
      .nodes();
    expect(later.map(({ durationMs }) => durationMs)).toEqual([3, 4, 9]);
    expect(runs).toHaveLength(4);
  });

  it('distinguish rows whose times differ by a millisecond, and contain all rows with equal times', async () => {
    const { viewer } = await arrange([1, 1, 1, 1, 1]);
    const at = new Date('2026-01-01T00:00:00.123Z');
    await subgraph.client.trainingRun.updateMany({ where: { orgId: viewer.organizationId }, data: { createdAt: at } });
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page = createContext(subgraph.client, viewer, files, serving, noJobs).trainingRuns.page({ first: 2, after });
      seen.push(...(await page.nodes()).map(({ id }) => id));
      const info = await page.pageInfo();
      if (!info.hasNextPage) break;
      after = info.endCursor;
    }
    expect(new Set(seen).size).toBe(5);
  });
});
