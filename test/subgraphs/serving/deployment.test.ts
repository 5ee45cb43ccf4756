import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/serving.js';
import { aMember } from '../../kit/viewers.js';
import { mutate, createDeployment, createVersion, recordPrediction, runServing, readAllPages, type RunningServing } from './arrange.js';

let subgraph: RunningServing;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const FIELDS = 'deployment { environment endpointUrl status modelVersion { id } }';
const create = (viewer: Viewer, input: object) => mutate(subgraph, viewer, 'deploymentCreate', input, FIELDS);
const update = (viewer: Viewer, input: object) => mutate(subgraph, viewer, 'deploymentUpdate', input, FIELDS);
const remove = (viewer: Viewer, id: string) => mutate(subgraph, viewer, 'deploymentDelete', { id }, 'deletedId');
const archive = (viewer: Viewer, id: string) =>
  mutate(subgraph, viewer, 'modelVersionUpdate', { id, status: 'ARCHIVED' }, 'modelVersion { id }');

const count = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ deployments { totalCount } }'))).data.deployments.totalCount;

describe('recording a deployment', () => {
  it('is PENDING by default', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const { deployment, userErrors } = await create(viewer, { modelVersionId, environment: 'STAGING' });
    expect(userErrors).toEqual([]);
    expect(deployment).toEqual({ environment: 'STAGING', endpointUrl: null, status: 'PENDING', modelVersion: { id: modelVersionId } });
    const said = { environment: 'PRODUCTION', status: 'ACTIVE', endpointUrl: 'https://models.example.com:8080/v2/models/iris?x=1' };
    expect((await create(viewer, { modelVersionId, ...said })).deployment).toMatchObject(said);
  });

  it.each([
    ['a malformed version id', { modelVersionId: 'x' }, 'INVALID', ['input', 'modelVersionId']],
    ['an unknown version', { modelVersionId: uuidv7() }, 'NOT_FOUND', ['input', 'modelVersionId']],
    ['a blank URL', { endpointUrl: '' }, 'BLANK', ['input', 'endpointUrl']],
    ['a long URL', { endpointUrl: `https://example.com/${'x'.repeat(2000)}` }, 'TOO_LONG', ['input', 'endpointUrl']],
    ['a relative URL', { endpointUrl: '/predict' }, 'INVALID', ['input', 'endpointUrl']],
    ['a URL without slashes', { endpointUrl: 'https:example.com' }, 'INVALID', ['input', 'endpointUrl']],
    ['a URL of another scheme', { endpointUrl: 'file:///etc/passwd' }, 'INVALID', ['input', 'endpointUrl']],
    ['a URL with a password', { endpointUrl: 'https://me:secret@example.com' }, 'INVALID', ['input', 'endpointUrl']],
    ['a URL with a space', { endpointUrl: 'https://example.com/a b' }, 'INVALID', ['input', 'endpointUrl']],
    ['a URL without a host', { endpointUrl: 'https://' }, 'INVALID', ['input', 'endpointUrl']],
    ['a blank idempotency key', { idempotencyKey: ' ' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    expect(await create(viewer, { modelVersionId, environment: 'STAGING', ...wrong })).toMatchObject({
      deployment: null,
      userErrors: [{ code, field }],
    });
    expect(await count(viewer)).toBe(0);
  });

  it('refuses an archived version, and accepts a deprecated one', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    await archive(viewer, modelVersionId);
    const input = { modelVersionId, environment: 'STAGING' };
    expect(await create(viewer, input)).toMatchObject({
      deployment: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'modelVersionId'] }],
    });
    expect(await count(viewer)).toBe(0);
    await mutate(subgraph, viewer, 'modelVersionUpdate', { id: modelVersionId, status: 'DEPRECATED' }, 'modelVersion { id }');
    expect((await create(viewer, input)).deployment.status).toBe('PENDING');
  });

  it('returns the first deployment for a repeated idempotency key, also after its version was archived', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const input = { modelVersionId, idempotencyKey: 'k' };
    const ids = await Promise.all(Array.from({ length: 10 }, () => createDeployment(subgraph, viewer, input)));
    expect(new Set(ids).size).toBe(1);
    await archive(viewer, modelVersionId);
    expect(await createDeployment(subgraph, viewer, input)).toBe(ids[0]);
    expect((await create(viewer, { ...input, environment: 'STAGING' })).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(await count(viewer)).toBe(1);
  });
});

