import { v7 as uuidv7 } from 'uuid';
import { graphql } from '../../kit/documents/chat.js';
import { aMember } from '../../kit/viewers.js';
import { createFile, createSession, mutate, runChat, readAllPages, type RunningChat } from './arrange.js';

let chat: RunningChat;
beforeAll(async () => void (chat = await runChat()));
afterAll(() => chat.close());

const FIELDS = 'filename mimeType fileType byteSize status error metadata uploader { id } dataset { id }';
const FILE = graphql(`query ($id: ID!) { chatFile(id: $id) { ${FIELDS} createdAt updatedAt session { id } } }`);

const fileCount = async (viewer: ReturnType<typeof aMember>): Promise<number> =>
  (await chat.execute(viewer, graphql('{ chatFiles { totalCount } }'))).data.chatFiles.totalCount;
const contentCount = (viewer: ReturnType<typeof aMember>) => chat.database.storedContent.count({ where: { orgId: viewer.organizationId } });

describe('creating a chat file', () => {
  it('stores it as UPLOADED in its session, with its uploader', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const text = 'name,mass\nZoë,1\n';
    const id = await createFile(chat, viewer, sessionId, { filename: 'penguins.csv', text });
    const { data } = await chat.execute(viewer, FILE, { id });
    expect(data.chatFile).toMatchObject({
      filename: 'penguins.csv',
      mimeType: 'text/csv',
      fileType: 'CSV',
      byteSize: Buffer.byteLength(text),
      status: 'UPLOADED',
      error: null,
      metadata: {},
      uploader: { id: viewer.userId },
      dataset: null,
      session: { id: sessionId },
    });
    const stored = await chat.database.storedContent.findMany({ where: { orgId: viewer.organizationId } });
    expect(stored.map(({ bytes }) => Buffer.from(bytes).toString('utf8'))).toEqual([text]);
  });

  it('stores the same content once for each organization', async () => {
    const viewer = aMember();
    const [one, two] = [await createSession(chat, viewer), await createSession(chat, viewer)];
    for (const [sessionId, text] of [
      [one, 'a'],
      [one, 'a'],
      [two, 'a'],
      [two, 'b'],
    ] as const)
      await createFile(chat, viewer, sessionId, { text });
    expect([await fileCount(viewer), await contentCount(viewer)]).toEqual([4, 2]);
    const stranger = aMember();
    await createFile(chat, stranger, await createSession(chat, stranger), { text: 'a' });
    expect(await contentCount(stranger)).toBe(1);
  });

  it.each([
    ['a malformed session id', { sessionId: '1' }, 'INVALID', ['input', 'sessionId']],
    ['an unknown session', { sessionId: uuidv7() }, 'NOT_FOUND', ['input', 'sessionId']],
    ['a blank filename', { filename: ' ' }, 'BLANK', ['input', 'filename']],
    ['a long filename', { filename: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'filename']],
    ['a path', { filename: '../sales.csv' }, 'INVALID', ['input', 'filename']],
    ['no MIME type', { mimeType: 'csv' }, 'INVALID', ['input', 'mimeType']],
    ['a PDF file by its name', { filename: 'paper.PDF' }, 'INVALID', ['input', 'filename']],
    ['an XLSX file by its name', { filename: 'book.xlsx', mimeType: 'text/csv' }, 'INVALID', ['input', 'filename']],
    ['a PDF file by its MIME type', { filename: 'paper', mimeType: 'application/pdf' }, 'INVALID', ['input', 'filename']],
    ['a blank idempotency key', { idempotencyKey: ' ' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and stores nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const input = { sessionId: await createSession(chat, viewer), filename: 'a.csv', mimeType: 'text/csv', text: 'a', ...wrong };
    expect(await mutate(chat, viewer, 'chatFileCreate', input, 'chatFile { id }')).toMatchObject({
      chatFile: null,
      userErrors: [{ code, field }],
    });
    expect([await fileCount(viewer), await contentCount(viewer)]).toEqual([0, 0]);
  });

  it('returns the first file for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    const ids = await Promise.all(Array.from({ length: 10 }, () => createFile(chat, viewer, sessionId, { idempotencyKey: 'k' })));
    expect(new Set(ids).size).toBe(1);
    expect(await fileCount(viewer)).toBe(1);
    const input = { sessionId, filename: 'other.csv', mimeType: 'text/csv', text: 'a', idempotencyKey: 'k' };
    const other = await mutate(chat, viewer, 'chatFileCreate', input, 'chatFile { id }');
    expect(other).toMatchObject({ chatFile: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }] });
  });
});

