import { v7 as uuidv7 } from 'uuid';
import { inUseProblems } from '../../../subgraphs/datasets/dependents/dependents.rules.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasetsWithoutServing } from '../../kit/datasets.js';
import { graphql, type Mutation } from '../../kit/documents/datasets.js';

import { graphql as servingGraphql } from '../../kit/documents/serving.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { runSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { aUser, mutate, createDeployment, createModel, createVersion } from '../serving/arrange.js';
import { createDataset, startRun } from './arrange.js';

let peers: RunningPeers;
beforeAll(async () => void (peers = await runPeers()));
afterAll(() => peers.close());

const DEPENDENTS = 'dependents { trainingRunCount modelVersionCount modelVersions { id } liveDeploymentCount liveDeployments { id } }';
const DATASET = graphql(`query ($id: ID!) { dataset(id: $id) { ${DEPENDENTS} trainingRuns { nodes { ${DEPENDENTS} } } } }`);
const aDataset = (viewer: Viewer) => createDataset(peers.datasets, viewer, { name: 'penguins' });

/** A dataset with a run; a version that the run made and one that names the dataset, each with a deployment. */
async function arrange(viewer: Viewer, status: string) {
  const datasetId = await aDataset(viewer);
  const runId = await startRun(peers.datasets, viewer, datasetId);
  const modelId = await createModel(peers.serving, viewer, { name: `species of ${datasetId}` });
  const ofRun = await createVersion(peers.serving, viewer, { modelId, trainingRunId: runId });
  const ofDataset = await createVersion(peers.serving, viewer, { modelId, datasetId });
  const deployments = [];
  for (const modelVersionId of [ofRun, ofDataset])
    deployments.push(await createDeployment(peers.serving, viewer, { modelVersionId, status }));
  return { datasetId, runId, ofRun, ofDataset, deployments };
}

