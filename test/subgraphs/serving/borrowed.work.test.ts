import { v7 as uuidv7 } from 'uuid';
import { graphql } from '../../kit/documents/serving.js';
import { aMember } from '../../kit/viewers.js';
import {
  aUser,
  mutate,
  createDeployment,
  createModel,
  createVersion,
  recordPrediction,
  runServing,
  type RunningServing,
} from './arrange.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

describe.each([
  ['TrainingRun', 'trainingRunId'],
  ['Dataset', 'datasetId'],
])('a %s of datasets', (type, field) => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { id
    modelVersions(orderBy: { field: NUMBER, direction: ASC }) { totalCount nodes { label } } } } }`;

  it('has its model versions', async () => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer);
    const [one, two] = [uuidv7(), uuidv7()];
    for (const [label, id] of [
      ['a', one],
      ['b', two],
      ['c', one],
      ['d', null],
    ])
      await createVersion(subgraph, viewer, { modelId, label, [field]: id });
    const of = [two, uuidv7(), one].map((id) => ({ __typename: type, id }));
    const { data } = await subgraph.execute<{ _entities: object[] }>(viewer, query, { of });
    expect(data._entities).toEqual([
      { id: two, modelVersions: { totalCount: 1, nodes: [{ label: 'b' }] } },
      { id: of[1]!.id, modelVersions: { totalCount: 0, nodes: [] } },
      { id: one, modelVersions: { totalCount: 2, nodes: [{ label: 'a' }, { label: 'c' }] } },
    ]);
  });

  it('returns no versions to another organization', async () => {
    const id = uuidv7();
    await createVersion(subgraph, aMember(), { [field]: id });
    const { data } = await subgraph.execute<{ _entities: object[] }>(aMember(), query, { of: [{ __typename: type, id }] });
    expect(data._entities).toEqual([{ id, modelVersions: { totalCount: 0, nodes: [] } }]);
  });
});

describe('the whole registry in one request', () => {
  const VERSION = `number dataset { id } model { name } metrics { name value modelVersion { id } }
      predictionStatistics { totalCount averageLatencyMs }
    deployments(first: 5) { totalCount nodes { status modelVersion { number } predictions(first: 5) { totalCount nodes { latencyMs } } } }
    predictions(first: 5) { totalCount nodes { latencyMs deployment { status } user { fullName } modelVersion { label } } }`;
  const REGISTRY = graphql(`
    {
      models(first: 50) {
        totalCount
        nodes {
          name
          versionCount
          owner {
            fullName
          }
          latestVersion {
            label
          }
          versions(first: 50) {
            totalCount
            nodes {
              ${VERSION}
            }
          }
        }
      }
    }
  `);

  it('takes as many statements for 20 models of two versions as for one', async () => {
    const cost = async (count: number) => {
      const viewer = await aUser(subgraph);
      for (let index = 0; index < count; index += 1) {
        const modelId = await createModel(subgraph, viewer);
        for (let number = 1; number <= 2; number += 1) {
          const modelVersionId = await createVersion(subgraph, viewer, { modelId, datasetId: uuidv7() });
          const deploymentId = await createDeployment(subgraph, viewer, { modelVersionId });
          await recordPrediction(subgraph, viewer, { modelVersionId, deploymentId, latencyMs: 1 });
          await mutate(
            subgraph,
            viewer,
            'modelMetricsRecord',
            { modelVersionId, metrics: [{ name: 'f1', datasetType: 'TEST', value: 1 }] },
            'modelMetrics { id }',
          );
        }
      }
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(viewer, REGISTRY);
      expect(errors).toBeUndefined();
      expect(data.models.nodes).toHaveLength(count);
      for (const { versions } of data.models.nodes) {
        for (const version of versions.nodes) {
          expect(version.deployments.nodes[0]!.predictions.nodes).toEqual([{ latencyMs: 1 }]);
          expect(version).toMatchObject({
            predictions: { totalCount: 1 },
            metrics: [{ name: 'f1' }],
            predictionStatistics: { totalCount: 1 },
          });
        }
      }
      return subgraph.statements.take();
    };
    const [one, twenty] = [await cost(1), await cost(20)];
    expect(twenty).toHaveLength(one.length);
    expect(twenty.length).toBeLessThanOrEqual(18);
  });

  it('takes as many statements for many models of a user as for one', async () => {
    const viewer = await aUser(subgraph);
    const query = graphql(`
      {
        users {
          nodes {
            models {
              totalCount
              nodes {
                name
                latestVersion {
                  number
                }
              }
            }
            predictions(first: 3) {
              totalCount
              nodes {
                status
              }
            }
          }
        }
      }
    `);
    const cost = async () => {
      subgraph.statements.take();
      expect((await subgraph.execute(viewer, query)).errors).toBeUndefined();
      return subgraph.statements.take().length;
    };
    const add = async () => void (await recordPrediction(subgraph, viewer, { modelVersionId: await createVersion(subgraph, viewer) }));
    await add();
    const one = await cost();
    for (let index = 0; index < 10; index += 1) await add();
    await aUser(subgraph, aMember(viewer.organizationId));
    expect(await cost()).toBe(one);
  });
});
