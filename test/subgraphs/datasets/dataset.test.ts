import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { datasets, readyDataset } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection, GraphQLResponse } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import {
  executeConcurrently,
  createDataset,
  createFile,
  createWorkspace,
  createFeedback,
  profileDataset,
  startRun,
  tenTimes,
} from './arrange.js';
import { CREATE, CREATE_PENGUINS, DATASETS_WITH_RUNS } from './dataset.documents.js';

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const PENGUINS = 'species,mass,seen\nAdelie,3750,2007-11-11\nGentoo,,2008-01-03\n"Chin, strap",3800.5,2009-11-15\n';

describe('creating a dataset', () => {
  it('returns before its file is read', async () => {
    const viewer = aMember();
    const fileId = await createFile(subgraph, viewer, PENGUINS);
    const { data } = await subgraph.execute(viewer, CREATE_PENGUINS, { fileId });
    expect(data.datasetCreate).toEqual({
      dataset: {
        id: expect.any(String),
        name: 'penguins',
        source: 'UPLOAD',
        status: expect.stringMatching(/^(PENDING|PROFILING)$/),
        progress: 0,
        failure: null,
        rowCount: null,
        columnCount: null,
        columns: [],
        preview: [],
        profile: null,
        rows: null,
        file: { id: fileId, byteSize: Buffer.byteLength(PENGUINS) },
        trainingCount: 0,
        lastTrainedAt: null,
      },
      userErrors: [],
    });
  });

  it.each([
    ['a blank name', { name: ' ' }, 'BLANK', ['input', 'name']],
    ['a long name', { name: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'name']],
    ['a malformed file id', { fileId: 'file' }, 'INVALID', ['input', 'fileId']],
    ['an unknown file', { fileId: uuidv7() }, 'NOT_FOUND', ['input', 'fileId']],
  ])('refuses %s and creates nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const input = { name: 'n', source: 'UPLOAD', fileId: await createFile(subgraph, viewer, PENGUINS), ...wrong };
    const { data } = await subgraph.execute(viewer, CREATE, { input });
    expect(data.datasetCreate).toMatchObject({ dataset: null, userErrors: [{ code, field }] });
    expect((await subgraph.execute(viewer, graphql('{ datasets { totalCount } }'))).data.datasets.totalCount).toBe(0);
  });

  it('returns the first dataset for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const input = { name: 'once', source: 'UPLOAD', fileId: await createFile(subgraph, viewer, PENGUINS), idempotencyKey: 'k' };
    const answers = await executeConcurrently(subgraph, viewer, CREATE, tenTimes(input));
    expect(new Set(answers.map(({ data }) => data.datasetCreate.dataset.id)).size).toBe(1);
    expect((await subgraph.execute(viewer, graphql('{ datasets { totalCount } }'))).data.datasets.totalCount).toBe(1);
    const other = await subgraph.execute(viewer, CREATE, { input: { ...input, name: 'twice' } });
    expect(other.data.datasetCreate).toMatchObject({
      dataset: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
  });
});

