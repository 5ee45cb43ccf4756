import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../../subgraphs/datasets/generated/prisma/client.js';
import { datasets, files, filesConfig } from '../../kit/datasets.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { executeConcurrently, tenTimes } from './arrange.js';
import { announce, announcement, deliver, FILE_UPLOAD_CREATE, streamHeaders, upload } from './upload.js';

let subgraph: RunningSubgraph<PrismaClient>;
beforeAll(async () => void (subgraph = await runSubgraph(datasets)));
afterAll(() => subgraph.close());

const ROWS = 'a,b\n1,x\n2,y\n';
const MIB = 1024 * 1024;

/** The names of the files that hold an organization's large contents. */
const blobsOf = (orgId: string): string[] => {
  const folder = join(filesConfig.filesFolder, orgId);
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile())
    : [];
};

/** A body that says one chunk and then waits. */
function held(chunk: Uint8Array | string) {
  let release = () => {};
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(chunk).subarray(0, 1));
      release = () => {
        controller.enqueue(Buffer.from(chunk).subarray(1));
        controller.close();
      };
    },
  });
  return { body, release: () => release() };
}

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('creating a file upload', () => {
  it('returns a URL that is valid for 15 minutes and the headers to send', async () => {
    const { id, url, headers, expiresAt } = await announce(subgraph, aMember(), ROWS);
    expect(url).toMatch(/^\/uploads\/[\w.-]+$/);
    expect(headers).toEqual([{ name: 'Content-Type', value: 'text/csv' }]);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 15 * 60_000)).toBeLessThan(30_000);
    expect(url).toContain(id);
  });

  it.each([
    ['a name with folders', { filename: '../a.csv' }, 'INVALID', 'filename'],
    ['a blank name', { filename: '' }, 'BLANK', 'filename'],
    ['no content type', { contentType: 'csv' }, 'INVALID', 'contentType'],
    ['a content type with a line break', { contentType: 'text/csv\r\nx: y' }, 'INVALID', 'contentType'],
    ['more than 50 MiB', { byteSize: 50 * MIB + 1 }, 'INVALID', 'byteSize'],
    ['fewer bytes than none', { byteSize: -1 }, 'INVALID', 'byteSize'],
    ['a short hash', { sha256: 'abc' }, 'INVALID', 'sha256'],
    ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, 'TOO_LONG', 'idempotencyKey'],
  ])('is refused with %s', async (_, wrong, code, field) => {
    const { data } = await subgraph.execute(aMember(), FILE_UPLOAD_CREATE, { input: announcement(ROWS, wrong) });
    expect(data.fileUploadCreate).toMatchObject({ upload: null, userErrors: [{ code, field: ['input', field] }] });
  });

  it('happens once for a repeated idempotency key', async () => {
    const viewer = aMember();
    const answers = await executeConcurrently(subgraph, viewer, FILE_UPLOAD_CREATE, tenTimes(announcement(ROWS, { idempotencyKey: 'k' })));
    expect(new Set(answers.map(({ data }) => data.fileUploadCreate.upload.url)).size).toBe(1);
    const other = await subgraph.execute(viewer, FILE_UPLOAD_CREATE, { input: announcement('other', { idempotencyKey: 'k' }) });
    expect(other.data.fileUploadCreate.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
  });
});

