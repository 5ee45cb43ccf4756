import { v7 as uuidv7 } from 'uuid';
import { devlab } from '../../../subgraphs/devlab/subgraph.js';
import { graphql } from '../../kit/documents/devlab.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createProject, recordExecution } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(devlab)));
afterAll(() => subgraph.close());

const USERS = graphql(`
  query ($of: [_Any!]!) {
    _entities(representations: $of) {
      ... on User {
        id
        projects(first: 2, orderBy: { field: NAME, direction: ASC }) {
          totalCount
          nodes {
            name
            owner {
              id
            }
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    }
  }
`);

describe('a user', () => {
  it('has pages of the projects that they created', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    for (const name of ['b', 'c', 'a']) await createProject(subgraph, viewer, { name });
    await createProject(subgraph, colleague, { name: 'd' });
    const [first, second, idle] = [viewer.userId, colleague.userId, uuidv7()];
    const { data } = await subgraph.execute(viewer, USERS, { of: [first, second, idle].map((id) => ({ __typename: 'User', id })) });
    const owner = (id: string) => ({ owner: { id } });
    expect(data._entities).toEqual([
      {
        id: first,
        projects: {
          totalCount: 3,
          nodes: [
            { name: 'a', ...owner(first) },
            { name: 'b', ...owner(first) },
          ],
          pageInfo: { hasNextPage: true },
        },
      },
      { id: second, projects: { totalCount: 1, nodes: [{ name: 'd', ...owner(second) }], pageInfo: { hasNextPage: false } } },
      { id: idle, projects: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } } },
    ]);
  });

  it('shows no projects to another organization', async () => {
    const owner = aMember();
    await createProject(subgraph, owner);
    const { data } = await subgraph.execute(aMember(), USERS, { of: [{ __typename: 'User', id: owner.userId }] });
    expect(data._entities[0]).toMatchObject({ projects: { totalCount: 0, nodes: [] } });
  });

  it('takes as many statements for thirty users as for one', async () => {
    const viewer = aMember();
    const users = Array.from({ length: 30 }, () => aMember(viewer.organizationId));
    for (const user of users) await createProject(subgraph, user);
    const cost = async (count: number) => {
      subgraph.statements.take();
      const { data } = await subgraph.execute(viewer, USERS, {
        of: users.slice(0, count).map(({ userId: id }) => ({ __typename: 'User', id })),
      });
      expect(data._entities).toMatchObject(Array(count).fill({ projects: { totalCount: 1 } }));
      return subgraph.statements.take().length;
    };
    expect([await cost(1), await cost(30)]).toEqual([2, 2]);
  });
});

describe('a training run', () => {
  const RUNS = graphql(`
    query ($of: [_Any!]!) {
      _entities(representations: $of) {
        ... on TrainingRun {
          id
          sourceExecution {
            id
            code
            project {
              name
            }
          }
        }
      }
    }
  `);
  const aTrainingRun = (sourceExecutionId: string | null) => ({ __typename: 'TrainingRun', id: uuidv7(), sourceExecutionId });

  it('has its source execution if that exists', async () => {
    const viewer = aMember();
    const id = await recordExecution(subgraph, viewer, await createProject(subgraph, viewer, { name: 'trainer' }), { code: 'fit()' });
    const of = [aTrainingRun(id), aTrainingRun(null), aTrainingRun(uuidv7())];
    const { data } = await subgraph.execute(viewer, RUNS, { of });
    expect(data._entities).toEqual([
      { id: of[0]!.id, sourceExecution: { id, code: 'fit()', project: { name: 'trainer' } } },
      { id: of[1]!.id, sourceExecution: null },
      { id: of[2]!.id, sourceExecution: null },
    ]);
  });

  it("shows no other organization's execution", async () => {
    const owner = aMember();
    const id = await recordExecution(subgraph, owner, await createProject(subgraph, owner));
    const { data } = await subgraph.execute(aMember(), RUNS, { of: [aTrainingRun(id)] });
    expect(data._entities[0]).toHaveProperty('sourceExecution', null);
  });

  it('takes as many statements for thirty runs as for one', async () => {
    const viewer = aMember();
    const ids: string[] = [];
    for (let index = 0; index < 30; index += 1) ids.push(await recordExecution(subgraph, viewer, await createProject(subgraph, viewer)));
    const cost = async (count: number) => {
      subgraph.statements.take();
      await subgraph.execute(viewer, RUNS, { of: ids.slice(0, count).map(aTrainingRun) });
      return subgraph.statements.take().length;
    };
    expect([await cost(1), await cost(30)]).toEqual([3, 3]);
  });
});
