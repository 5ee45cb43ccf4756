import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/serving.js';
import { aMember } from '../../kit/viewers.js';
import {
  mutate,
  createDeployment,
  createModel,
  createVersion,
  recordPrediction,
  runServing,
  readAllPages,
  type RunningServing,
} from './arrange.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const FIELDS = `modelVersion { number label status trainingStrategy externalService baseModel inputSchema outputSchema metadata
  trainingRunId
  dataset { id } model { id versionCount } }`;
const create = (viewer: Viewer, input: object) => mutate(subgraph, viewer, 'modelVersionCreate', input, FIELDS);
const update = (viewer: Viewer, input: object) =>
  mutate(subgraph, viewer, 'modelVersionUpdate', input, 'modelVersion { label status metadata }');

const SCHEMA = { type: 'object', properties: { petal: { type: 'number' } } };

describe('adding a version', () => {
  it('stores all fields', async () => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer);
    const [trainingRunId, datasetId] = [uuidv7(), uuidv7()];
    const said = {
      label: 'v1',
      trainingStrategy: 'FINE_TUNED',
      externalService: 'OPENAI',
      baseModel: 'gpt',
      inputSchema: SCHEMA,
      outputSchema: SCHEMA,
      metadata: { a: 1 },
      trainingRunId,
    };
    const { modelVersion, userErrors } = await create(viewer, { ...said, modelId, datasetId });
    expect(userErrors).toEqual([]);
    expect(modelVersion).toEqual({
      ...said,
      number: 1,
      status: 'ACTIVE',
      dataset: { id: datasetId },
      model: { id: modelId, versionCount: 1 },
    });
  });

  it('accepts any object for input and output without a schema', async () => {
    const viewer = aMember();
    const { modelVersion } = await create(viewer, { modelId: await createModel(subgraph, viewer), trainingStrategy: 'CUSTOM' });
    const nothing = { label: null, externalService: null, baseModel: null, trainingRunId: null, dataset: null, metadata: {} };
    expect(modelVersion).toMatchObject({ ...nothing, inputSchema: { type: 'object' }, outputSchema: { type: 'object' } });
  });

  it('numbers ten concurrent versions from 1 to 10', async () => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer);
    const payloads = await Promise.all(Array.from({ length: 10 }, () => create(viewer, { modelId, trainingStrategy: 'CUSTOM' })));
    const numbers = payloads.map((payload) => payload.modelVersion.number).sort((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('returns the first version for a repeated idempotency key, without using a version number', async () => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer);
    const input = { modelId, trainingStrategy: 'CUSTOM', idempotencyKey: 'k' };
    const payloads = await Promise.all(Array.from({ length: 10 }, () => create(viewer, input)));
    expect(payloads.map((payload) => payload.modelVersion.number)).toEqual(Array(10).fill(1));
    expect((await create(viewer, { ...input, label: 'x' })).userErrors).toMatchObject([
      { code: 'CONFLICT', field: ['input', 'idempotencyKey'] },
    ]);
    expect((await create(viewer, { modelId, trainingStrategy: 'CUSTOM' })).modelVersion).toMatchObject({
      number: 2,
      model: { versionCount: 2 },
    });
  });

  it.each([
    ['a malformed model id', { modelId: 'x' }, 'INVALID', ['input', 'modelId']],
    ['an unknown model', { modelId: uuidv7() }, 'NOT_FOUND', ['input', 'modelId']],
    ['a blank label', { label: '' }, 'BLANK', ['input', 'label']],
    ['a long label', { label: 'x'.repeat(101) }, 'TOO_LONG', ['input', 'label']],
    ['no base model where there must be one', { trainingStrategy: 'PRETRAINED' }, 'BLANK', ['input', 'baseModel']],
    ['no base model of a fine-tuned one', { trainingStrategy: 'FINE_TUNED', baseModel: null }, 'BLANK', ['input', 'baseModel']],
    ['a long base model', { baseModel: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'baseModel']],
    ['an input schema of no object', { inputSchema: { type: 'array' } }, 'INVALID', ['input', 'inputSchema']],
    ['an input schema that is a list', { inputSchema: [] }, 'INVALID', ['input', 'inputSchema']],
    ['an output schema without a type', { outputSchema: {} }, 'INVALID', ['input', 'outputSchema']],
    ['an output schema that is a text', { outputSchema: 'object' }, 'INVALID', ['input', 'outputSchema']],
    ['metadata that is no object', { metadata: 1 }, 'INVALID', ['input', 'metadata']],
    ['a malformed run id', { trainingRunId: 'x' }, 'INVALID', ['input', 'trainingRunId']],
    ['a malformed dataset id', { datasetId: 'x' }, 'INVALID', ['input', 'datasetId']],
    ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'idempotencyKey']],
  ])('refuses %s and adds nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer);
    expect(await create(viewer, { modelId, trainingStrategy: 'CUSTOM', ...wrong })).toMatchObject({
      modelVersion: null,
      userErrors: [{ code, field }],
    });
    const { data } = await subgraph.execute(
      viewer,
      graphql('query ($id: ID!) { model(id: $id) { versionCount versions { totalCount } } }'),
      {
        id: modelId,
      },
    );
    expect(data.model).toEqual({ versionCount: 0, versions: { totalCount: 0 } });
  });
});

describe('changing a version', () => {
  it('changes the given fields, clears a label that is null, and keeps the others', async () => {
    const viewer = aMember();
    const id = await createVersion(subgraph, viewer, { label: 'a', metadata: { a: 1 } });
    expect((await update(viewer, { id })).modelVersion).toEqual({ label: 'a', status: 'ACTIVE', metadata: { a: 1 } });
    expect((await update(viewer, { id, label: null, metadata: { b: 2 } })).modelVersion).toEqual({
      label: null,
      status: 'ACTIVE',
      metadata: { b: 2 },
    });
  });

  it.each([
    [['DEPRECATED', 'ACTIVE', 'ARCHIVED', 'DEPRECATED', 'ACTIVE']],
    [['DEPRECATED', 'ARCHIVED', 'ARCHIVED', 'DEPRECATED', 'DEPRECATED']],
  ])('can set the status %j', async (statuses) => {
    const viewer = aMember();
    const id = await createVersion(subgraph, viewer);
    for (const status of statuses) expect((await update(viewer, { id, status })).modelVersion).toMatchObject({ status });
  });

  it('does not let an archived version become active', async () => {
    const viewer = aMember();
    const id = await createVersion(subgraph, viewer, { label: 'a' });
    await update(viewer, { id, status: 'ARCHIVED' });
    const payload = await update(viewer, { id, status: 'ACTIVE', label: 'b' });
    expect(payload).toMatchObject({ modelVersion: null, userErrors: [{ code: 'INVALID', field: ['input', 'status'] }] });
    expect((await update(viewer, { id })).modelVersion).toMatchObject({ status: 'ARCHIVED', label: 'a' });
  });

  it('does not archive while a deployment is active', async () => {
    const viewer = aMember();
    const id = await createVersion(subgraph, viewer, { label: 'a' });
    const deployment = await createDeployment(subgraph, viewer, { modelVersionId: id, status: 'ACTIVE' });
    await createDeployment(subgraph, viewer, { modelVersionId: id, status: 'PENDING' });
    expect(await update(viewer, { id, status: 'ARCHIVED', label: 'b' })).toEqual({
      modelVersion: null,
      userErrors: [
        {
          code: 'IN_USE',
          field: ['input', 'status'],
          message: 'This version has 1 ACTIVE deployment. Stop its deployments before you archive it.',
        },
      ],
    });
    expect((await update(viewer, { id })).modelVersion).toMatchObject({ status: 'ACTIVE', label: 'a' });
    await mutate(subgraph, viewer, 'deploymentUpdate', { id: deployment, status: 'STOPPED' }, 'deployment { id }');
    expect((await update(viewer, { id, status: 'ARCHIVED' })).modelVersion).toMatchObject({ status: 'ARCHIVED' });
  });

  it('never leaves an archived version with an ACTIVE deployment, in concurrent requests', async () => {
    const viewer = aMember();
    const ids = await Promise.all(Array.from({ length: 10 }, () => createVersion(subgraph, viewer)));
    const active = { environment: 'PRODUCTION', status: 'ACTIVE' };
    await Promise.all(
      ids.flatMap((id) => [
        mutate(subgraph, viewer, 'deploymentCreate', { ...active, modelVersionId: id }, 'deployment { id }'),
        update(viewer, { id, status: 'ARCHIVED' }),
      ]),
    );
    const { data } = await subgraph.execute(viewer, graphql('{ modelVersions { nodes { status deployments { totalCount } } } }'));
    expect(data.modelVersions.nodes).toHaveLength(10);
    for (const { status, deployments } of data.modelVersions.nodes) expect(status === 'ARCHIVED').toBe(deployments.totalCount === 0);
  });

  it.each([
    ['a malformed id', { id: 'x' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['an unknown id to archive', { id: uuidv7(), status: 'ARCHIVED' }, 'NOT_FOUND', ['input', 'id']],
    ['a blank label', { label: ' ' }, 'BLANK', ['input', 'label']],
    ['metadata that is no object', { metadata: [] }, 'INVALID', ['input', 'metadata']],
  ])('refuses %s', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createVersion(subgraph, viewer, { label: 'a' });
    expect(await update(viewer, { id, ...wrong })).toMatchObject({ modelVersion: null, userErrors: [{ code, field }] });
    expect((await update(viewer, { id })).modelVersion).toEqual({ label: 'a', status: 'ACTIVE', metadata: {} });
  });
});

describe('the latest version', () => {
  it('has the highest number that is not archived', async () => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer, { name: 'm' });
    const latest = async () =>
      (await subgraph.execute(viewer, graphql('{ models(filter: { name: "M" }) { nodes { latestVersion { number } } } }'))).data.models
        .nodes[0]!.latestVersion;
    const [one, two, three] = [
      await createVersion(subgraph, viewer, { modelId }),
      await createVersion(subgraph, viewer, { modelId }),
      await createVersion(subgraph, viewer, { modelId }),
    ];
    expect(await latest()).toEqual({ number: 3 });
    await update(viewer, { id: three, status: 'ARCHIVED' });
    await update(viewer, { id: two, status: 'DEPRECATED' });
    expect(await latest()).toEqual({ number: 2 });
    await update(viewer, { id: two, status: 'ARCHIVED' });
    expect(await latest()).toEqual({ number: 1 });
    await update(viewer, { id: one, status: 'ARCHIVED' });
    expect(await latest()).toBeNull();
  });
});

describe('the prediction statistics of a version', () => {
  it('count all and the failed predictions, and average those with a latency', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const unused = await createVersion(subgraph, viewer);
    for (const latencyMs of [10, 25, undefined]) await recordPrediction(subgraph, viewer, { modelVersionId, latencyMs });
    await recordPrediction(subgraph, viewer, { modelVersionId, outcome: 'FAILED', errorMessage: 'no', latencyMs: 40 });
    const statistics = async (id: string) =>
      (
        await subgraph.execute(
          viewer,
          graphql(`
            query ($id: ID!) {
              modelVersion(id: $id) {
                predictionStatistics {
                  totalCount
                  failedCount
                  averageLatencyMs
                }
              }
            }
          `),
          { id },
        )
      ).data.modelVersion.predictionStatistics;
    expect(await statistics(modelVersionId)).toEqual({ totalCount: 4, failedCount: 1, averageLatencyMs: 25 });
    expect(await statistics(unused)).toEqual({ totalCount: 0, failedCount: 0, averageLatencyMs: null });
  });
});

describe('listing versions', () => {
  it('pages by number, forward and backward, with equal numbers', async () => {
    const viewer = aMember();
    for (const count of [3, 2]) {
      const modelId = await createModel(subgraph, viewer);
      for (let index = 0; index < count; index += 1) await createVersion(subgraph, viewer, { modelId });
    }
    const numbers = async (direction: string, backward: boolean) =>
      (await readAllPages(subgraph, viewer, 'modelVersions', `{ field: NUMBER, direction: ${direction} }`, 'number', backward)).map(
        (node) => node.number,
      );
    expect(await numbers('ASC', false)).toEqual([1, 1, 2, 2, 3]);
    expect(await numbers('DESC', false)).toEqual([3, 2, 2, 1, 1]);
    expect(await numbers('ASC', true)).toEqual([2, 3, 1, 2, 1]);
  });

  it('filters', async () => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer, { framework: 'llm' });
    const a = await createVersion(subgraph, viewer, {
      modelId,
      label: 'a',
      trainingStrategy: 'PRETRAINED',
      baseModel: 'b',
      externalService: 'ANTHROPIC',
    });
    await createVersion(subgraph, viewer, { label: 'b' });
    const archived = await createVersion(subgraph, viewer, { modelId, label: 'c' });
    await update(viewer, { id: archived, status: 'ARCHIVED' });
    const labels = async (filter: object) => {
      const { data } = await subgraph.execute(
        viewer,
        graphql(`
          query ($filter: ModelVersionFilter) {
            modelVersions(filter: $filter) {
              totalCount
              nodes {
                label
              }
            }
          }
        `),
        { filter },
      );
      expect(data.modelVersions.totalCount).toBe(data.modelVersions.nodes.length);
      return data.modelVersions.nodes.map((node) => node.label);
    };
    expect(await labels({})).toEqual(['c', 'b', 'a']);
    expect(await labels({ statuses: ['ARCHIVED'] })).toEqual(['c']);
    expect(await labels({ statuses: ['ACTIVE', 'ARCHIVED'] })).toEqual(['c', 'b', 'a']);
    expect(await labels({ statuses: [] })).toEqual([]);
    expect(await labels({ trainingStrategy: 'PRETRAINED' })).toEqual(['a']);
    expect(await labels({ externalService: 'ANTHROPIC' })).toEqual(['a']);
    expect(await labels({ modelId })).toEqual(['c', 'a']);
    expect(await labels({ framework: 'llm', statuses: ['ACTIVE'] })).toEqual(['a']);
    const { createdAt } = (await subgraph.execute(viewer, graphql('query ($id: ID!) { modelVersion(id: $id) { createdAt } }'), { id: a }))
      .data.modelVersion;
    expect(await labels({ createdFrom: createdAt })).toContain('a');
    expect(await labels({ createdBefore: createdAt })).toEqual([]);
    const { errors } = await subgraph.execute(viewer, graphql('{ modelVersions(filter: { modelId: "x" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a version of another organization', () => {
  it('can be neither read nor changed, and its model gets no version', async () => {
    const owner = aMember();
    const modelId = await createModel(subgraph, owner);
    const id = await createVersion(subgraph, owner, { modelId, label: 'canary' });
    const stranger = aMember();
    const query = `query ($of: [_Any!]!) { modelVersion(id: "${id}") { label }
      modelVersions(filter: { modelId: "${modelId}" }) { totalCount nodes { id } }
      _entities(representations: $of) { ... on ModelVersion { label } } }`;
    const of = [uuidv7(), id].map((id) => ({ __typename: 'ModelVersion', id }));
    const { data } = await subgraph.execute(stranger, query, { of });
    expect(data).toEqual({ modelVersion: null, modelVersions: { totalCount: 0, nodes: [] }, _entities: [null, null] });
    expect((await subgraph.execute<{ _entities: object[] }>(owner, query, { of })).data._entities).toEqual([null, { label: 'canary' }]);
    expect(await update(stranger, { id, label: 'mine' })).toMatchObject({ modelVersion: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await create(stranger, { modelId, trainingStrategy: 'CUSTOM' })).toMatchObject({
      modelVersion: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect((await update(owner, { id })).modelVersion.label).toBe('canary');
  });
});
