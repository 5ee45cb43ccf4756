import { v7 as uuidv7 } from 'uuid';
import { datasets } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { executeConcurrently, createDataset, createWorkspace, PAGE_INFO, tenTimes, readAllPages } from './arrange.js';
import { CREATE, CREATE_WITH_LITERALS, DELETE, FIELDS, SAVE, SAVE_TWICE } from './workspace.documents.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const ANALYSIS = { mlModels: [{ name: 'XGBoost', r2: 0.92 }], importance: { price: 0.65 }, naïve: '☃' };
const CHAT = [
  { role: 'SYSTEM', content: 'Be brief.' },
  { role: 'USER', content: 'Which features matter?' },
  { role: 'ASSISTANT', content: 'Price.' },
];

const read = async (viewer: Viewer, id: string) =>
  (await subgraph.execute(viewer, graphql(`query ($id: ID!) { workspace(id: $id) { ${FIELDS} } }`), { id })).data.workspace;
const count = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ workspaces { totalCount } }'))).data.workspaces.totalCount;

describe('saving a workspace for the first time', () => {
  it('stores the analysis, the conversation in order, and their size in bytes', async () => {
    const viewer = aMember();
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    const { data } = await subgraph.execute(viewer, CREATE, {
      input: { datasetId, name: 'Q1', analysisData: ANALYSIS, chatHistory: CHAT },
    });
    const { workspace, userErrors } = data.workspaceCreate;
    const sizeBytes = Buffer.byteLength(JSON.stringify(ANALYSIS)) + Buffer.byteLength(JSON.stringify(CHAT));
    expect(userErrors).toEqual([]);
    expect(workspace).toMatchObject({
      name: 'Q1',
      analysisData: ANALYSIS,
      chatHistory: CHAT,
      sizeBytes,
      revision: 1,
      dataset: { id: datasetId },
    });
    expect(await read(viewer, workspace.id)).toEqual(workspace);
  });

  it('is empty by default, and accepts the analysis as a literal', async () => {
    const viewer = aMember();
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    const bare = await subgraph.execute(viewer, CREATE, { input: { datasetId, name: 'bare' } });
    expect(bare.data.workspaceCreate.workspace).toMatchObject({ analysisData: {}, chatHistory: [], sizeBytes: 4 });
    const literal = await subgraph.execute(viewer, CREATE_WITH_LITERALS, { datasetId });
    expect(literal.data.workspaceCreate.workspace).toEqual({
      analysisData: { a: [1, { b: null }] },
      chatHistory: [{ role: 'USER', content: '?' }],
    });
  });

  it.each([
    ['a blank name', { name: ' ' }, 'BLANK', ['input', 'name']],
    ['a long name', { name: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'name']],
    ['analysis data that is no object', { analysisData: [1] }, 'INVALID', ['input', 'analysisData']],
    [
      'a long message',
      {
        chatHistory: [
          { role: 'USER', content: '' },
          { role: 'USER', content: 'x'.repeat(100_001) },
        ],
      },
      'TOO_LONG',
      ['input', 'chatHistory', '1', 'content'],
    ],
    ['a malformed dataset id', { datasetId: 'd' }, 'INVALID', ['input', 'datasetId']],
    ['an unknown dataset', { datasetId: uuidv7() }, 'NOT_FOUND', ['input', 'datasetId']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and saves nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const input = { datasetId: await createDataset(subgraph, viewer, { name: 'd' }), name: 'n', ...wrong };
    const { data } = await subgraph.execute(viewer, CREATE, { input });
    expect(data.workspaceCreate).toMatchObject({ workspace: null, userErrors: [{ code, field }] });
    expect(await count(viewer)).toBe(0);
  });

  it('reports all user errors at once', async () => {
    const { data } = await subgraph.execute(aMember(), CREATE, { input: { datasetId: 'd', name: '', analysisData: 'x' } });
    expect(data.workspaceCreate.userErrors.map((error) => error.field[1])).toEqual(['datasetId', 'name', 'analysisData']);
  });

  it('happens once for a repeated idempotency key', async () => {
    const viewer = aMember();
    const input = {
      datasetId: await createDataset(subgraph, viewer, { name: 'd' }),
      name: 'once',
      analysisData: ANALYSIS,
      idempotencyKey: 'k',
    };
    const answers = await executeConcurrently(subgraph, viewer, CREATE, tenTimes(input));
    expect(new Set(answers.map(({ data }) => data.workspaceCreate.workspace.id)).size).toBe(1);
    expect(await count(viewer)).toBe(1);
    const other = await subgraph.execute(viewer, CREATE, { input: { ...input, name: 'twice' } });
    expect(other.data.workspaceCreate).toMatchObject({
      workspace: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
  });
});

describe('saving a workspace again', () => {
  const saved = async (viewer: Viewer) => {
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    return createWorkspace(subgraph, viewer, datasetId, { name: 'before', analysisData: ANALYSIS, chatHistory: CHAT });
  };

  it('changes the given fields, keeps the omitted ones, and counts the revision', async () => {
    const viewer = aMember();
    const id = await saved(viewer);
    const first = await read(viewer, id);
    const renamed = await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 1, name: 'after', analysisData: null } });
    expect(renamed.data.workspaceSave).toMatchObject({
      workspace: { ...first, name: 'after', revision: 2, updatedAt: expect.any(String) },
      userErrors: [],
    });
    const changed = await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 2, chatHistory: [] } });
    const sizeBytes = Buffer.byteLength(JSON.stringify(ANALYSIS)) + 2;
    expect(changed.data.workspaceSave.workspace).toMatchObject({
      name: 'after',
      analysisData: ANALYSIS,
      chatHistory: [],
      sizeBytes,
      revision: 3,
    });
    expect(Date.parse(changed.data.workspaceSave.workspace.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt));
    expect(await read(viewer, id)).toEqual(changed.data.workspaceSave.workspace);
  });

  it('returns its own result for every save of one request', async () => {
    const viewer = aMember();
    const id = await saved(viewer);
    const { data } = await subgraph.execute(viewer, SAVE_TWICE, { id });
    expect(data).toEqual({
      one: { workspace: { revision: 2, analysisData: { n: 1 } } },
      two: { workspace: { revision: 3, analysisData: { n: 2 } } },
    });
  });

  it('refuses a stale revision and changes nothing', async () => {
    const viewer = aMember();
    const id = await saved(viewer);
    await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 1, name: 'mine' } });
    const before = await read(viewer, id);
    const { data } = await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 1, name: 'theirs', analysisData: {} } });
    expect(data.workspaceSave).toMatchObject({ workspace: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'expectedRevision'] }] });
    expect(await read(viewer, id)).toEqual(before);
  });

  it('accepts one of ten concurrent saves of the same revision', async () => {
    const viewer = aMember();
    const id = await saved(viewer);
    const saves = Array.from({ length: 10 }, (_, index) => ({ id, expectedRevision: 1, name: `save ${index}` }));
    const answers = await executeConcurrently(subgraph, viewer, SAVE, saves);
    const results = answers.map(({ data }) => data.workspaceSave);
    const winners = results.filter(({ workspace }) => workspace);
    expect(winners).toHaveLength(1);
    expect(results.filter(({ userErrors }) => userErrors[0]?.code === 'CONFLICT')).toHaveLength(9);
    expect(await read(viewer, id)).toMatchObject({ revision: 2, name: winners[0]!.workspace.name });
  });

  it.each([
    ['a blank name', { name: '' }, 'BLANK', ['input', 'name']],
    ['a long name', { name: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'name']],
    ['analysis data that is no object', { analysisData: 1 }, 'INVALID', ['input', 'analysisData']],
    [
      'a long message',
      {
        chatHistory: [
          { role: 'USER', content: '' },
          { role: 'USER', content: 'x'.repeat(100_001) },
        ],
      },
      'TOO_LONG',
      ['input', 'chatHistory', '1', 'content'],
    ],
    ['a malformed id', { id: 'w' }, 'INVALID', ['input', 'id']],
    ['an unknown workspace', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await saved(viewer);
    const before = await read(viewer, id);
    const { data } = await subgraph.execute(viewer, SAVE, { input: { id, expectedRevision: 1, name: 'n', ...wrong } });
    expect(data.workspaceSave).toMatchObject({ workspace: null, userErrors: [{ code, field }] });
    expect(await read(viewer, id)).toEqual(before);
  });
});