describe('changing a deployment', () => {
  it('changes the given fields, clears a URL that is null, and keeps the others', async () => {
    const viewer = aMember();
    const id = await createDeployment(subgraph, viewer, {
      modelVersionId: await createVersion(subgraph, viewer),
      endpointUrl: 'http://a.example',
    });
    expect((await update(viewer, { id })).deployment).toMatchObject({ status: 'PENDING', endpointUrl: 'http://a.example' });
    expect((await update(viewer, { id, status: 'ACTIVE' })).deployment).toMatchObject({
      status: 'ACTIVE',
      endpointUrl: 'http://a.example',
    });
    expect((await update(viewer, { id, status: null, endpointUrl: null })).deployment).toMatchObject({
      status: 'ACTIVE',
      endpointUrl: null,
    });
  });

  it('does not activate a deployment of an archived version', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const id = await createDeployment(subgraph, viewer, { modelVersionId, status: 'STOPPED' });
    await archive(viewer, modelVersionId);
    expect(await update(viewer, { id, status: 'ACTIVE', endpointUrl: 'http://a.example' })).toMatchObject({
      deployment: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'status'] }],
    });
    expect((await update(viewer, { id, status: 'FAILED' })).deployment).toMatchObject({ status: 'FAILED', endpointUrl: null });
  });

  it.each([
    ['a malformed id', { id: 'x' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a URL of another scheme', { endpointUrl: 'ftp://example.com' }, 'INVALID', ['input', 'endpointUrl']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createDeployment(subgraph, viewer, { modelVersionId: await createVersion(subgraph, viewer) });
    expect(await update(viewer, { id, status: 'FAILED', ...wrong })).toMatchObject({ deployment: null, userErrors: [{ code, field }] });
    expect((await update(viewer, { id })).deployment.status).toBe('PENDING');
  });
});

