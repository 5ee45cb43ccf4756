import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
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
  readAllPages,
  type RunningServing,
} from './arrange.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const create = (viewer: Viewer, input: object) =>
  mutate(
    subgraph,
    viewer,
    'modelCreate',
    input,
    'model { id name description framework metadata versionCount latestVersion { id } owner { id } }',
  );
const update = (viewer: Viewer, input: object) =>
  mutate(subgraph, viewer, 'modelUpdate', input, 'model { name description framework metadata }');
const remove = (viewer: Viewer, id: string) =>
  mutate(subgraph, viewer, 'modelDelete', { id }, 'deleted { id versionCount metricCount deploymentCount }');

async function names(viewer: Viewer, filter: object): Promise<string[]> {
  const query = graphql(`
    query ($filter: ModelFilter) {
      models(filter: $filter, orderBy: { field: NAME, direction: ASC }) {
        totalCount
        nodes {
          name
        }
      }
    }
  `);
  const { data } = await subgraph.execute(viewer, query, { filter });
  const found = data.models.nodes.map((node) => node.name);
  expect(data.models.totalCount).toBe(found.length);
  return found;
}

const modelCount = async (viewer: Viewer) => (await subgraph.execute(viewer, graphql('{ models { totalCount } }'))).data.models.totalCount;

describe('registering a model', () => {
  it('makes the viewer its owner', async () => {
    const viewer = await aUser(subgraph);
    const input = { name: 'Iris', description: 'Tells flowers apart.', framework: 'sklearn', metadata: { team: 'botany' } };
    const { model, userErrors } = await create(viewer, input);
    expect(userErrors).toEqual([]);
    expect(model).toEqual({ ...input, id: model.id, versionCount: 0, latestVersion: null, owner: { id: viewer.userId } });
  });

  it.each([
    ['a blank name', { name: ' ' }, 'BLANK', ['input', 'name']],
    ['a long name', { name: 'x'.repeat(256) }, 'TOO_LONG', ['input', 'name']],
    ['a long description', { description: 'x'.repeat(10_001) }, 'TOO_LONG', ['input', 'description']],
    ['a blank framework', { framework: '' }, 'BLANK', ['input', 'framework']],
    ['a long framework', { framework: 'x'.repeat(51) }, 'TOO_LONG', ['input', 'framework']],
    ['metadata that is no object', { metadata: [1] }, 'INVALID', ['input', 'metadata']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and creates nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const payload = await create(viewer, { name: 'n', framework: 'sklearn', ...wrong });
    expect(payload).toMatchObject({ model: null, userErrors: [{ code, field }] });
    expect(await modelCount(viewer)).toBe(0);
  });

  it('reports all user errors at once', async () => {
    const { userErrors } = await create(aMember(), { name: '', framework: '', metadata: 1 });
    expect(userErrors.map((error) => error.field[1])).toEqual(['name', 'framework', 'metadata']);
  });

  it('has a case-insensitive unique name within its organization', async () => {
    const viewer = aMember();
    const id = await createModel(subgraph, viewer, { name: 'Churn' });
    expect(await mutate(subgraph, viewer, 'modelCreate', { name: 'cHURN', framework: 'x' }, 'model { id }')).toMatchObject({
      model: null,
      userErrors: [{ code: 'TAKEN', field: ['input', 'name'] }],
    });
    const other = await createModel(subgraph, viewer, { name: 'other' });
    expect(await update(viewer, { id: other, name: 'CHURN' })).toMatchObject({
      model: null,
      userErrors: [{ code: 'TAKEN', field: ['input', 'name'] }],
    });
    expect((await update(viewer, { id, name: 'CHURN' })).model.name).toBe('CHURN');
    expect(await createModel(subgraph, aMember(), { name: 'churn' })).toBeTruthy();
  });

  it('gives a name to one of ten concurrent requests', async () => {
    const viewer = aMember();
    const input = { name: 'wanted', framework: 'x' };
    const payloads = await Promise.all(Array.from({ length: 10 }, () => mutate(subgraph, viewer, 'modelCreate', input, 'model { id }')));
    expect(payloads.filter((payload) => payload.model)).toHaveLength(1);
    expect(payloads.filter((payload) => payload.userErrors[0]?.code === 'TAKEN')).toHaveLength(9);
    expect(await modelCount(viewer)).toBe(1);
  });

  it('returns the first model for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const input = { name: 'once', framework: 'x', idempotencyKey: 'k' };
    const ids = await Promise.all(Array.from({ length: 10 }, () => createModel(subgraph, viewer, input)));
    expect(new Set(ids).size).toBe(1);
    expect(await modelCount(viewer)).toBe(1);
    const other = await mutate(subgraph, viewer, 'modelCreate', { ...input, name: 'twice' }, 'model { id }');
    expect(other).toMatchObject({ model: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }] });
  });
});