const remove = async (viewer: Viewer, mutation: 'datasetDelete' | 'trainingRunDelete', id: string) => {
  const type = mutation === 'datasetDelete' ? 'DatasetDeleteInput' : 'TrainingRunDeleteInput';
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code field message } } }`;
  return (await peers.datasets.execute<Pick<Mutation, typeof mutation>>(viewer, query, { input: { id } })).data[mutation].userErrors;
};
const isThere = async (viewer: Viewer, root: 'dataset' | 'trainingRun', id: string) =>
  (await peers.datasets.execute<Record<string, object | null>>(viewer, `query ($id: ID!) { ${root}(id: $id) { id } }`, { id })).data[
    root
  ] !== null;

describe('the dependents of a dataset', () => {
  it('are its runs, the versions that were trained on it, and their ACTIVE deployments', async () => {
    const viewer = await aUser(peers.serving);
    const { datasetId, ofRun, ofDataset, deployments } = await arrange(viewer, 'ACTIVE');
    await createDeployment(peers.serving, viewer, { modelVersionId: ofRun, status: 'STOPPED' });
    const elsewhere = await createVersion(peers.serving, viewer, { datasetId: uuidv7(), trainingRunId: uuidv7() });
    await createDeployment(peers.serving, viewer, { modelVersionId: elsewhere, status: 'ACTIVE' });
    const { data, errors } = await peers.datasets.execute(viewer, DATASET, { id: datasetId });
    expect(errors).toBeUndefined();
    const [first, second] = deployments.map((id) => ({ id }));
    expect(data.dataset).toEqual({
      dependents: {
        trainingRunCount: 1,
        modelVersionCount: 2,
        modelVersions: [{ id: ofDataset }, { id: ofRun }],
        liveDeploymentCount: 2,
        liveDeployments: [second, first],
      },
      trainingRuns: {
        nodes: [
          {
            dependents: {
              trainingRunCount: 0,
              modelVersionCount: 1,
              modelVersions: [{ id: ofRun }],
              liveDeploymentCount: 1,
              liveDeployments: [first],
            },
          },
        ],
      },
    });
  });

  it('are empty at first', async () => {
    const viewer = aMember();
    const { data } = await peers.datasets.execute(viewer, DATASET, { id: await aDataset(viewer) });
    const nothing = { modelVersionCount: 0, modelVersions: [], liveDeploymentCount: 0, liveDeployments: [] };
    expect(data.dataset).toEqual({ dependents: { trainingRunCount: 0, ...nothing }, trainingRuns: { nodes: [] } });
  });

  it('take one statement for the runs of many datasets, and two statements each in serving', async () => {
    const viewer = aMember();
    for (let index = 0; index < 5; index += 1) await startRun(peers.datasets, viewer, await aDataset(viewer));
    peers.datasets.statements.take();
    peers.serving.statements.take();
    const ask = (fields: string) =>
      peers.datasets.execute<{ datasets: { nodes: object[] } }>(viewer, `{ datasets { nodes { dependents { ${fields} } } } }`);
    const { data } = await ask('trainingRunCount');
    expect(data.datasets.nodes).toEqual(Array(5).fill({ dependents: { trainingRunCount: 1 } }));
    expect([peers.datasets.statements.take().length, peers.serving.statements.take().length]).toEqual([2, 0]);
  });
});

describe('deleting the training data of a live deployment', () => {
  it('is refused with the names of the deployments, until none is ACTIVE', async () => {
    const viewer = await aUser(peers.serving);
    const { datasetId, runId, deployments } = await arrange(viewer, 'ACTIVE');
    const inUse = (...versions: string[]) => {
      const names = versions.map((version) => `${version} of "species of ${datasetId}" in PRODUCTION`).join(', ');
      const message = `Model versions that were trained on it are in use: ${names}. Stop the deployments and delete the aliases first.`;
      return [{ code: 'IN_USE', field: ['input', 'id'], message }];
    };
    expect(await remove(viewer, 'datasetDelete', datasetId)).toEqual(inUse('version 2', 'version 1'));
    expect(await remove(viewer, 'trainingRunDelete', runId)).toEqual(inUse('version 1'));
    expect([await isThere(viewer, 'dataset', datasetId), await isThere(viewer, 'trainingRun', runId)]).toEqual([true, true]);
    await mutate(peers.serving, viewer, 'deploymentUpdate', { id: deployments[0], status: 'STOPPED' }, 'deployment { id }');
    expect(await remove(viewer, 'trainingRunDelete', runId)).toEqual([]);
    expect(await remove(viewer, 'datasetDelete', datasetId)).toEqual(inUse('version 2'));
    await mutate(peers.serving, viewer, 'deploymentUpdate', { id: deployments[1], status: 'FAILED' }, 'deployment { id }');
    expect(await remove(viewer, 'datasetDelete', datasetId)).toEqual([]);
    expect(await isThere(viewer, 'dataset', datasetId)).toBe(false);
  });

  it('is refused while an alias refers to it', async () => {
    const viewer = await aUser(peers.serving);
    const { datasetId, runId, ofRun } = await arrange(viewer, 'STOPPED');
    const { data } = await peers.serving.execute(viewer, servingGraphql('query ($id: ID!) { modelVersion(id: $id) { model { id } } }'), {
      id: ofRun,
    });
    const modelId = data.modelVersion.model.id;
    for (const name of ['champion', 'newest'])
      await mutate(peers.serving, viewer, 'modelAliasSet', { modelId, name, versionId: ofRun }, 'alias { name }');
    const message =
      `Model versions that were trained on it are in use: version 1 of "species of ${datasetId}" as "champion" and "newest". ` +
      'Stop the deployments and delete the aliases first.';
    for (const [mutation, id] of [
      ['datasetDelete', datasetId],
      ['trainingRunDelete', runId],
    ] as const)
      expect(await remove(viewer, mutation, id)).toEqual([{ code: 'IN_USE', field: ['input', 'id'], message }]);
    const counted = await peers.datasets.execute(
      viewer,
      graphql('query ($id: ID!) { dataset(id: $id) { dependents { aliasedVersionCount } } }'),
      {
        id: datasetId,
      },
    );
    expect(counted.data.dataset.dependents).toEqual({ aliasedVersionCount: 1 });
    for (const name of ['champion', 'newest']) await mutate(peers.serving, viewer, 'modelAliasDelete', { modelId, name }, 'deletedName');
    expect(await remove(viewer, 'datasetDelete', datasetId)).toEqual([]);
  });

  it('is NOT_FOUND for another organization', async () => {
    const owner = await aUser(peers.serving);
    const { datasetId, runId } = await arrange(owner, 'ACTIVE');
    const stranger = await aUser(peers.serving);
    for (const [mutation, id] of [
      ['datasetDelete', datasetId],
      ['trainingRunDelete', runId],
    ] as const)
      expect(await remove(stranger, mutation, id)).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
    expect([await isThere(owner, 'dataset', datasetId), await isThere(owner, 'trainingRun', runId)]).toEqual([true, true]);
  });

  it('is UNAVAILABLE while serving is down', async () => {
    const alone = await runSubgraph(datasetsWithoutServing);
    const viewer = aMember();
    const datasetId = await createDataset(alone, viewer, { name: 'd' });
    const runId = await startRun(alone, viewer, datasetId);
    for (const [mutation, id] of [
      ['datasetDelete', datasetId],
      ['trainingRunDelete', runId],
    ] as const) {
      const { data, errors } = await alone.execute<Record<string, null>>(
        viewer,
        `mutation { ${mutation}(input: { id: "${id}" }) { userErrors { code } } }`,
      );
      expect([data[mutation], errors?.[0]?.extensions.code]).toEqual([null, 'UNAVAILABLE']);
    }
    const { data, errors } = await alone.execute(viewer, DATASET, { id: datasetId });
    const unknown = { modelVersionCount: null, modelVersions: null, liveDeploymentCount: null, liveDeployments: null };
    expect(data.dataset.dependents).toEqual({ trainingRunCount: 1, ...unknown });
    expect(data.dataset.trainingRuns.nodes).toHaveLength(1);
    expect(new Set(errors!.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAVAILABLE']));
    await alone.close();
  });

  it('names three live versions, and the number of others', () => {
    const nodes = [1, 2, 3, 4].map((number) => ({
      id: `${number}`,
      environment: 'STAGING' as const,
      modelVersion: { number, model: { name: 'm' } },
    }));
    const none = { totalCount: 0, nodes: [] };
    expect(inUseProblems({ deployments: { totalCount: 150, nodes }, aliased: none })[0]!.message).toBe(
      'Model versions that were trained on it are in use: version 1 of "m" in STAGING, ' +
        'version 2 of "m" in STAGING, version 3 of "m" in STAGING, and 147 more. ' +
        'Stop the deployments and delete the aliases first.',
    );
    expect(inUseProblems({ deployments: none, aliased: none })).toEqual([]);
  });
});