describe('deleting a workspace', () => {
  it('deletes it once', async () => {
    const viewer = aMember();
    const id = await createWorkspace(subgraph, viewer, await createDataset(subgraph, viewer, { name: 'd' }));
    expect((await subgraph.execute(viewer, DELETE, { id })).data.workspaceDelete).toEqual({ deletedId: id, userErrors: [] });
    expect(await read(viewer, id)).toBeNull();
    const again = await subgraph.execute(viewer, DELETE, { id });
    expect(again.data.workspaceDelete).toEqual({ deletedId: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }] });
    const malformed = await subgraph.execute(viewer, DELETE, { id: 'w' });
    expect(malformed.data.workspaceDelete.userErrors).toEqual([{ code: 'INVALID', field: ['input', 'id'] }]);
  });

  it('happens with its dataset', async () => {
    const viewer = aMember();
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    await createWorkspace(subgraph, viewer, datasetId);
    const { data } = await subgraph.execute(
      viewer,
      graphql('mutation ($id: ID!) { datasetDelete(input: { id: $id }) { deleted { workspaceCount } } }'),
      { id: datasetId },
    );
    expect(data.datasetDelete.deleted).toEqual({ workspaceCount: 1 });
    expect(await count(viewer)).toBe(0);
  });
});

describe('listing workspaces', () => {
  it.each([
    ['NAME', 'ASC', ['a', 'b', 'b', 'c', 'd']],
    ['NAME', 'DESC', ['d', 'c', 'b', 'b', 'a']],
    ['SIZE', 'ASC', ['c', 'b', 'a', 'd', 'b']],
    ['SIZE', 'DESC', ['b', 'd', 'a', 'b', 'c']],
    ['CREATED_AT', 'ASC', ['d', 'b', 'a', 'c', 'b']],
    ['UPDATED_AT', 'DESC', ['d', 'b', 'c', 'a', 'b']],
  ])('pages by %s %s, forward and backward, without repeating or skipping', async (field, direction, expected) => {
    const viewer = aMember();
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    const sizes: [string, number][] = [
      ['d', 40],
      ['b', 50],
      ['a', 30],
      ['c', 10],
      ['b', 20],
    ];
    const ids: string[] = [];
    for (const [name, size] of sizes)
      ids.push(await createWorkspace(subgraph, viewer, datasetId, { name, analysisData: { x: 'x'.repeat(size) } }));
    await subgraph.execute(viewer, SAVE, { input: { id: ids[0], expectedRevision: 1 } });
    const page = async (args: string) =>
      (
        await subgraph.execute<{ workspaces: Connection<{ name: string }> }>(
          viewer,
          `{ workspaces(${args}, orderBy: { field: ${field}, direction: ${direction} }) { nodes { name } ${PAGE_INFO} } }`,
        )
      ).data.workspaces;
    expect((await readAllPages<{ name: string }>(false, page)).map(({ name }) => name)).toEqual(expected);
    expect((await readAllPages<{ name: string }>(true, page)).map(({ name }) => name)).toEqual([...expected].reverse());
  });

  it('lists those of a dataset, the last saved first', async () => {
    const viewer = aMember();
    const [one, two] = [await createDataset(subgraph, viewer, { name: 'one' }), await createDataset(subgraph, viewer, { name: 'two' })];
    const first = await createWorkspace(subgraph, viewer, one, { name: 'first' });
    await createWorkspace(subgraph, viewer, one, { name: 'second' });
    await createWorkspace(subgraph, viewer, two, { name: 'other' });
    await subgraph.execute(viewer, SAVE, { input: { id: first, expectedRevision: 1 } });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        {
          datasets(orderBy: { field: NAME, direction: ASC }) {
            nodes {
              workspaces {
                totalCount
                nodes {
                  name
                  sizeBytes
                  createdAt
                  updatedAt
                }
              }
            }
          }
        }
      `),
    );
    const lists = data.datasets.nodes.map(({ workspaces }) => workspaces.nodes.map(({ name }) => name));
    expect(lists).toEqual([['first', 'second'], ['other']]);
  });

  it('filters by name and updatedAt', async () => {
    const viewer = aMember();
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    for (const name of ['50% off', '500 rows']) await createWorkspace(subgraph, viewer, datasetId, { name });
    const names = async (filter: object) =>
      (
        await subgraph.execute(
          viewer,
          graphql(`
            query ($filter: WorkspaceFilter) {
              workspaces(filter: $filter, orderBy: { field: NAME, direction: ASC }) {
                totalCount
                nodes {
                  name
                }
              }
            }
          `),
          { filter },
        )
      ).data.workspaces;
    expect(await names({ nameContains: '0% O' })).toEqual({ totalCount: 1, nodes: [{ name: '50% off' }] });
    expect((await names({ updatedFrom: '2020-01-01T00:00:00.000Z', updatedBefore: '2100-01-01T00:00:00.000Z' })).totalCount).toBe(2);
    expect((await names({ updatedBefore: '2020-01-01T00:00:00.000Z' })).totalCount).toBe(0);
    expect((await names({ updatedFrom: '2100-01-01T00:00:00.000Z' })).totalCount).toBe(0);
  });

  it('takes as many statements for many datasets and workspaces as for one, and reads content only if it is selected', async () => {
    const cost = async (rows: number, fields: string) => {
      const viewer = aMember();
      for (let index = 0; index < rows; index += 1)
        await createWorkspace(subgraph, viewer, await createDataset(subgraph, viewer, { name: `d${index}` }));
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute<{ datasets: { nodes: object[] } }>(
        viewer,
        `{ datasets(first: 50) { nodes { workspaces(first: 2) { totalCount nodes { ${fields} dataset { name } } } } } }`,
      );
      expect(errors).toBeUndefined();
      expect(data.datasets.nodes).toHaveLength(rows);
      return subgraph.statements.take();
    };
    const [one, thirty] = [
      await cost(1, 'name analysisData chatHistory { role }'),
      await cost(30, 'name analysisData chatHistory { role }'),
    ];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(5);
    const light = await cost(1, 'name sizeBytes');
    expect(light.join()).not.toContain('analysis_data" AS');
    expect(light).toHaveLength(one.length - 1);
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to save or delete', async () => {
    const owner = aMember();
    const id = await createWorkspace(subgraph, owner, await createDataset(subgraph, owner, { name: 'd' }), { name: 'canary' });
    const stranger = aMember();
    const own = await createWorkspace(subgraph, stranger, await createDataset(subgraph, stranger, { name: 'd' }), { name: 'own' });
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          workspace(id: $id) {
            name
          }
          workspaces {
            totalCount
          }
          _entities(representations: $of) {
            ... on Workspace {
              name
            }
          }
        }
      `),
      { id, of: [id, own, uuidv7()].map((one) => ({ __typename: 'Workspace', id: one })) },
    );
    expect(data).toEqual({ workspace: null, workspaces: { totalCount: 1 }, _entities: [null, { name: 'own' }, null] });
    const save = await subgraph.execute(stranger, SAVE, { input: { id, expectedRevision: 1, name: 'x' } });
    expect(save.data.workspaceSave).toMatchObject({ workspace: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect((await subgraph.execute(stranger, DELETE, { id })).data.workspaceDelete).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect((await read(owner, id)).name).toBe('canary');
  });

  it('refuses a dataset of another organization', async () => {
    const datasetId = await createDataset(subgraph, aMember(), { name: 'd' });
    const stranger = aMember();
    const { data } = await subgraph.execute(stranger, CREATE, { input: { datasetId, name: 'n' } });
    expect(data.workspaceCreate).toMatchObject({ workspace: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'datasetId'] }] });
    expect(await count(stranger)).toBe(0);
  });

  it('returns UNAUTHENTICATED to an anonymous viewer and BAD_USER_INPUT for a malformed id', async () => {
    expect((await subgraph.execute(null, graphql('{ workspaces { nodes { id } } }'))).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await subgraph.execute(aMember(), graphql('{ workspace(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });
});