describe('changing a model', () => {
  it('changes the given fields, clears a description that is null, and keeps the others', async () => {
    const viewer = aMember();
    const id = await createModel(subgraph, viewer, { name: 'a', description: 'd', framework: 'f', metadata: { a: 1 } });
    expect((await update(viewer, { id })).model).toEqual({ name: 'a', description: 'd', framework: 'f', metadata: { a: 1 } });
    expect((await update(viewer, { id, name: 'b' })).model).toEqual({ name: 'b', description: 'd', framework: 'f', metadata: { a: 1 } });
    const change = { id, description: null, name: null, framework: 'g', metadata: { b: 2 } };
    expect((await update(viewer, change)).model).toEqual({ name: 'b', description: null, framework: 'g', metadata: { b: 2 } });
  });

  it.each([
    ['a malformed id', { id: 'x' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a blank name', { name: '' }, 'BLANK', ['input', 'name']],
    ['a long framework', { framework: 'x'.repeat(51) }, 'TOO_LONG', ['input', 'framework']],
    ['metadata that is no object', { metadata: 'x' }, 'INVALID', ['input', 'metadata']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createModel(subgraph, viewer, { name: 'same' });
    expect(await update(viewer, { id, description: 'new', ...wrong })).toMatchObject({ model: null, userErrors: [{ code, field }] });
    const { data } = await subgraph.execute(
      viewer,
      graphql('query ($id: ID!) { model(id: $id) { name description framework metadata } }'),
      {
        id,
      },
    );
    expect(data.model).toEqual({ name: 'same', description: null, framework: 'sklearn', metadata: {} });
  });
});

describe('deleting a model', () => {
  it('deletes its versions, metrics, and deployments and returns their numbers', async () => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer);
    const modelVersionId = await createVersion(subgraph, viewer, { modelId });
    await createVersion(subgraph, viewer, { modelId });
    await createDeployment(subgraph, viewer, { modelVersionId, status: 'STOPPED' });
    await mutate(
      subgraph,
      viewer,
      'modelMetricsRecord',
      { modelVersionId, metrics: [{ name: 'rmse', datasetType: 'TEST', value: 1 }] },
      'modelMetrics { id }',
    );
    expect((await remove(viewer, modelId)).deleted).toEqual({ id: modelId, versionCount: 2, metricCount: 1, deploymentCount: 1 });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        {
          models {
            totalCount
          }
          modelVersions {
            totalCount
          }
          modelMetrics {
            totalCount
          }
          deployments {
            totalCount
          }
        }
      `),
    );
    expect(Object.values(data)).toEqual(Array(4).fill({ totalCount: 0 }));
  });

  it('is refused while versions have predictions or ACTIVE deployments, and names them', async () => {
    const viewer = aMember();
    const modelId = await createModel(subgraph, viewer);
    const versions: string[] = [];
    for (let number = 1; number <= 4; number += 1) versions.push(await createVersion(subgraph, viewer, { modelId }));
    await recordPrediction(subgraph, viewer, { modelVersionId: versions[0]! });
    await recordPrediction(subgraph, viewer, { modelVersionId: versions[2]! });
    await createDeployment(subgraph, viewer, { modelVersionId: versions[1]!, status: 'ACTIVE' });
    const field = ['input', 'id'];
    expect(await remove(viewer, modelId)).toEqual({
      deleted: null,
      userErrors: [
        { code: 'IN_USE', field, message: 'A model with predictions cannot be deleted; they were made by versions 1, 3.' },
        { code: 'IN_USE', field, message: 'ACTIVE deployments run version 2. Set their status to STOPPED first.' },
      ],
    });
    const { data } = await subgraph.execute(
      viewer,
      graphql('query ($id: ID!) { model(id: $id) { versionCount versions { totalCount } } }'),
      {
        id: modelId,
      },
    );
    expect(data.model).toEqual({ versionCount: 4, versions: { totalCount: 4 } });
  });

  it.each([
    ['a malformed id', 'x', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    expect(await remove(aMember(), id)).toMatchObject({ deleted: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });

  it('deletes once for ten concurrent requests', async () => {
    const viewer = aMember();
    const id = await createModel(subgraph, viewer);
    const payloads = await Promise.all(Array.from({ length: 10 }, () => remove(viewer, id)));
    expect(payloads.filter((payload) => payload.deleted)).toHaveLength(1);
    expect(payloads.filter((payload) => payload.userErrors[0]?.code === 'NOT_FOUND')).toHaveLength(9);
  });
});

describe('listing models', () => {
  it('pages by name, forward and backward', async () => {
    const viewer = aMember();
    for (const name of ['d', 'b', 'a', 'e', 'c']) await createModel(subgraph, viewer, { name });
    const order = '{ field: NAME, direction: ASC }';
    expect((await readAllPages(subgraph, viewer, 'models', order, 'name')).map((node) => node.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect((await readAllPages(subgraph, viewer, 'models', order, 'name', true)).map((node) => node.name)).toEqual([
      'd',
      'e',
      'b',
      'c',
      'a',
    ]);
    const descending = await readAllPages(subgraph, viewer, 'models', '{ field: NAME, direction: DESC }', 'name');
    expect(descending.map((node) => node.name)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('lists the newest first, and can order by updatedAt, which a new version changes', async () => {
    const viewer = aMember();
    const first = await createModel(subgraph, viewer, { name: 'first' });
    await createModel(subgraph, viewer, { name: 'second' });
    const newest = await subgraph.execute(viewer, graphql('{ models { nodes { name } } }'));
    expect(newest.data.models.nodes).toEqual([{ name: 'second' }, { name: 'first' }]);
    await createVersion(subgraph, viewer, { modelId: first });
    const changed = await readAllPages(subgraph, viewer, 'models', '{ field: UPDATED_AT, direction: DESC }', 'name');
    expect(changed).toEqual([{ name: 'first' }, { name: 'second' }]);
  });

  it('filters', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const pure = await createModel(subgraph, viewer, { name: '100% Pure', framework: 'sklearn' });
    await createModel(subgraph, colleague, { name: '100 others', framework: 'pytorch' });
    await createVersion(subgraph, viewer, { modelId: pure });
    expect(await names(viewer, {})).toHaveLength(2);
    expect(await names(viewer, { nameContains: '0% p' })).toEqual(['100% Pure']);
    expect(await names(viewer, { name: '100% pure' })).toEqual(['100% Pure']);
    expect(await names(viewer, { name: '100%' })).toEqual([]);
    expect(await names(viewer, { framework: 'pytorch' })).toEqual(['100 others']);
    expect(await names(viewer, { ownerId: viewer.userId.toUpperCase() })).toEqual(['100% Pure']);
    expect(await names(viewer, { versionStatus: 'ACTIVE' })).toEqual(['100% Pure']);
    expect(await names(viewer, { versionStatus: 'ARCHIVED' })).toEqual([]);
    expect(await names(viewer, { createdBefore: '2020-01-01T00:00:00.000Z' })).toEqual([]);
    expect(await names(viewer, { createdFrom: '2020-01-01T00:00:00.000Z' })).toHaveLength(2);
    const { errors } = await subgraph.execute(viewer, graphql('{ models(filter: { ownerId: "me" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('refuses the cursor of another filter or organization', async () => {
    const viewer = aMember();
    await createModel(subgraph, viewer);
    const { data } = await subgraph.execute(viewer, graphql('{ models { pageInfo { endCursor } } }'));
    const after = data.models.pageInfo.endCursor;
    for (const [who, args] of [
      [viewer, `after: "${after}", filter: { framework: "x" }`],
      [aMember(), `after: "${after}"`],
    ] as const) {
      const { errors } = await subgraph.execute(who, `{ models(${args}) { nodes { id } } }`);
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

describe("a user's models", () => {
  it('are those with an active version, the newest first, with their latest versions', async () => {
    const viewer = await aUser(subgraph);
    const colleague = await aUser(subgraph, aMember(viewer.organizationId));
    const [old, archived, fresh] = [
      await createModel(subgraph, viewer, { name: 'old' }),
      await createModel(subgraph, viewer, { name: 'archived' }),
      await createModel(subgraph, viewer, { name: 'fresh' }),
    ];
    await createVersion(subgraph, colleague, { modelId: await createModel(subgraph, colleague, { name: 'theirs' }) });
    for (const modelId of [old, fresh, fresh]) await createVersion(subgraph, viewer, { modelId });
    const gone = await createVersion(subgraph, viewer, { modelId: archived });
    await mutate(subgraph, viewer, 'modelVersionUpdate', { id: gone, status: 'ARCHIVED' }, 'modelVersion { id }');
    const query = graphql(`
      query ($id: ID!) {
        user(id: $id) {
          all: models {
            totalCount
          }
          models(filter: { versionStatus: ACTIVE }) {
            nodes {
              name
              latestVersion {
                number
              }
              versions(filter: { statuses: [ACTIVE] }) {
                nodes {
                  number
                  status
                }
              }
            }
          }
        }
      }
    `);
    const { data } = await subgraph.execute(viewer, query, { id: viewer.userId });
    const active = (number: number) => ({ number, status: 'ACTIVE' });
    expect(data.user).toEqual({
      all: { totalCount: 3 },
      models: {
        nodes: [
          { name: 'fresh', latestVersion: { number: 2 }, versions: { nodes: [active(2), active(1)] } },
          { name: 'old', latestVersion: { number: 1 }, versions: { nodes: [active(1)] } },
        ],
      },
    });
  });
});

describe('a model of another organization', () => {
  it('can be neither read nor changed nor deleted', async () => {
    const owner = aMember();
    const id = await createModel(subgraph, owner, { name: 'canary' });
    const stranger = aMember();
    const query = `query ($id: ID!, $of: [_Any!]!) { model(id: $id) { name } models { totalCount }
      filtered: models(filter: { ownerId: "${owner.userId}" }) { totalCount }
      _entities(representations: $of) { ... on Model { name } } }`;
    const { data } = await subgraph.execute(stranger, query, { id, of: [{ __typename: 'Model', id }] });
    expect(data).toEqual({ model: null, models: { totalCount: 0 }, filtered: { totalCount: 0 }, _entities: [null] });
    expect(await update(stranger, { id, name: 'mine' })).toMatchObject({ model: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await remove(stranger, id)).toMatchObject({ deleted: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await names(owner, {})).toEqual(['canary']);
  });

  it('resolves entities in the order of their representations', async () => {
    const viewer = aMember();
    const [a, b] = [await createModel(subgraph, viewer, { name: 'a' }), await createModel(subgraph, viewer, { name: 'b' })];
    const of = [b, uuidv7(), a].map((id) => ({ __typename: 'Model', id }));
    const { data } = await subgraph.execute(
      viewer,
      graphql('query ($of: [_Any!]!) { _entities(representations: $of) { ... on Model { name } } }'),
      {
        of,
      },
    );
    expect(data._entities).toEqual([{ name: 'b' }, null, { name: 'a' }]);
  });

  it('requires a viewer and a well-formed id', async () => {
    expect((await subgraph.execute(null, graphql('{ models { totalCount } }'))).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await subgraph.execute(aMember(), graphql('{ model(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
