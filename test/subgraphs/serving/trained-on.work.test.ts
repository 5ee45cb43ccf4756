import { v7 as uuidv7 } from 'uuid';
import { aUser, createDeployment, createVersion, runServing, type RunningServing } from './arrange.js';
import { graphql } from '../../kit/documents/serving.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const FIND = graphql(`
  query ($trainedOn: TrainedOn!) {
    modelVersions(filter: { trainedOn: $trainedOn }) {
      totalCount
      nodes {
        id
      }
    }
    deployments(filter: { trainedOn: $trainedOn }) {
      totalCount
      nodes {
        id
      }
    }
  }
`);

it('finds versions and their deployments by the dataset or the runs that they name', async () => {
  const viewer = await aUser(subgraph);
  const [datasetId, run, otherRun] = [uuidv7(), uuidv7(), uuidv7()];
  const made = [];
  for (const trained of [{ datasetId }, { trainingRunId: run }, { trainingRunId: otherRun, datasetId: uuidv7() }, {}]) {
    const modelVersionId = await createVersion(subgraph, viewer, trained);
    made.push([modelVersionId, await createDeployment(subgraph, viewer, { modelVersionId })]);
  }
  const find = async (trainedOn: object, asker = viewer) => {
    const { data, errors } = await subgraph.execute(asker, FIND, { trainedOn });
    if (errors) return errors[0]!.extensions.code;
    const [versions, deployments] = [data.modelVersions, data.deployments].map(({ nodes }) => nodes.map(({ id }) => id).reverse());
    return versions!.map((id, index) => [id, deployments![index]]);
  };
  expect(await find({ datasetId: datasetId.toUpperCase(), trainingRunIds: [run] })).toEqual([made[0], made[1]]);
  expect(await find({ datasetId })).toEqual([made[0]]);
  expect(await find({ trainingRunIds: [otherRun, run] })).toEqual([made[1], made[2]]);
  expect(await find({})).toEqual([]);
  const { organizationId: orgId } = viewer;
  const [shared, deploymentId] = [await createVersion(subgraph, viewer, { datasetId }), made[3]![1]!];
  await subgraph.client.deploymentVariant.create({ data: { orgId, deploymentId, modelVersionId: shared, percent: 10 } });
  expect(await find({ datasetId })).toEqual([made[0], [shared, deploymentId]]);
  expect(await find({ datasetId, trainingRunIds: [run] }, await aUser(subgraph))).toEqual([]);
  expect(await find({ datasetId: 'd' })).toBe('BAD_USER_INPUT');
  expect(await find({ trainingRunIds: [run, 'r'] })).toBe('BAD_USER_INPUT');
});
