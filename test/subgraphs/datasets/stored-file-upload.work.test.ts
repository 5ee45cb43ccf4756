import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { datasets, files } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { waitForProfile } from './arrange.js';
import { announce, download, upload } from './upload.js';

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

const STORE = graphql(`
  mutation ($input: StoredFileCreateInput!) {
    storedFileCreate(input: $input) {
      storedFile {
        id
        filename
        mimeType
        byteSize
        text
        metadata
        downloadUrl
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const CREATE = graphql(`
  mutation ($input: DatasetCreateInput!) {
    datasetCreate(input: $input) {
      dataset {
        id
        file {
          filename
          mimeType
          byteSize
        }
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

const store = async (viewer: Viewer, input: object) => (await subgraph.execute(viewer, STORE, { input })).data.storedFileCreate;
const create = async (viewer: Viewer, input: object) =>
  (await subgraph.execute(viewer, CREATE, { input: { name: 'd', source: 'UPLOAD', ...input } })).data.datasetCreate;

const ROWS = 'id,name,at\n1,"a,b",2026-01-01\n2,,2026-01-02\n';

describe('a stored file of an upload', () => {
  it('has its filename, type, and bytes, or another filename', async () => {
    const viewer = aMember();
    const uploadId = await upload(subgraph, viewer, ROWS);
    const { storedFile, userErrors } = await store(viewer, { uploadId });
    expect(userErrors).toEqual([]);
    expect(storedFile).toMatchObject({ filename: 'rows.csv', mimeType: 'text/csv', byteSize: ROWS.length, text: ROWS, metadata: {} });
    expect((await store(viewer, { uploadId, filename: 'b.csv', metadata: { a: 1 } })).storedFile).toMatchObject({
      filename: 'b.csv',
      metadata: { a: 1 },
    });
  });

  it.each([
    ['text as well', { text: 'a' }, 'INVALID', ['input']],
    ['another type', { mimeType: 'text/plain' }, 'INVALID', ['input', 'mimeType']],
    ['a malformed id', { uploadId: 'x' }, 'INVALID', ['input', 'uploadId']],
    ['an unknown id', { uploadId: uuidv7() }, 'NOT_FOUND', ['input', 'uploadId']],
    ['neither upload nor text', { uploadId: null }, 'INVALID', ['input']],
    ['a text without a name', { uploadId: null, text: 'a', mimeType: 'text/csv' }, 'BLANK', ['input', 'filename']],
    ['a text without a type', { uploadId: null, text: 'a', filename: 'a.csv' }, 'BLANK', ['input', 'mimeType']],
  ])('is refused with %s', async (_, wrong, code, field) => {
    const viewer = aMember();
    const uploadId = await upload(subgraph, viewer, ROWS);
    expect(await store(viewer, { uploadId, ...wrong })).toEqual({ storedFile: null, userErrors: [{ code, field }] });
  });

  it('is refused before the bytes are uploaded, and for an upload of another organization', async () => {
    const viewer = aMember();
    const { id } = await announce(subgraph, viewer, ROWS);
    expect((await store(viewer, { uploadId: id })).userErrors).toEqual([{ code: 'INVALID', field: ['input', 'uploadId'] }]);
    const sent = await upload(subgraph, viewer, ROWS);
    const stranger = aMember();
    expect((await store(stranger, { uploadId: sent })).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['input', 'uploadId'] }]);
    expect((await create(stranger, { uploadId: sent })).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'uploadId'] }]);
  });
});

/** What a dataset says when its file was read. */
async function read(viewer: Viewer, id: string) {
  await waitForProfile(subgraph, viewer, id);
  const query = graphql(`
    query ($id: ID!) {
      dataset(id: $id) {
        status
        failure {
          code
        }
        rowCount
        columns {
          name
          dtype
        }
        preview
        file {
          filename
          mimeType
          byteSize
        }
      }
    }
  `);
  return (await subgraph.execute(viewer, query, { id })).data.dataset;
}

