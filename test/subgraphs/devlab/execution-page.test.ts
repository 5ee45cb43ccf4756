import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import { graphql } from '../../kit/documents/devlab.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createProject, PAGE_INFO, recordExecution, readAllPages } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

describe('listing executions', () => {
  it('pages through all, and through a project, in every order, forward and backward, without repeating or skipping', async () => {
    const viewer = aMember();
    const projectId = await createProject(subgraph, viewer);
    for (const milliseconds of [40, 20, 10, 30, 20]) await recordExecution(subgraph, viewer, projectId, {}, milliseconds);
    const other = await createProject(subgraph, viewer);
    await recordExecution(subgraph, viewer, other, {}, 25);
    const select = (window: string) => `executions(${window}) { nodes { durationMs } ${PAGE_INFO} }`;
    const ofAll = async (window: string) =>
      (await subgraph.execute<{ executions: Connection<{ durationMs: number }> }>(viewer, `{ ${select(window)} }`)).data.executions;
    const ofProject = async (window: string) =>
      (
        await subgraph.execute<{ project: { executions: Connection<{ durationMs: number }> } }>(
          viewer,
          `query ($id: ID!) { project(id: $id) { ${select(window)} } }`,
          { id: projectId },
        )
      ).data.project.executions;
    const durations = async (way: 'forward' | 'backward', read: typeof ofAll, args: string) =>
      (await readAllPages(way, (window) => read(window + args))).map(({ durationMs }) => durationMs);

    const byDuration = ', orderBy: { field: DURATION, direction: DESC }';
    expect(await durations('forward', ofAll, byDuration)).toEqual([40, 30, 25, 20, 20, 10]);
    expect(await durations('backward', ofAll, byDuration)).toEqual([10, 20, 20, 25, 30, 40]);
    expect(await durations('forward', ofAll, '')).toEqual([25, 20, 30, 10, 20, 40]);
    expect(await durations('backward', ofAll, '')).toEqual([40, 20, 10, 30, 20, 25]);
    expect(await durations('forward', ofProject, byDuration)).toEqual([40, 30, 20, 20, 10]);
    expect(await durations('backward', ofProject, '')).toEqual([40, 20, 10, 30, 20]);
  });

  it('filters by status, language, project and time', async () => {
    const viewer = aMember();
    const [one, other] = [await createProject(subgraph, viewer), await createProject(subgraph, viewer)];
    await recordExecution(subgraph, viewer, one, { runner: 'ok' });
    await recordExecution(subgraph, viewer, one, { runner: 'late', status: 'TIMEOUT', exitCode: null });
    await recordExecution(subgraph, viewer, other, { runner: 'js', language: 'JAVASCRIPT', status: 'NONZERO_EXIT', exitCode: -1 });
    const runners = async (filter: object) =>
      (
        await subgraph.execute(viewer, graphql('query ($filter: ExecutionFilter) { executions(filter: $filter) { nodes { runner } } }'), {
          filter,
        })
      ).data.executions.nodes
        .map((node) => node.runner)
        .sort();
    expect(await runners({ statuses: ['TIMEOUT', 'NONZERO_EXIT'] })).toEqual(['js', 'late']);
    expect(await runners({ statuses: [] })).toEqual([]);
    expect(await runners({ language: 'PYTHON' })).toEqual(['late', 'ok']);
    expect(await runners({ projectId: other })).toEqual(['js']);
    expect(await runners({ statuses: ['SUCCEEDED'], createdFrom: '2020-01-01T00:00:00.000Z' })).toEqual(['ok']);
    expect(await runners({ createdBefore: '2020-01-01T00:00:00.000Z' })).toEqual([]);
    const { errors } = await subgraph.execute(viewer, graphql('{ executions(filter: { projectId: "x" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('takes as many statements for many executions as for one', async () => {
    const cost = async (count: number) => {
      const viewer = aMember();
      for (let index = 0; index < count; index += 1) await recordExecution(subgraph, viewer, await createProject(subgraph, viewer));
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(
        viewer,
        graphql(`
          {
            executions(first: 50) {
              totalCount
              nodes {
                code
                stdout
                stderr
                securityScan
                maxMemoryBytes
                user {
                  id
                  projects {
                    totalCount
                  }
                }
                project {
                  name
                  fileCount
                  executions {
                    totalCount
                  }
                }
              }
            }
          }
        `),
      );
      expect(errors).toBeUndefined();
      expect(data.executions.nodes).toHaveLength(count);
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(7);
  });

  it('reads the long columns only if they are selected', async () => {
    const viewer = aMember();
    await recordExecution(subgraph, viewer, await createProject(subgraph, viewer));
    subgraph.statements.take();
    await subgraph.execute(viewer, graphql('{ executions { nodes { id status durationMs maxMemoryBytes cpuMs } } }'));
    expect(subgraph.statements.take().join()).not.toMatch(/stdout|security_scan|"code"/);
  });
});