describe('sending the bytes', () => {
  const signed = (orgId: string, id: string, expiresAt = Date.now() + 60_000) =>
    files.urls.sign('uploads', { orgId, id }, new Date(expiresAt));

  it.each<[string, (url: string) => string, Partial<Record<string, string>>, string, number, string]>([
    ['a token that was changed', (url) => `${url.slice(0, -3)}${url.endsWith('AAA') ? 'BBB' : 'AAA'}`, {}, ROWS, 403, 'FORBIDDEN'],
    ['no token of ours', () => '/uploads/x', {}, ROWS, 403, 'FORBIDDEN'],
    ['the token of a file', (url) => url.replace('/uploads/', '/files/'), {}, ROWS, 404, 'NOT_FOUND'],
    ['more bytes than announced', (url) => url, {}, `${ROWS}3,z\n`, 400, 'BAD_REQUEST'],
    ['fewer bytes than announced', (url) => url, {}, ROWS.slice(1), 400, 'BAD_REQUEST'],
    ['other bytes', (url) => url, {}, ROWS.replace('x', 'z'), 422, 'BAD_USER_INPUT'],
    ['another content type', (url) => url, { 'content-type': 'text/plain' }, ROWS, 415, 'BAD_REQUEST'],
    ['more bytes than anybody may', (url) => url, {}, 'x'.repeat(50 * MIB + 1), 413, 'BAD_REQUEST'],
  ])('with %s is refused, and can be repeated', async (_, changed, headers, body, status, code) => {
    const viewer = aMember();
    const { url } = await announce(subgraph, viewer, ROWS);
    expect(await deliver(subgraph, changed(url), body, headers as Record<string, string>)).toEqual({ status, code });
    expect(await subgraph.client.storedContent.count({ where: { orgId: viewer.organizationId } })).toBe(0);
    expect(await deliver(subgraph, url, ROWS)).toEqual({ status: 200 });
  });

  it('is refused after the URL has expired, for an unknown upload, and without a length', async () => {
    const { organizationId } = aMember();
    expect(await deliver(subgraph, signed(organizationId, uuidv7(), Date.now() - 1), ROWS)).toEqual({ status: 403, code: 'FORBIDDEN' });
    expect(await deliver(subgraph, signed(organizationId, uuidv7()), ROWS)).toEqual({ status: 404, code: 'NOT_FOUND' });
    const { url } = await announce(subgraph, aMember(), ROWS);
    const { body, release } = held(ROWS);
    release();
    expect(await deliver(subgraph, url, body)).toEqual({ status: 411, code: 'BAD_REQUEST' });
  });

  it('is refused without a signature, with that of another request, and with a repeated one', async () => {
    const { url } = await announce(subgraph, aMember(), ROWS);
    const refused = { status: 401, code: 'UNAUTHENTICATED' };
    const put = (headers: Record<string, string>) => deliver(subgraph, url, ROWS, headers);
    expect(await put({ 'x-viewer': '', 'x-viewer-signature': '' })).toEqual(refused);
    expect(await put(streamHeaders(subgraph, 'GET', url))).toEqual(refused);
    const headers = streamHeaders(subgraph, 'PUT', url);
    expect(await put(headers)).toEqual({ status: 200 });
    expect(await put(headers)).toEqual(refused);
  });

  it('returns the same response for a second PUT of the same bytes, and refuses others', async () => {
    const { url } = await announce(subgraph, aMember(), ROWS);
    expect(await deliver(subgraph, url, ROWS)).toEqual({ status: 200 });
    expect(await deliver(subgraph, url, ROWS)).toEqual({ status: 200 });
    expect(await deliver(subgraph, url, ROWS.replace('x', 'z'))).toEqual({ status: 422, code: 'BAD_USER_INPUT' });
  });

  it('is refused during another PUT, and takes six statements', async () => {
    const viewer = aMember();
    const { id, url } = await announce(subgraph, viewer, ROWS);
    const { body, release } = held(ROWS);
    subgraph.statements.take();
    const first = deliver(subgraph, url, body, { 'content-length': String(ROWS.length) });
    await until(async () => (await subgraph.client.fileUpload.findFirst({ where: { id } }))!.receivingUntil !== null);
    expect(await deliver(subgraph, url, ROWS)).toEqual({ status: 409, code: 'CONFLICT' });
    release();
    expect(await first).toEqual({ status: 200 });

    const other = await announce(subgraph, viewer, ROWS);
    subgraph.statements.take();
    expect(await deliver(subgraph, other.url, ROWS)).toEqual({ status: 200 });
    expect(subgraph.statements.take().length).toBeLessThanOrEqual(6);
  });

  it('can be repeated after another process died', async () => {
    const { id, url } = await announce(subgraph, aMember(), ROWS);
    const left = (milliseconds: number) =>
      subgraph.client.fileUpload.updateMany({ where: { id }, data: { receivingUntil: new Date(Date.now() + milliseconds) } });
    await left(30_000);
    expect((await deliver(subgraph, url, ROWS)).status).toBe(409);
    await left(-1);
    expect(await deliver(subgraph, url, ROWS)).toEqual({ status: 200 });
  });

  it('stores nothing if the client disconnects', async () => {
    const viewer = aMember();
    const bytes = randomBytes(2 * MIB);
    const { id, url } = await announce(subgraph, viewer, bytes);
    const headers = { 'content-type': 'text/csv', 'content-length': bytes.length, ...streamHeaders(subgraph, 'PUT', url) };
    const sending = request(new URL(url, subgraph.url), { method: 'PUT', headers }).on('error', () => undefined);
    sending.write(bytes.subarray(0, MIB));
    await until(async () => blobsOf(viewer.organizationId).length > 0);
    sending.destroy();
    await until(async () => (await subgraph.client.fileUpload.findFirst({ where: { id } }))!.receivingUntil === null);
    expect(blobsOf(viewer.organizationId)).toEqual([]);
    expect(await subgraph.client.storedContent.count({ where: { orgId: viewer.organizationId } })).toBe(0);
    expect(await deliver(subgraph, url, bytes)).toEqual({ status: 200 });
  });
});

describe('the uploaded bytes', () => {
  it('are stored in the database up to 1 MiB, and otherwise in a file, once for each organization', async () => {
    const viewer = aMember();
    const orgId = viewer.organizationId;
    const [small, large] = [Buffer.alloc(MIB, 'a'), Buffer.alloc(MIB + 1, 'a')];
    const [other, stranger] = [aMember(orgId), aMember()];
    for (const who of [viewer, other, stranger]) await upload(subgraph, who, small);
    expect(blobsOf(orgId)).toEqual([]);
    await Promise.all([viewer, other, stranger].map((who) => upload(subgraph, who, large)));
    expect([blobsOf(orgId).length, blobsOf(stranger.organizationId).length]).toEqual([1, 1]);
    expect(statSync(join(filesConfig.filesFolder, orgId, blobsOf(orgId)[0]!)).size).toBeLessThan(MIB / 10);
    expect(await subgraph.client.storedContent.count({ where: { orgId } })).toBe(2);
  });

  it('can be empty', async () => {
    const id = await upload(subgraph, aMember(), '');
    expect((await subgraph.client.fileUpload.findFirst({ where: { id } }))!.storedSha256).not.toBeNull();
  });
});