describe('changing a chat file', () => {
  it('renames it and changes its kind, and sets and clears its dataset', async () => {
    const viewer = aMember();
    const id = await createFile(chat, viewer, await createSession(chat, viewer), { filename: 'rows', mimeType: 'text/plain' });
    const datasetId = uuidv7();
    const update = async (input: object) =>
      (await mutate(chat, viewer, 'chatFileUpdate', { id, ...input }, `chatFile { ${FIELDS} }`)).chatFile;
    expect(await update({ datasetId })).toMatchObject({ filename: 'rows', fileType: 'TEXT', dataset: { id: datasetId } });
    expect(await update({ filename: 'rows.csv' })).toMatchObject({
      filename: 'rows.csv',
      fileType: 'CSV',
      mimeType: 'text/plain',
      dataset: { id: datasetId },
    });
    expect(await update({ filename: null, datasetId: null })).toMatchObject({ filename: 'rows.csv', fileType: 'CSV', dataset: null });
  });

  it.each([
    ['a malformed id', { id: '1' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a blank filename', { filename: '' }, 'BLANK', ['input', 'filename']],
    ['a path', { filename: 'a\\b' }, 'INVALID', ['input', 'filename']],
    ['a malformed dataset id', { datasetId: 'x' }, 'INVALID', ['input', 'datasetId']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createFile(chat, viewer, await createSession(chat, viewer));
    const payload = await mutate(
      chat,
      viewer,
      'chatFileUpdate',
      { id, filename: 'new.csv', datasetId: uuidv7(), ...wrong },
      'chatFile { id }',
    );
    expect(payload).toMatchObject({ chatFile: null, userErrors: [{ code, field }] });
    expect((await chat.execute(viewer, FILE, { id })).data.chatFile).toMatchObject({ filename: 'sales.csv', dataset: null });
  });
});

describe('finishing a chat file', () => {
  it.each([
    ['READY', { metadata: { columns: ['a', 'b'], missingValues: { b: 5 }, rowCount: 12450 } }],
    ['FAILED', { error: 'The workbook is locked.' }],
  ])('sets the status %s', async (outcome, input) => {
    const viewer = aMember();
    const id = await createFile(chat, viewer, await createSession(chat, viewer));
    const { chatFile } = await mutate(chat, viewer, 'chatFileFinish', { id, outcome, ...input }, `chatFile { ${FIELDS} }`);
    expect(chatFile).toMatchObject({ status: outcome, error: null, metadata: {}, ...input });
    expect((await chat.execute(viewer, FILE, { id })).data.chatFile).toMatchObject(chatFile);
  });

  it('succeeds once: nine of ten concurrent requests are refused', async () => {
    const viewer = aMember();
    const id = await createFile(chat, viewer, await createSession(chat, viewer));
    const finish = (index: number) =>
      mutate(chat, viewer, 'chatFileFinish', { id, outcome: 'READY', metadata: { index } }, 'chatFile { metadata }');
    const payloads = await Promise.all(Array.from({ length: 10 }, (_, index) => finish(index)));
    const done = payloads.filter(({ chatFile }) => chatFile !== null);
    expect(done).toHaveLength(1);
    for (const { userErrors } of payloads.filter((payload) => payload !== done[0]))
      expect(userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'id'] }]);
    expect((await chat.execute(viewer, FILE, { id })).data.chatFile.metadata).toEqual(done[0]!.chatFile.metadata);
  });

  it.each([
    ['a malformed id', { id: '1' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['metadata that is no object', { metadata: 1 }, 'INVALID', ['input', 'metadata']],
    ['an error without failure', { error: 'no' }, 'INVALID', ['input', 'error']],
    ['a failure without error', { outcome: 'FAILED' }, 'BLANK', ['input', 'error']],
    ['a long error', { outcome: 'FAILED', error: 'x'.repeat(10_001) }, 'TOO_LONG', ['input', 'error']],
  ])('refuses %s and keeps it UPLOADED', async (_, wrong, code, field) => {
    const viewer = aMember();
    const id = await createFile(chat, viewer, await createSession(chat, viewer));
    const payload = await mutate(
      chat,
      viewer,
      'chatFileFinish',
      { id, outcome: 'READY', metadata: { pages: 1 }, ...wrong },
      'chatFile { id }',
    );
    expect(payload).toMatchObject({ chatFile: null, userErrors: [{ code, field }] });
    expect((await chat.execute(viewer, FILE, { id })).data.chatFile).toMatchObject({ status: 'UPLOADED', metadata: {} });
  });
});

describe('listing chat files', () => {
  const query = (orderBy: string) => (page: string) =>
    `query ($id: ID!) { chatSession(id: $id) { files(${page}, orderBy: ${orderBy}) { nodes { filename }
        pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } } }`;

  it.each([
    ['FILENAME', ['a', 'b', 'b', 'c', 'd']],
    ['BYTE_SIZE', ['c', 'b', 'd', 'b', 'a']],
    ['CREATED_AT', ['d', 'b', 'a', 'c', 'b']],
  ])('pages through the files of a session by %s, forward and backward', async (field, inOrder) => {
    const viewer = aMember();
    const id = await createSession(chat, viewer);
    for (const [filename, size] of [
      ['d', 3],
      ['b', 3],
      ['a', 4],
      ['c', 1],
      ['b', 2],
    ] as const)
      await createFile(chat, viewer, id, { filename, text: 'x'.repeat(size) });
    await createFile(chat, viewer, await createSession(chat, viewer), { filename: 'elsewhere' });
    const inPairs = (values: string[]) => [values.slice(-2), values.slice(-4, -2), values.slice(0, -4)].flat();
    expect(await readAllPages(chat, viewer, 'forward', 'filename', query(`{ field: ${field}, direction: ASC }`), { id })).toEqual(inOrder);
    expect(await readAllPages(chat, viewer, 'forward', 'filename', query(`{ field: ${field}, direction: DESC }`), { id })).toEqual(
      [...inOrder].reverse(),
    );
    expect(await readAllPages(chat, viewer, 'backward', 'filename', query(`{ field: ${field}, direction: ASC }`), { id })).toEqual(
      inPairs(inOrder),
    );
  });

  it('filters by kind, status, filename and session', async () => {
    const viewer = aMember();
    const sessionId = await createSession(chat, viewer);
    await createFile(chat, viewer, sessionId, { filename: '50%_off.csv' });
    const id = await createFile(chat, viewer, sessionId, { filename: '50 offers.md' });
    await mutate(chat, viewer, 'chatFileFinish', { id, outcome: 'FAILED', error: 'e' }, 'chatFile { id }');
    const goneId = await createSession(chat, viewer);
    await createFile(chat, viewer, goneId, { filename: 'kept.csv' });
    await mutate(chat, viewer, 'chatSessionDelete', { id: goneId, files: 'KEEP' }, 'deleted { id }');
    const names = async (filter: object) => {
      const { data } = await chat.execute(
        viewer,
        graphql(`
          query ($filter: ChatFileFilter) {
            chatFiles(filter: $filter) {
              totalCount
              nodes {
                filename
              }
            }
          }
        `),
        { filter },
      );
      expect(data.chatFiles.totalCount).toBe(data.chatFiles.nodes.length);
      return data.chatFiles.nodes.map((node) => node.filename).sort();
    };
    expect(await names({})).toEqual(['50 offers.md', '50%_off.csv', 'kept.csv']);
    expect(await names({ fileType: 'TEXT' })).toEqual(['50 offers.md']);
    expect(await names({ statuses: ['FAILED', 'READY'] })).toEqual(['50 offers.md']);
    expect(await names({ filenameContains: '%_OFF' })).toEqual(['50%_off.csv']);
    expect(await names({ hasSession: false })).toEqual(['kept.csv']);
    expect(await names({ hasSession: true, fileType: 'CSV' })).toEqual(['50%_off.csv']);
  });
});