describe('deleting a deployment', () => {
  it('is refused while it is ACTIVE, or if it has predictions', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const [unused, used] = [
      await createDeployment(subgraph, viewer, { modelVersionId, status: 'ACTIVE' }),
      await createDeployment(subgraph, viewer, { modelVersionId, status: 'STOPPED' }),
    ];
    await recordPrediction(subgraph, viewer, { modelVersionId, deploymentId: used });
    const inUse = (message: string) => ({ deletedId: null, userErrors: [{ code: 'IN_USE', field: ['input', 'id'], message }] });
    expect(await remove(viewer, unused)).toEqual(inUse('This deployment is ACTIVE. Set its status to STOPPED first.'));
    expect(await remove(viewer, used)).toEqual(inUse('This deployment has predictions, so it cannot be deleted. Keep it STOPPED instead.'));
    expect(await count(viewer)).toBe(2);
    await update(viewer, { id: unused, status: 'STOPPED' });
    expect(await remove(viewer, unused)).toEqual({ deletedId: unused, userErrors: [] });
    expect(await remove(viewer, unused)).toMatchObject({ deletedId: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await count(viewer)).toBe(1);
  });

  it.each([
    ['a malformed id', 'x', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    expect(await remove(aMember(), id)).toMatchObject({ deletedId: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('the updatedAt of a version', () => {
  const LONG_AGO = '2020-01-01T00:00:00.000Z';

  it('changes with every deployment that is added, changed, or deleted, and not if that is refused', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const moves = async (work: () => Promise<unknown>) => {
      await subgraph.client.modelVersion.updateMany({ where: { id: modelVersionId }, data: { updatedAt: new Date(LONG_AGO) } });
      await work();
      const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { modelVersion(id: $id) { updatedAt } }'), {
        id: modelVersionId,
      });
      return data.modelVersion.updatedAt !== LONG_AGO;
    };
    let id = '';
    expect(await moves(async () => (id = await createDeployment(subgraph, viewer, { modelVersionId })))).toBe(true);
    for (const status of ['FAILED', 'ACTIVE']) expect([status, await moves(() => update(viewer, { id, status }))]).toEqual([status, true]);
    expect(await moves(() => remove(viewer, id))).toBe(false);
    expect(await moves(() => update(viewer, { id, status: 'STOPPED' }))).toBe(true);
    expect(await moves(() => remove(viewer, id))).toBe(true);
    expect(await moves(() => remove(viewer, id))).toBe(false);
  });

  it('is returned with the change', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const id = await createDeployment(subgraph, viewer, { modelVersionId });
    await subgraph.client.modelVersion.updateMany({ where: { id: modelVersionId }, data: { updatedAt: new Date(LONG_AGO) } });
    const fields = 'deployment { modelVersion { updatedAt } }';
    const { deployment } = await mutate(subgraph, viewer, 'deploymentUpdate', { id, status: 'FAILED' }, fields);
    expect(deployment.modelVersion.updatedAt).not.toBe(LONG_AGO);
  });
});

describe('listing deployments', () => {
  it('pages by updatedAt, forward and backward', async () => {
    const viewer = aMember();
    const modelVersionId = await createVersion(subgraph, viewer);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await createDeployment(subgraph, viewer, { modelVersionId }));
    const moment = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
    for (const [index, minute] of [3, 1, 2, 2, 0].entries()) {
      await subgraph.client.deployment.updateMany({ where: { id: ids[index] }, data: { updatedAt: moment(minute) } });
    }
    const minutes = async (direction: string, backward = false) =>
      (await readAllPages(subgraph, viewer, 'deployments', `{ field: UPDATED_AT, direction: ${direction} }`, 'updatedAt', backward)).map(
        (node) => new Date(String(node.updatedAt)).getUTCMinutes(),
      );
    expect(await minutes('ASC')).toEqual([0, 1, 2, 2, 3]);
    expect(await minutes('DESC')).toEqual([3, 2, 2, 1, 0]);
    expect(await minutes('ASC', true)).toEqual([2, 3, 1, 2, 0]);
  });

  it('filters by environment, status and version', async () => {
    const viewer = aMember();
    const [one, two] = [await createVersion(subgraph, viewer), await createVersion(subgraph, viewer)];
    const a = await createDeployment(subgraph, viewer, { modelVersionId: one, environment: 'DEVELOPMENT', status: 'FAILED' });
    const b = await createDeployment(subgraph, viewer, { modelVersionId: one, environment: 'PRODUCTION', status: 'ACTIVE' });
    const c = await createDeployment(subgraph, viewer, { modelVersionId: two, environment: 'PRODUCTION' });
    const ids = async (filter: object) => {
      const { data } = await subgraph.execute(
        viewer,
        graphql(`
          query ($filter: DeploymentFilter) {
            deployments(filter: $filter) {
              totalCount
              nodes {
                id
              }
            }
          }
        `),
        { filter },
      );
      expect(data.deployments.totalCount).toBe(data.deployments.nodes.length);
      return data.deployments.nodes.map((node) => node.id);
    };
    expect(await ids({})).toEqual([c, b, a]);
    expect(await ids({ environment: 'PRODUCTION' })).toEqual([c, b]);
    expect(await ids({ statuses: ['FAILED', 'PENDING'] })).toEqual([c, a]);
    expect(await ids({ modelVersionId: one })).toEqual([b, a]);
    expect(await ids({ modelVersionId: one, environment: 'PRODUCTION', statuses: ['ACTIVE'] })).toEqual([b]);
    const { errors } = await subgraph.execute(viewer, graphql('{ deployments(filter: { modelVersionId: "x" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a deployment of another organization', () => {
  it('can be neither read nor changed nor deleted, and its version cannot be deployed', async () => {
    const owner = aMember();
    const modelVersionId = await createVersion(subgraph, owner);
    const id = await createDeployment(subgraph, owner, { modelVersionId });
    const stranger = aMember();
    const query = `query ($of: [_Any!]!) { deployment(id: "${id}") { status } deployments { totalCount nodes { id } }
      _entities(representations: $of) { ... on Deployment { status } } }`;
    const of = [id, uuidv7()].map((id) => ({ __typename: 'Deployment', id }));
    expect((await subgraph.execute(stranger, query, { of })).data).toEqual({
      deployment: null,
      deployments: { totalCount: 0, nodes: [] },
      _entities: [null, null],
    });
    expect((await subgraph.execute<{ _entities: object[] }>(owner, query, { of })).data._entities).toEqual([{ status: 'PENDING' }, null]);
    expect(await update(stranger, { id, status: 'FAILED' })).toMatchObject({ deployment: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await remove(stranger, id)).toMatchObject({ deletedId: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await create(stranger, { modelVersionId, environment: 'STAGING' })).toMatchObject({
      deployment: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect((await update(owner, { id })).deployment.status).toBe('PENDING');
  });
});