describe('a dataset of an upload', () => {
  it('reads its rows and keeps its file', async () => {
    const viewer = aMember();
    const { dataset, userErrors } = await create(viewer, { uploadId: await upload(subgraph, viewer, ROWS) });
    expect(userErrors).toEqual([]);
    expect(await read(viewer, dataset.id)).toEqual({
      status: 'READY',
      failure: null,
      rowCount: 2,
      columns: [
        { name: 'id', dtype: 'INTEGER' },
        { name: 'name', dtype: 'STRING' },
        { name: 'at', dtype: 'DATETIME' },
      ],
      preview: [
        ['1', 'a,b', '2026-01-01'],
        ['2', null, '2026-01-02'],
      ],
      file: { filename: 'rows.csv', mimeType: 'text/csv', byteSize: ROWS.length },
    });
  });

  it('reads TSV, and large files', async () => {
    const viewer = aMember();
    const tsv = await upload(subgraph, viewer, 'a\tb\n1\tx,y\n', { contentType: 'text/tab-separated-values' });
    expect((await read(viewer, (await create(viewer, { uploadId: tsv })).dataset.id)).preview).toEqual([['1', 'x,y']]);
    const line = `1,0.5,${'x'.repeat(90)}\n`;
    const large = await upload(subgraph, viewer, `a,b,c\n${line.repeat(20_000)}`);
    expect(await read(viewer, (await create(viewer, { uploadId: large })).dataset.id)).toMatchObject({
      rowCount: 20_000,
      columns: [{ dtype: 'INTEGER' }, { dtype: 'FLOAT' }, { dtype: 'STRING' }],
    });
  });

  it.each([
    ['Parquet that says CSV', 'PAR1\u0015\u0004', 'text/csv', 'The file was declared as CSV, but its content is Parquet.'],
    [
      'a model',
      Buffer.from([0x08, 0x08, 0x12, 0x00]).toString(),
      'text/csv',
      'The file was declared as CSV, but its content is an ONNX model.',
    ],
    ['CSV that says Parquet', ROWS, 'application/vnd.apache.parquet', 'The file was declared as Parquet, but its content is CSV.'],
  ])('is refused for %s', async (_, bytes, contentType, message) => {
    const viewer = aMember();
    const uploadId = await upload(subgraph, viewer, bytes, { contentType });
    expect(await create(viewer, { uploadId })).toEqual({
      dataset: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'uploadId'], message }],
    });
    expect((await subgraph.execute(viewer, graphql('{ storedFiles { totalCount } }'))).data.storedFiles.totalCount).toBe(0);
  });

  it('happens once for a repeated idempotency key, in at most twelve statements', async () => {
    const viewer = aMember();
    const input = { uploadId: await upload(subgraph, viewer, ROWS), idempotencyKey: 'k' };
    await Promise.all([create(viewer, input), create(viewer, input), create(viewer, input)]);
    const { data } = await subgraph.execute(viewer, graphql('{ datasets { totalCount } storedFiles { totalCount } }'));
    expect(data).toEqual({ datasets: { totalCount: 1 }, storedFiles: { totalCount: 1 } });
    subgraph.statements.take();
    await create(viewer, { uploadId: input.uploadId });
    expect(subgraph.statements.take().length).toBeLessThanOrEqual(12);
  });
});

describe('the download URL of a stored file', () => {
  it.each([
    ['in the database', 1000],
    ['in a file', 3 * 1024 * 1024],
  ])('returns the bytes that are %s, as an attachment', async (_, size) => {
    const viewer = aMember();
    const bytes = randomBytes(size);
    const uploadId = await upload(subgraph, viewer, bytes, { filename: 'naïve "☃".bin', contentType: 'application/octet-stream' });
    const { storedFile } = await store(viewer, { uploadId });
    expect(storedFile.text).toBeNull();
    const response = await download(subgraph, storedFile.downloadUrl);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      'content-disposition': `attachment; filename="na_ve ___.bin"; filename*=UTF-8''na%C3%AFve%20%22%E2%98%83%22.bin`,
      'x-content-type-options': 'nosniff',
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('is refused if it is changed, expired, or of a deleted file', async () => {
    const viewer = aMember();
    const { storedFile } = await store(viewer, { uploadId: await upload(subgraph, viewer, ROWS) });
    const status = async (url: string) => (await download(subgraph, url)).status;
    const file = { orgId: viewer.organizationId, id: storedFile.id as string };
    expect(await status(storedFile.downloadUrl.replace(file.orgId, uuidv7()))).toBe(403);
    expect(await status(files.urls.sign('files', file, new Date(Date.now() - 1)))).toBe(403);
    expect(await status(storedFile.downloadUrl.replace('/files/', '/uploads/'))).toBe(404);
    expect(await status(storedFile.downloadUrl)).toBe(200);
    await subgraph.execute(viewer, graphql('mutation ($id: ID!) { storedFileDelete(input: { id: $id }) { deletedId } }'), { id: file.id });
    expect(await status(storedFile.downloadUrl)).toBe(404);
  });
});
