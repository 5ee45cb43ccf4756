import type { Query } from '../../kit/documents/serving.js';
import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { aUser, mutate, createModel, createVersion, runServing, type RunningServing } from './arrange.js';

let serving: RunningServing;
beforeAll(async () => void (serving = await runServing()));
afterAll(() => serving.close());

const FIELDS = 'alias { name modelVersion { number } setBy { id } }';
const set = (viewer: Viewer, modelId: string, versionId: string, name = 'champion') =>
  mutate(serving, viewer, 'modelAliasSet', { modelId, name, versionId }, FIELDS);

async function aModel(viewer: Viewer): Promise<{ modelId: string; versions: string[] }> {
  const modelId = await createModel(serving, viewer);
  const versions = [];
  for (let count = 0; count < 3; count++) versions.push(await createVersion(serving, viewer, { modelId }));
  return { modelId, versions };
}
const read = async (viewer: Viewer, modelId: string, fields: string) =>
  (await serving.execute<Query>(viewer, `{ model(id: "${modelId}") { ${fields} } }`)).data.model;

describe('an alias of a model', () => {
  it('refers to a version, keeps its history, and can be rolled back', async () => {
    const viewer = await aUser(serving);
    const { modelId, versions } = await aModel(viewer);
    const before = new Date();
    expect(await set(viewer, modelId, versions[0]!)).toMatchObject({
      alias: { name: 'champion', modelVersion: { number: 1 }, setBy: { id: viewer.userId } },
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const between = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await set(viewer, modelId, versions[1]!);
    await set(viewer, modelId, versions[1]!);
    const numbers = 'aliasHistory(name: "champion") { modelVersion { number } }';
    const history = async () => (await read(viewer, modelId, numbers)).aliasHistory.map(({ modelVersion }) => modelVersion?.number ?? null);
    expect(await history()).toEqual([2, 1]);
    expect(await mutate(serving, viewer, 'modelAliasRollback', { modelId, name: 'champion' }, FIELDS)).toMatchObject({
      alias: { modelVersion: { number: 1 } },
    });
    expect(await mutate(serving, viewer, 'modelAliasDelete', { modelId, name: 'champion' }, 'deletedName')).toMatchObject({
      deletedName: 'champion',
    });
    expect(await history()).toEqual([null, 1, 2, 1]);
    const at = (time: Date) => `servingAt(time: "${time.toISOString()}") { number }`;
    expect(
      await read(
        viewer,
        modelId,
        `now: ${at(new Date())} between: ${at(between)} before: ${at(before)} alias(name: "champion") { name } aliases { name }`,
      ),
    ).toEqual({
      now: null,
      between: { number: 1 },
      before: null,
      alias: null,
      aliases: [],
    });
  });

  it('is in the list of aliases of its version', async () => {
    const viewer = await aUser(serving);
    const { modelId, versions } = await aModel(viewer);
    await set(viewer, modelId, versions[2]!, 'staging');
    await set(viewer, modelId, versions[2]!, 'champion');
    expect(await read(viewer, modelId, 'aliases { name modelVersion { number } } versions { nodes { number aliases { name } } }')).toEqual({
      aliases: [
        { name: 'champion', modelVersion: { number: 3 } },
        { name: 'staging', modelVersion: { number: 3 } },
      ],
      versions: {
        nodes: [
          { number: 3, aliases: [{ name: 'champion' }, { name: 'staging' }] },
          { number: 2, aliases: [] },
          { number: 1, aliases: [] },
        ],
      },
    });
  });

  it('cannot refer to an unknown, foreign, or archived version', async () => {
    const viewer = await aUser(serving);
    const { modelId, versions } = await aModel(viewer);
    const other = await aModel(viewer);
    const stranger = await aUser(serving);
    await mutate(serving, viewer, 'modelVersionUpdate', { id: versions[0], status: 'ARCHIVED' }, 'modelVersion { id }');
    for (const [who, input, code, field] of [
      [viewer, { modelId, versionId: other.versions[0] }, 'NOT_FOUND', 'versionId'],
      [viewer, { modelId, versionId: uuidv7() }, 'NOT_FOUND', 'versionId'],
      [viewer, { modelId, versionId: versions[0] }, 'INVALID', 'versionId'],
      [viewer, { modelId, versionId: 'x' }, 'INVALID', 'versionId'],
      [viewer, { modelId: uuidv7(), versionId: versions[1] }, 'NOT_FOUND', 'modelId'],
      [stranger, { modelId, versionId: versions[1] }, 'NOT_FOUND', 'modelId'],
      [viewer, { modelId, versionId: versions[1], name: ' ' }, 'BLANK', 'name'],
      [viewer, { modelId, versionId: versions[1], name: 'Champion!' }, 'INVALID', 'name'],
      [viewer, { modelId, versionId: versions[1], name: 'a'.repeat(51) }, 'TOO_LONG', 'name'],
    ] as const)
      expect(await mutate(serving, who, 'modelAliasSet', { name: 'champion', ...input }, FIELDS)).toMatchObject({
        alias: null,
        userErrors: [{ code, field: ['input', field] }],
      });
    for (const mutation of ['modelAliasRollback', 'modelAliasDelete'] as const)
      for (const [who, code] of [
        [viewer, 'NOT_FOUND'],
        [stranger, 'NOT_FOUND'],
      ] as const)
        expect((await mutate(serving, who, mutation, { modelId, name: 'champion' }, '')).userErrors).toMatchObject([{ code }]);
    await set(viewer, modelId, versions[1]!);
    expect((await mutate(serving, viewer, 'modelAliasRollback', { modelId, name: 'champion' }, FIELDS)).userErrors).toMatchObject([
      { code: 'INVALID' },
    ]);
    expect((await read(viewer, modelId, 'aliasHistory { name }')).aliasHistory).toHaveLength(1);
  });

  it('prevents that its version is archived, and is deleted with its model', async () => {
    const viewer = await aUser(serving);
    const { modelId, versions } = await aModel(viewer);
    await set(viewer, modelId, versions[0]!);
    const archive = () => mutate(serving, viewer, 'modelVersionUpdate', { id: versions[0], status: 'ARCHIVED' }, 'modelVersion { id }');
    expect((await archive()).userErrors).toMatchObject([{ code: 'IN_USE', field: ['input', 'status'] }]);
    await set(viewer, modelId, versions[1]!);
    expect((await archive()).userErrors).toEqual([]);
    expect(await mutate(serving, viewer, 'modelAliasRollback', { modelId, name: 'champion' }, FIELDS)).toMatchObject({
      userErrors: [{ code: 'INVALID' }],
    });
    expect((await mutate(serving, viewer, 'modelDelete', { id: modelId }, 'deleted { id }')).userErrors).toEqual([]);
    expect(await serving.client.modelAliasChange.count({ where: { modelId } })).toBe(0);
  });

  it('has a complete history after ten concurrent changes', async () => {
    const viewer = await aUser(serving);
    const { modelId, versions } = await aModel(viewer);
    await Promise.all(Array.from({ length: 10 }, (_, index) => set(viewer, modelId, versions[index % 3]!)));
    const { alias, aliasHistory } = await read(
      viewer,
      modelId,
      'alias(name: "champion") { modelVersion { number } } aliasHistory { modelVersion { number } }',
    );
    expect(aliasHistory[0]!.modelVersion).toEqual(alias.modelVersion);
    for (let index = 1; index < aliasHistory.length; index++) expect(aliasHistory[index]).not.toEqual(aliasHistory[index - 1]);
  });
});