describe('changing a dataset', () => {
  const FIELDS = 'id name source rowCount createdAt';
  const UPDATE = graphql(`
    mutation ($input: DatasetUpdateInput!) {
      datasetUpdate(input: $input) {
        dataset {
          ${FIELDS}
        }
        userErrors {
          code
          field
        }
      }
    }
  `);
  const read = async (viewer: Viewer, id: string) =>
    (await subgraph.execute(viewer, graphql(`query ($id: ID!) { dataset(id: $id) { ${FIELDS} } }`), { id })).data.dataset;

  it('renames it or corrects its source, and keeps omitted fields', async () => {
    const viewer = aMember();
    const [id, other] = [await createDataset(subgraph, viewer, { name: 'old' }), await createDataset(subgraph, viewer, { name: 'other' })];
    const before = await read(viewer, id);
    const change = async (input: object) => (await subgraph.execute(viewer, UPDATE, { input: { id, ...input } })).data.datasetUpdate;
    expect(await change({ name: 'new' })).toEqual({ dataset: { ...before, name: 'new' }, userErrors: [] });
    const after = { ...before, name: 'new', source: 'SAMPLE' };
    expect(await change({ source: 'SAMPLE', name: null })).toEqual({ dataset: after, userErrors: [] });
    expect(await change({})).toEqual({ dataset: after, userErrors: [] });
    expect([await read(viewer, id), (await read(viewer, other)).name]).toEqual([after, 'other']);
  });

  it.each([
    ['a blank name', { name: ' ' }, 'BLANK', ['input', 'name']],
    ['a long name', { name: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'name']],
    ['a malformed id', { id: 'd' }, 'INVALID', ['input', 'id']],
    ['an unknown dataset', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createDataset(subgraph, viewer, { name: 'old' });
    const before = await read(viewer, id);
    const { data } = await subgraph.execute(viewer, UPDATE, { input: { id, name: 'new', source: 'SAMPLE', ...wrong } });
    expect(data.datasetUpdate).toEqual({ dataset: null, userErrors: [{ code, field }] });
    expect(await read(viewer, id)).toEqual(before);
  });
});

describe('deleting a dataset', () => {
  const DELETE = graphql(`
    mutation ($id: ID!) {
      datasetDelete(input: { id: $id }) {
        deleted {
          id
          workspaceCount
          trainingRunCount
          feedbackCount
        }
        userErrors {
          code
          field
        }
      }
    }
  `);
  const drop = async (viewer: Viewer, id: string) => (await subgraph.execute(viewer, DELETE, { id })).data.datasetDelete;

  it('deletes its dependent rows, returns their numbers, and happens once', async () => {
    const viewer = aMember();
    const [id, other] = [await createDataset(subgraph, viewer, { name: 'd' }), await createDataset(subgraph, viewer, { name: 'other' })];
    for (const datasetId of [id, id, id, other]) await startRun(subgraph, viewer, datasetId);
    for (const datasetId of [id, id, other]) await createWorkspace(subgraph, viewer, datasetId);
    for (const datasetId of [id, other]) await createFeedback(subgraph, viewer, datasetId);
    expect(await drop(viewer, id)).toEqual({
      deleted: { id, workspaceCount: 2, trainingRunCount: 3, feedbackCount: 1 },
      userErrors: [],
    });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        {
          datasets {
            nodes {
              id
            }
          }
          trainingRuns {
            totalCount
          }
          workspaces {
            totalCount
          }
          predictionFeedbacks {
            totalCount
          }
          storedFiles {
            totalCount
          }
        }
      `),
    );
    const one = { totalCount: 1 };
    expect(data).toEqual({
      datasets: { nodes: [{ id: other }] },
      trainingRuns: one,
      workspaces: one,
      predictionFeedbacks: one,
      storedFiles: { totalCount: 2 },
    });
    expect(await drop(viewer, id)).toEqual({ deleted: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }] });
  });

  it('refuses a malformed id', async () => {
    expect(await drop(aMember(), 'd')).toEqual({ deleted: null, userErrors: [{ code: 'INVALID', field: ['input', 'id'] }] });
  });
});

describe('an idempotency key', () => {
  it('applies to its user only', async () => {
    const one = aMember();
    const other = aMember(one.organizationId);
    const input = { name: 'd', source: 'UPLOAD', fileId: await createFile(subgraph, one, PENGUINS), idempotencyKey: 'k' };
    const ids = [await subgraph.execute(one, CREATE, { input }), await subgraph.execute(other, CREATE, { input })].map(
      ({ data }) => data.datasetCreate.dataset.id,
    );
    expect(new Set(ids).size).toBe(2);
  });
});

describe('listing datasets', () => {
  it('pages through all of them in order, forward and backward, without repeating or skipping', async () => {
    const viewer = aMember();
    const names = ['d', 'b', 'a', 'c', 'b'];
    for (const name of names) await profileDataset(subgraph, viewer, { name, isAwaited: false });
    const forward = await walk(viewer, 'first', 'after', 'endCursor', 'hasNextPage');
    expect(forward).toEqual(['a', 'b', 'b', 'c', 'd']);
    const backward = await walk(viewer, 'last', 'before', 'startCursor', 'hasPreviousPage');
    expect(backward).toEqual(['c', 'd', 'b', 'b', 'a']);
  });

  it('filters by name, column, row count, and source', async () => {
    const viewer = aMember();
    await profileDataset(subgraph, viewer, { name: '100% pure', text: 'x,y\n1,2\n' });
    await profileDataset(subgraph, viewer, { name: '100 others', text: 'x,z\n1,2\n3,4\n', source: 'DATABASE' });
    const names = async (filter: object) =>
      (
        await subgraph.execute(
          viewer,
          graphql('query ($filter: DatasetFilter) { datasets(filter: $filter) { totalCount nodes { name } } }'),
          {
            filter,
          },
        )
      ).data.datasets.nodes.map((node) => node.name);
    expect(await names({ nameContains: '0% P' })).toEqual(['100% pure']);
    expect(await names({ hasColumn: 'z' })).toEqual(['100 others']);
    expect(await names({ minRowCount: 2 })).toEqual(['100 others']);
    expect(await names({ maxRowCount: 1 })).toEqual(['100% pure']);
    expect(await names({ source: 'DATABASE' })).toEqual(['100 others']);
    expect(await names({ createdBefore: '2020-01-01T00:00:00.000Z' })).toEqual([]);
  });

  it('refuses cursors of another query and page sizes out of range', async () => {
    const viewer = aMember();
    await createDataset(subgraph, viewer, { name: 'a' });
    const { data } = await subgraph.execute(viewer, graphql('{ datasets { pageInfo { endCursor } } }'));
    const after = data.datasets.pageInfo.endCursor;
    for (const args of [
      `after: "${after}", orderBy: { field: NAME, direction: ASC }`,
      `after: "${after}", filter: { nameContains: "a" }`,
      'after: "x"',
      'first: 0',
      'first: 101',
      'last: -1',
      'first: 1, last: 1',
    ]) {
      const { errors } = await subgraph.execute(viewer, `{ datasets(${args}) { nodes { id } } }`);
      expect([args, errors?.[0]?.extensions.code]).toEqual([args, 'BAD_USER_INPUT']);
    }
    const { errors } = await subgraph.execute(aMember(), `{ datasets(after: "${after}") { nodes { id } } }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('takes as many statements for many datasets as for one', async () => {
    const cost = async (count: number) => {
      const viewer = aMember();
      const orgId = viewer.organizationId;
      for (let index = 0; index < count; index += 1)
        await subgraph.client.dataset.create({ data: readyDataset({ orgId, fileId: await createFile(subgraph, viewer) }) });
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(viewer, DATASETS_WITH_RUNS);
      expect(errors).toBeUndefined();
      expect(data.datasets.nodes).toHaveLength(count);
      return subgraph.statements.take();
    };
    const [one, fifty] = [await cost(1), await cost(50)];
    expect(fifty).toHaveLength(one.length);
    expect(fifty.length).toBeLessThanOrEqual(8);
  });

  async function walk(
    viewer: ReturnType<typeof aMember>,
    size: string,
    from: string,
    end: 'startCursor' | 'endCursor',
    more: 'hasPreviousPage' | 'hasNextPage',
  ): Promise<string[]> {
    const names: string[] = [];
    for (let cursor: string | null = null; ;) {
      const { data }: GraphQLResponse<{ datasets: Connection<{ name: string }> }> = await subgraph.execute(
        viewer,
        `query ($cursor: String) {
          datasets(${size}: 2, ${from}: $cursor, orderBy: { field: NAME, direction: ASC }) {
            nodes { name } pageInfo { ${end} ${more} } } }`,
        { cursor },
      );
      names.push(...data.datasets.nodes.map((node) => node.name));
      if (!data.datasets.pageInfo[more]) return names;
      cursor = data.datasets.pageInfo[end];
    }
  }
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to change or delete', async () => {
    const owner = aMember();
    const id = await createDataset(subgraph, owner, { name: 'canary' });
    const stranger = aMember();
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          dataset(id: $id) {
            name
          }
          datasets {
            totalCount
          }
          _entities(representations: $of) {
            ... on Dataset {
              name
            }
          }
        }
      `),
      { id, of: [{ __typename: 'Dataset', id }] },
    );
    expect(data).toEqual({ dataset: null, datasets: { totalCount: 0 }, _entities: [null] });
    const update = await subgraph.execute(
      stranger,
      graphql(`
        mutation ($id: ID!) {
          datasetUpdate(input: { id: $id, name: "x" }) {
            dataset {
              id
            }
            userErrors {
              code
            }
          }
        }
      `),
      { id },
    );
    expect(update.data.datasetUpdate).toEqual({ dataset: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const deletion = await subgraph.execute(
      stranger,
      graphql(`
        mutation ($id: ID!) {
          datasetDelete(input: { id: $id }) {
            deleted {
              id
            }
            userErrors {
              code
            }
          }
        }
      `),
      { id },
    );
    expect(deletion.data.datasetDelete).toEqual({ deleted: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect((await subgraph.execute(owner, graphql('query ($id: ID!) { dataset(id: $id) { name } }'), { id })).data.dataset.name).toBe(
      'canary',
    );
  });

  it('returns UNAUTHENTICATED to an anonymous viewer', async () => {
    const { errors } = await subgraph.execute(null, graphql('{ datasets { totalCount nodes { id } } }'));
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('returns BAD_USER_INPUT for a malformed id', async () => {
    const { errors } = await subgraph.execute(aMember(), graphql('{ dataset(id: "1") { id } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
