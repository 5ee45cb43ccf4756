import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import { graphql } from '../kit/documents/api.js';
import { datasets } from '../kit/datasets.js';
import { openGateway, type OpenGateway, type ViewersByApiKey } from '../kit/gateway.js';
import { runSubgraph, type RunningSubgraph } from '../kit/subgraph.js';
import { aMember } from '../kit/viewers.js';
import { announcement, FILE_UPLOAD_CREATE, type Upload } from '../subgraphs/datasets/upload.js';

const viewers: ViewersByApiKey = new Map([
  ['ours', aMember()],
  ['theirs', aMember()],
]);
let subgraph: RunningSubgraph;
let gateway: OpenGateway;
beforeAll(async () => {
  subgraph = await runSubgraph(datasets);
  // The other four are not running, and not asked.
  const supergraph = readFileSync('gateway/supergraph.graphql', 'utf8').replace('http://127.0.0.1:4001/graphql', subgraph.url);
  gateway = await openGateway(supergraph, { viewers, keys: { datasets: subgraph.key }, corsOrigins: ['https://ui.example'] });
});
afterAll(async () => {
  await gateway.close();
  await subgraph.close();
});

const announce = async (apiKey: string, bytes: Uint8Array | string, rest: object = {}): Promise<Upload> => {
  const { data } = await gateway.execute(apiKey, FILE_UPLOAD_CREATE, { input: announcement(bytes, rest) });
  return data.fileUploadCreate.upload;
};

/** Sends bytes as a client does that knows the address of the graph and what the upload says. */
const put = async ({ url, headers }: Upload, body: Uint8Array | string) => {
  const response = await fetch(new URL(url, gateway.url), {
    method: 'PUT',
    headers: headers.map(({ name, value }): [string, string] => [name, value]),
    body: body as BodyInit,
  });
  return { status: response.status, body: await response.json() };
};

const DATASET = graphql(`
  mutation ($uploadId: ID!) {
    datasetCreate(input: { name: "d", source: UPLOAD, uploadId: $uploadId }) {
      dataset {
        id
        file {
          byteSize
          downloadUrl
        }
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const FOLLOW = graphql('subscription ($id: ID!) { datasetUpdated(id: $id) { status rowCount } }');
const create = async (apiKey: string, { id: uploadId }: Upload) =>
  (await gateway.execute(apiKey, DATASET, { uploadId })).data.datasetCreate;

describe('a file that passes through the gateway', () => {
  it.each([
    ['small', 10],
    ['large', 120_000],
  ])('is uploaded, becomes a dataset, and is downloaded: %s', async (_, rows) => {
    const text = `a,b\n${Array.from({ length: rows }, (__, index) => `${index},${'☃'.repeat(index % 7)}\n`).join('')}`;
    const upload = await announce('ours', text);
    expect(await put(upload, text)).toEqual({ status: 200, body: { upload: { id: upload.id, byteSize: Buffer.byteLength(text) } } });
    const { dataset, userErrors } = await create('ours', upload);
    expect(userErrors).toEqual([]);
    expect(dataset).toMatchObject({ file: { byteSize: Buffer.byteLength(text) } });
    const states: object[] = [];
    for await (const { data } of gateway.subscribe('ours', FOLLOW, { id: dataset.id })) states.push(data.datasetUpdated);
    expect(states.at(-1)).toEqual({ status: 'READY', rowCount: rows });
    const response = await fetch(new URL(dataset.file.downloadUrl, gateway.url));
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="rows.csv"; filename*=UTF-8''rows.csv`);
    expect(await response.text()).toBe(text);
  });

  it('is not accessible to another organization that stores the same bytes', async () => {
    const bytes = randomBytes(1024 * 1024 + 1).toString('hex');
    const [ours, theirs] = [await announce('ours', bytes), await announce('theirs', bytes)];
    expect((await Promise.all([put(ours, bytes), put(theirs, bytes)])).map(({ status }) => status)).toEqual([200, 200]);
    expect((await create('theirs', ours)).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['input', 'uploadId'] }]);
    const mixed = ours.url.replace(viewers.get('ours')!.organizationId, viewers.get('theirs')!.organizationId);
    expect((await put({ ...ours, url: mixed }, bytes)).status).toBe(403);
  });

  it('is refused with a JSON error code, and the gateway keeps serving', async () => {
    const upload = await announce('ours', 'a\n1\n');
    const coded = (code: string) => ({ errors: [{ message: expect.any(String), extensions: { code } }] });
    expect(await put(upload, 'a\n2\n')).toEqual({ status: 422, body: coded('BAD_USER_INPUT') });
    expect(await put({ ...upload, url: `${upload.url}x` }, 'a\n1\n')).toEqual({ status: 403, body: coded('FORBIDDEN') });
    expect(await put({ ...upload, url: `/uploads/${'x'.repeat(300)}` }, 'a\n1\n')).toEqual({ status: 400, body: coded('BAD_REQUEST') });
    expect(await put({ ...upload, headers: [{ name: 'content-type', value: 'text/html' }] }, 'a\n1\n')).toEqual({
      status: 415,
      body: coded('BAD_REQUEST'),
    });
    expect(await put(upload, Buffer.alloc(8_000_000, 'x'))).toEqual({ status: 400, body: coded('BAD_REQUEST') });
    expect((await gateway.execute('ours', '{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect((await gateway.execute(null, FILE_UPLOAD_CREATE, { input: announcement('a') })).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await create('ours', { ...upload, id: uuidv7() })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('is refused without losing the next request on the same connection', async () => {
    const upload = await announce('ours', 'a\n1\n');
    const { host, hostname, port } = new URL(gateway.url);
    const query = JSON.stringify({ query: '{ __typename }' });
    const head = (line: string, type: string, length: number) =>
      `${line} HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ours\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`;
    // At which chunk of the body the refusal overtakes it is up to chance: every size meets another one.
    for (let size = 60_000; size <= 3_000_000; size += 60_000) {
      const socket = connect(Number(port), hostname);
      let heard = '';
      const answers = () => heard.split('HTTP/1.1 ').slice(1);
      const both = new Promise<void>((resolve, reject) => {
        socket.on('error', reject).on('close', () => reject(new Error(`closed after ${answers().length} answers`)));
        socket.on('data', (chunk) => (heard += chunk.toString()).includes('"Query"') && resolve());
      });
      socket.write(head(`PUT ${upload.url}`, 'text/csv', size));
      socket.write(Buffer.alloc(size, 'x'));
      socket.write(head('POST /graphql', 'application/json', query.length) + query);
      await both;
      expect(answers().map((answer) => answer.slice(0, 3))).toEqual(['400', '200']);
      socket.destroy();
    }
  });

  it('can come from a page of an allowed origin', async () => {
    const preflight = await fetch(new URL('/uploads/x', gateway.url), {
      method: 'OPTIONS',
      headers: { origin: 'https://ui.example', 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' },
    });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://ui.example');
  });
});
