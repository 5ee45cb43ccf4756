import { v7 as uuidv7 } from 'uuid';
import { createContext } from '../../../subgraphs/datasets/context.js';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { saveContent } from '../../../subgraphs/datasets/stored-content/stored-content.store.js';
import { sha256 } from '../../../subgraphs/shared/digest/sha256.js';
import { datasets, files, noJobs, serving } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { copyTemplate } from '../../kit/template.js';
import { aMember } from '../../kit/viewers.js';
import { executeConcurrently, createDataset, createFile, PAGE_INFO, waitForProfile, tenTimes, readAllPages } from './arrange.js';
import { CREATE, DELETE, FIELDS, UPDATE } from './stored-file.documents.js';

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

type Viewer = ReturnType<typeof aMember>;

const read = async (viewer: Viewer, id: string) =>
  (await subgraph.execute(viewer, graphql(`query ($id: ID!) { storedFile(id: $id) { ${FIELDS} } }`), { id })).data.storedFile;
const count = async (viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ storedFiles { totalCount } }'))).data.storedFiles.totalCount;

describe('storing a file', () => {
  it('stores its filename, type, and metadata, and counts its bytes', async () => {
    const viewer = aMember();
    const [text, metadata] = ['naïve,☃\n1,2\n', { encoding: 'utf-8', source: { page: 3 } }];
    const { data } = await subgraph.execute(viewer, CREATE, { input: { filename: 'données.csv', mimeType: 'text/csv', text, metadata } });
    const { storedFile, userErrors } = data.storedFileCreate;
    expect(userErrors).toEqual([]);
    expect(storedFile).toMatchObject({ filename: 'données.csv', mimeType: 'text/csv', byteSize: Buffer.byteLength(text), metadata });
    expect(await read(viewer, storedFile.id)).toEqual(storedFile);
  });

  it('stores an empty file without metadata', async () => {
    const { data } = await subgraph.execute(aMember(), CREATE, { input: { filename: 'empty.csv', mimeType: 'text/csv', text: '' } });
    expect(data.storedFileCreate.storedFile).toMatchObject({ byteSize: 0, metadata: {} });
  });

  it.each([
    ['a blank name', { filename: ' ' }, 'BLANK', ['input', 'filename']],
    ['a long name', { filename: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'filename']],
    ['a name with folders', { filename: '../etc/passwd' }, 'INVALID', ['input', 'filename']],
    ['a name with folders of Windows', { filename: 'a\\b' }, 'INVALID', ['input', 'filename']],
    ['a name of dots', { filename: '..' }, 'INVALID', ['input', 'filename']],
    ['a name with control characters', { filename: 'a\u0000b' }, 'INVALID', ['input', 'filename']],
    ['no MIME type', { mimeType: 'csv' }, 'INVALID', ['input', 'mimeType']],
    ['a long MIME type', { mimeType: `text/${'x'.repeat(100)}` }, 'INVALID', ['input', 'mimeType']],
    ['metadata that is no object', { metadata: 'x' }, 'INVALID', ['input', 'metadata']],
    ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const { data } = await subgraph.execute(viewer, CREATE, { input: { filename: 'a.csv', mimeType: 'text/csv', text: 'a', ...wrong } });
    expect(data.storedFileCreate).toMatchObject({ storedFile: null, userErrors: [{ code, field }] });
    expect(await count(viewer)).toBe(0);
  });

  it('happens once for a repeated idempotency key', async () => {
    const viewer = aMember();
    const input = { filename: 'a.csv', mimeType: 'text/csv', text: 'a', idempotencyKey: 'k' };
    const answers = await executeConcurrently(subgraph, viewer, CREATE, tenTimes(input));
    expect(new Set(answers.map(({ data }) => data.storedFileCreate.storedFile.id)).size).toBe(1);
    const other = await subgraph.execute(viewer, CREATE, { input: { ...input, text: 'b' } });
    expect(other.data.storedFileCreate).toMatchObject({
      storedFile: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
    expect(await count(viewer)).toBe(1);
  });

  it('stores the same bytes ten times at once', async () => {
    const viewer = aMember();
    const ids = await Promise.all(Array.from({ length: 10 }, () => createFile(subgraph, viewer, 'same\n1\n')));
    expect(new Set(ids).size).toBe(10);
    expect(await count(viewer)).toBe(10);
  });
});

describe('changing a stored file', () => {
  it('renames it or replaces its metadata, and keeps omitted fields', async () => {
    const viewer = aMember();
    const id = await createFile(subgraph, viewer);
    const before = await read(viewer, id);
    const renamed = await subgraph.execute(viewer, UPDATE, { input: { id, filename: 'new.csv' } });
    expect(renamed.data.storedFileUpdate).toEqual({
      storedFile: { ...before, filename: 'new.csv', updatedAt: expect.any(String) },
      userErrors: [],
    });
    const noted = await subgraph.execute(viewer, UPDATE, { input: { id, filename: null, metadata: { version: 2 } } });
    expect(noted.data.storedFileUpdate.storedFile).toMatchObject({ filename: 'new.csv', metadata: { version: 2 } });
    expect(await read(viewer, id)).toEqual(noted.data.storedFileUpdate.storedFile);
  });

  it.each([
    ['a blank name', { filename: '' }, 'BLANK', ['input', 'filename']],
    ['a name with folders', { filename: 'a/b' }, 'INVALID', ['input', 'filename']],
    ['metadata that is no object', { metadata: [] }, 'INVALID', ['input', 'metadata']],
    ['a malformed id', { id: 'f' }, 'INVALID', ['input', 'id']],
    ['an unknown file', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createFile(subgraph, viewer);
    const before = await read(viewer, id);
    const { data } = await subgraph.execute(viewer, UPDATE, { input: { id, filename: 'new.csv', ...wrong } });
    expect(data.storedFileUpdate).toMatchObject({ storedFile: null, userErrors: [{ code, field }] });
    expect(await read(viewer, id)).toEqual(before);
  });
});

describe('deleting a stored file', () => {
  it('deletes it once', async () => {
    const viewer = aMember();
    const id = await createFile(subgraph, viewer);
    expect((await subgraph.execute(viewer, DELETE, { id })).data.storedFileDelete).toEqual({ deletedId: id, userErrors: [] });
    expect(await read(viewer, id)).toBeNull();
    expect((await subgraph.execute(viewer, DELETE, { id })).data.storedFileDelete).toEqual({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }],
    });
    expect((await subgraph.execute(viewer, DELETE, { id: 'f' })).data.storedFileDelete.userErrors).toEqual([
      { code: 'INVALID', field: ['input', 'id'] },
    ]);
  });

  it('is refused while a dataset uses it', async () => {
    const viewer = aMember();
    const datasetId = await createDataset(subgraph, viewer, { name: 'd' });
    const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { dataset(id: $id) { file { id } } }'), { id: datasetId });
    const { id } = data.dataset.file;
    expect((await subgraph.execute(viewer, DELETE, { id })).data.storedFileDelete).toEqual({
      deletedId: null,
      userErrors: [{ code: 'IN_USE', field: ['input', 'id'] }],
    });
    await subgraph.execute(viewer, graphql('mutation ($id: ID!) { datasetDelete(input: { id: $id }) { deleted { id } } }'), {
      id: datasetId,
    });
    expect((await subgraph.execute(viewer, DELETE, { id })).data.storedFileDelete).toEqual({ deletedId: id, userErrors: [] });
  });

  it('keeps the bytes for other files', async () => {
    const viewer = aMember();
    const text = 'shared,bytes\n1,2\n3,4\n';
    const [one, two] = [await createFile(subgraph, viewer, text), await createFile(subgraph, viewer, text)];
    await subgraph.execute(viewer, DELETE, { id: one });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        mutation ($id: ID!) {
          datasetCreate(input: { name: "d", source: UPLOAD, fileId: $id }) {
            dataset {
              id
            }
            userErrors {
              message
            }
          }
        }
      `),
      { id: two },
    );
    expect(await waitForProfile(subgraph, viewer, data.datasetCreate.dataset.id)).toBe('READY');
  });
});

describe('the bytes of stored files', () => {
  it('are deleted with the last file that uses them, in concurrent requests', async () => {
    const database = await copyTemplate('datasets');
    const client = datasets.connect(database.adapter);
    const viewer = aMember();
    const store = () => createContext(client, viewer, files, serving, noJobs).storedFiles;
    const create = () => store().create({ filename: 'a.txt', mimeType: 'text/plain', text: 'same' });
    let ids: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const [created] = await Promise.all([Promise.all([create(), create(), create()]), Promise.all(ids.map((id) => store().delete(id)))]);
      ids = created.map((file) => file!.id);
      expect(await client.storedContent.count()).toBe(1);
    }
    await Promise.all(ids.map((id) => store().delete(id)));
    expect([await client.storedFile.count(), await client.storedContent.count()]).toEqual([0, 0]);
    await client.$disconnect();
    await database.close();
  });
});

describe('storing bytes', () => {
  it('starts again if the shared content is deleted concurrently', async () => {
    const database = await copyTemplate('datasets');
    const client = datasets.connect(database.adapter);
    const { organizationId: orgId } = aMember();
    let kept = 0;
    const racing = {
      storedContent: {
        updateMany: (args: never) => client.storedContent.updateMany(args),
        createMany: async (args: never) => {
          const made = await client.storedContent.createMany(args);
          kept += 1;
          if (kept === 1) await client.storedContent.deleteMany();
          return made;
        },
      },
    };
    const bytes = new TextEncoder().encode('same');
    const content = { sha256: sha256(bytes), bytes };
    expect(await saveContent(racing as never, orgId, content)).toBe(true);
    expect(kept).toBe(2);
    expect(await client.storedContent.findMany()).toEqual([{ orgId, ...content, blobId: null }]);
    await client.$disconnect();
    await database.close();
  });
});

describe('the text of stored files', () => {
  const TEXTS = graphql('{ storedFiles(first: 50) { nodes { filename text } } }');

  it('equals the stored text, and is null if the bytes are not UTF-8', async () => {
    const viewer = aMember();
    for (const [name, text] of [
      ['bom', '\ufeffnaïve,☃\n'],
      ['empty', ''],
      ['nul', 'a\0b'],
    ] as const)
      await createFile(subgraph, viewer, text, name);
    const [orgId, sha256] = [viewer.organizationId, new Uint8Array(32)];
    await subgraph.client.storedContent.create({ data: { orgId, sha256, bytes: new Uint8Array([0x61, 0xff]) } });
    await subgraph.client.storedFile.create({
      data: { orgId, filename: 'binary', mimeType: 'text/csv', byteSize: 2, sha256 },
    });
    const { data } = await subgraph.execute(viewer, TEXTS);
    expect(data.storedFiles.nodes).toEqual([
      { filename: 'binary', text: null },
      { filename: 'nul', text: 'a\0b' },
      { filename: 'empty', text: '' },
      { filename: 'bom', text: '\ufeffnaïve,☃\n' },
    ]);
  });

  it('takes one statement for many files', async () => {
    const viewer = aMember();
    for (let index = 0; index < 30; index += 1) await createFile(subgraph, viewer, `text ${index % 20}`);
    subgraph.statements.take();
    const { data } = await subgraph.execute(viewer, TEXTS);
    expect(data.storedFiles.nodes.map(({ text }) => text)).toEqual(Array.from({ length: 30 }, (_, index) => `text ${(29 - index) % 20}`));
    expect(subgraph.statements.take()).toHaveLength(2);
  });
});

describe('listing stored files', () => {
  it.each([
    ['FILENAME', 'ASC', ['a', 'b', 'b', 'c', 'd']],
    ['FILENAME', 'DESC', ['d', 'c', 'b', 'b', 'a']],
    ['BYTE_SIZE', 'ASC', ['c', 'b', 'a', 'd', 'b']],
    ['BYTE_SIZE', 'DESC', ['b', 'd', 'a', 'b', 'c']],
    ['CREATED_AT', 'DESC', ['b', 'c', 'a', 'b', 'd']],
  ])('pages by %s %s, forward and backward, without repeating or skipping', async (field, direction, expected) => {
    const viewer = aMember();
    const sizes: [string, number][] = [
      ['d', 40],
      ['b', 50],
      ['a', 30],
      ['c', 10],
      ['b', 20],
    ];
    for (const [filename, size] of sizes) await createFile(subgraph, viewer, 'x'.repeat(size), filename);
    const page = async (args: string) =>
      (
        await subgraph.execute<{ storedFiles: Connection<{ filename: string }> }>(
          viewer,
          `{ storedFiles(${args}, orderBy: { field: ${field}, direction: ${direction} }) { nodes { filename } ${PAGE_INFO} } }`,
        )
      ).data.storedFiles;
    expect((await readAllPages<{ filename: string }>(false, page)).map(({ filename }) => filename)).toEqual(expected);
    expect((await readAllPages<{ filename: string }>(true, page)).map(({ filename }) => filename)).toEqual([...expected].reverse());
  });

  it('filters by name, type and time', async () => {
    const viewer = aMember();
    await createFile(subgraph, viewer, 'a', '50%_off.csv');
    await subgraph.execute(viewer, CREATE, { input: { filename: '50 off.json', mimeType: 'application/json', text: '{}' } });
    const names = async (filter: object) => {
      const { data } = await subgraph.execute(
        viewer,
        graphql(`
          query ($filter: StoredFileFilter) {
            storedFiles(filter: $filter) {
              totalCount
              nodes {
                filename
              }
            }
          }
        `),
        { filter },
      );
      expect(data.storedFiles.totalCount).toBe(data.storedFiles.nodes.length);
      return data.storedFiles.nodes.map(({ filename }) => filename);
    };
    expect(await names({})).toEqual(['50 off.json', '50%_off.csv']);
    expect(await names({ filenameContains: '%_OFF' })).toEqual(['50%_off.csv']);
    expect(await names({ mimeType: 'application/json' })).toEqual(['50 off.json']);
    expect(await names({ createdFrom: '2020-01-01T00:00:00.000Z', mimeType: 'text/csv' })).toEqual(['50%_off.csv']);
    expect(await names({ createdBefore: '2020-01-01T00:00:00.000Z' })).toEqual([]);
  });

  it('takes two statements for any number, and reads no bytes', async () => {
    const viewer = aMember();
    for (let index = 0; index < 30; index += 1) await createFile(subgraph, viewer);
    subgraph.statements.take();
    const { data } = await subgraph.execute(viewer, graphql(`{ storedFiles(first: 50) { totalCount nodes { ${FIELDS} } } }`));
    expect(data.storedFiles.nodes).toHaveLength(30);
    const statements = subgraph.statements.take();
    expect(statements).toHaveLength(2);
    expect(statements.join()).not.toContain('stored_contents');
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to change, delete or use', async () => {
    const owner = aMember();
    const id = await createFile(subgraph, owner, 'a,b\n1,2\n', 'canary.csv');
    const stranger = aMember();
    const own = await createFile(subgraph, stranger, 'a,b\n1,2\n', 'own.csv');
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          storedFile(id: $id) {
            filename
          }
          storedFiles {
            totalCount
          }
          _entities(representations: $of) {
            ... on StoredFile {
              filename
            }
          }
        }
      `),
      { id, of: [id, own, uuidv7()].map((one) => ({ __typename: 'StoredFile', id: one })) },
    );
    expect(data).toEqual({ storedFile: null, storedFiles: { totalCount: 1 }, _entities: [null, { filename: 'own.csv' }, null] });
    const update = await subgraph.execute(stranger, UPDATE, { input: { id, filename: 'x' } });
    expect(update.data.storedFileUpdate).toMatchObject({ storedFile: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect((await subgraph.execute(stranger, DELETE, { id })).data.storedFileDelete).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    const use = await subgraph.execute(
      stranger,
      graphql(`
        mutation ($id: ID!) {
          datasetCreate(input: { name: "d", source: UPLOAD, fileId: $id }) {
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
    expect(use.data.datasetCreate).toEqual({ dataset: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect((await read(owner, id)).filename).toBe('canary.csv');
  });

  it('returns UNAUTHENTICATED to an anonymous viewer and BAD_USER_INPUT for a malformed id', async () => {
    expect((await subgraph.execute(null, graphql('{ storedFiles { nodes { id } } }'))).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await subgraph.execute(aMember(), graphql('{ storedFile(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });
});
