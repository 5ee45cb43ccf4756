import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { aMember } from '../../kit/viewers.js';
import { createDataset, finishRun, startRun } from './arrange.js';

const FOLLOW = graphql(`
  subscription ($id: ID!) {
    trainingRunUpdated(id: $id) {
      status
      algorithm
      metrics {
        name
        value
      }
      dataset {
        name
      }
    }
  }
`);

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

/** A run of the viewer that has begun. */
async function aRun(viewer: Viewer): Promise<string> {
  return startRun(subgraph as never, viewer, await createDataset(subgraph as never, viewer, { name: 'd' }));
}

describe('trainingRunUpdated', () => {
  it('sends the current state, the end, and a complete event', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    const events = subgraph.subscribe(viewer, FOLLOW, { id: id.toUpperCase() });
    expect((await events.next()).value).toEqual({
      data: { trainingRunUpdated: { status: 'RUNNING', algorithm: 'XGBoost', metrics: [], dataset: { name: 'd' } } },
    });
    await finishRun(subgraph as never, viewer, id, { metrics: [{ name: 'r2', value: 0.5 }] });
    const { value: end } = await events.next();
    expect(end.data.trainingRunUpdated).toMatchObject({ status: 'SUCCEEDED', metrics: [{ name: 'r2', value: 0.5 }] });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('sends every change of a run', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    const events = subgraph.subscribe(viewer, FOLLOW, { id });
    await events.next();
    for (const algorithm of ['a', 'b', 'c']) {
      await subgraph.client.trainingRun.updateMany({ where: { id }, data: { algorithm } });
      expect((await events.next()).value.data.trainingRunUpdated.algorithm).toBe(algorithm);
    }
    await events.return!();
  });

  it('sends one event for a run that has ended', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    await finishRun(subgraph as never, viewer, id, { outcome: 'CANCELED' });
    const events = subgraph.subscribe(viewer, FOLLOW, { id });
    expect((await events.next()).value.data.trainingRunUpdated.status).toBe('CANCELED');
    expect((await events.next()).done).toBe(true);
  });

  it('ends when the run or its dataset is deleted', async () => {
    const viewer = aMember();
    const id = await aRun(viewer);
    const events = subgraph.subscribe(viewer, FOLLOW, { id });
    await events.next();
    await subgraph.client.dataset.deleteMany({ where: { orgId: viewer.organizationId } });
    expect((await events.next()).done).toBe(true);
  });

  it('is NOT_FOUND for other organizations, and sends them nothing', async () => {
    const [viewer, stranger] = [aMember(), aMember()];
    const [id, other] = [await aRun(viewer), await aRun(stranger)];
    const refused = subgraph.subscribe(stranger, FOLLOW, { id });
    const { value } = await refused.next();
    expect(value.errors).toMatchObject([{ path: ['trainingRunUpdated'], extensions: { code: 'NOT_FOUND' } }]);
    expect((await refused.next()).done).toBe(true);

    const events = subgraph.subscribe(stranger, FOLLOW, { id: other });
    await events.next();
    await finishRun(subgraph as never, viewer, id);
    await finishRun(subgraph as never, stranger, other, { outcome: 'FAILED', error: 'mine' });
    expect((await events.next()).value.data.trainingRunUpdated.status).toBe('FAILED');
  });

  it.each([
    ['an unknown id', FOLLOW, { id: '0197a000-0000-7000-8000-000000000000' }, 'NOT_FOUND'],
    ['what is no id', FOLLOW, { id: 'x' }, 'BAD_USER_INPUT'],
    ['no variable', FOLLOW, {}, 'BAD_USER_INPUT'],
    ['a field that is not there', 'subscription { trainingRunUpdated(id: "x") { nothing } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['no GraphQL', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
  ])('refuses %s with an event, and ends', async (_what, query: string, variables, code) => {
    const events = subgraph.subscribe(aMember(), query, variables);
    expect((await events.next()).value.errors).toMatchObject([{ extensions: { code } }]);
    expect((await events.next()).done).toBe(true);
  });

  it('requires the scope READ', async () => {
    const writer = { ...aMember(), scopes: ['WRITE'] };
    const id = await aRun({ ...writer, scopes: [] });
    const code = async (viewer: Viewer | null) => (await subgraph.subscribe(viewer, FOLLOW, { id }).next()).value.errors[0].extensions.code;
    expect(await code(writer)).toBe('FORBIDDEN');
    expect(await code(null)).toBe('UNAUTHENTICATED');
    const reader = subgraph.subscribe({ ...writer, scopes: ['READ'] }, FOLLOW, { id });
    expect((await reader.next()).value.data.trainingRunUpdated.status).toBe('RUNNING');
    await reader.return!();
  });
});
