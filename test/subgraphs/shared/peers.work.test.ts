import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { v7 as uuidv7 } from 'uuid';
import { StoredFileCreateDocument } from '../../../subgraphs/serving/generated/datasets-operations.js';
import { withDeadline } from '../../../subgraphs/shared/deadline/current-deadline.js';
import { RequestDeadline } from '../../../subgraphs/shared/deadline/request-deadline.js';
import { PeerClient } from '../../../subgraphs/shared/peers/peer-client.js';
import { PeerError } from '../../../subgraphs/shared/peers/peer-error.js';
import type { PeerOperation } from '../../../subgraphs/shared/peers/peer-operation.js';
import { CLAIMS_HEADER, RequestVerifier, SIGNATURE_HEADER } from '../../../subgraphs/shared/viewer/signature.js';
import { eventually } from '../../kit/eventually.js';
import { unavailablePeer } from '../../kit/unavailable-peer.js';
import { runPeers, type RunningPeers } from '../../kit/peers.js';
import { aMember } from '../../kit/viewers.js';
import { upload } from '../datasets/upload.js';
import { aUser, createModel } from '../serving/arrange.js';

const key = { id: 'test', secret: randomBytes(32) };
const operation = <Variables = object>(text: string) => text as PeerOperation<unknown, Variables>;

describe('a request of one subgraph to another', () => {
  let peers: RunningPeers;
  beforeAll(async () => void (peers = await runPeers()));
  afterAll(() => peers.close());

  const serving = () => new PeerClient('serving', () => peers.serving);
  const datasets = () => new PeerClient('datasets', () => peers.datasets);
  const MODEL = operation<{ id: string }>('query ($id: ID!) { model(id: $id) { name } }');

  it('has the viewer of the original request, and returns nothing of another organization', async () => {
    const viewer = await aUser(peers.serving);
    const id = await createModel(peers.serving, viewer, { name: 'penguins' });
    expect(await serving().request(viewer, MODEL, { id })).toEqual({ model: { name: 'penguins' } });
    expect(await serving().request(aMember(), MODEL, { id })).toEqual({ model: null });
  });

  it('has the scopes of the viewer, and a request for a mutation needs only the scope of the mutation', async () => {
    const reader = { ...(await aUser(peers.serving)), scopes: ['READ'] };
    const create = operation('mutation { modelCreate(input: { name: "m", framework: "f" }) { model { id } } }');
    await expect(serving().request(reader, create, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const writer = { ...reader, scopes: ['WRITE'] };
    await expect(serving().request(writer, MODEL, { id: uuidv7() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await serving().request(writer, MODEL, { id: uuidv7() }, { operation: 'mutation' })).toEqual({ model: null });
  });

  it('downloads a file by its signed URL, up to the size limit', async () => {
    const viewer = aMember();
    const bytes = randomBytes(3 * 1024 * 1024);
    const uploadId = await upload(peers.datasets, viewer, bytes, { filename: 'model.onnx', contentType: 'application/octet-stream' });
    const { storedFileCreate } = await datasets().request(viewer, StoredFileCreateDocument, { uploadId });
    const { id, downloadUrl } = storedFileCreate!.storedFile!;
    const read = (maxBytes: number) => datasets().download(downloadUrl, { maxBytes });
    expect(bytes.equals(await buffer((await read(bytes.length))!))).toBe(true);
    await expect(read(bytes.length - 1).then((stream) => buffer(stream!))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(datasets().download('/files/forged', { maxBytes: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await peers.datasets.execute(viewer, 'mutation ($id: ID!) { storedFileDelete(input: { id: $id }) { userErrors { code } } }', { id });
    expect(await read(bytes.length)).toBeNull();
  });

  it('is refused with another key', async () => {
    const stranger = new PeerClient('serving', () => ({ url: peers.serving.url, key }));
    await expect(stranger.request(aMember(), MODEL, { id: uuidv7() })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      detail: 'responded with status 401',
    });
  });
});

describe('a peer', () => {
  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close().closeAllConnections()));

  const peerThat = async (handler: RequestListener): Promise<PeerClient> => {
    const server = createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return new PeerClient('serving', () => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, key }));
  };
  const answers = (text: string, status = 200, headers = {}) =>
    peerThat((_, response) => void response.writeHead(status, headers).end(text));
  const faultOf = (peer: PeerClient, timeoutMs = 20_000): Promise<unknown> =>
    peer.request(aMember(), operation('{ models { totalCount } }'), {}, { timeoutMs }).catch((error) => error);

  it('that is down is UNAVAILABLE', async () => {
    expect(await faultOf(new PeerClient('serving', unavailablePeer))).toMatchObject({
      code: 'UNAVAILABLE',
      extensions: { code: 'UNAVAILABLE' },
    });
    await expect(new PeerClient('datasets', unavailablePeer).download('/files/x', { maxBytes: 1 })).rejects.toBeInstanceOf(PeerError);
  });

  it('that stops before or during its response is TIMEOUT', async () => {
    expect(await faultOf(await peerThat(() => undefined), 300)).toMatchObject({ code: 'TIMEOUT' });
    const dripping = await peerThat((_, response) => void response.writeHead(200).write('{"data":'));
    expect(await faultOf(dripping, 300)).toMatchObject({ code: 'TIMEOUT' });
  });

  it('gets the time that is left of the request, and is left when the request ends', async () => {
    const verifier = new RequestVerifier('serving', [key]);
    let [left, timeoutMs] = [false, 0];
    const peer = await peerThat(async (request, response) => {
      response.on('close', () => (left = true));
      timeoutMs = verifier.verify(request.headers[CLAIMS_HEADER], request.headers[SIGNATURE_HEADER], await text(request))!.timeoutMs!;
    });
    for (const document of ['{ models { totalCount } }', 'mutation { modelDelete(input: { id: "1" }) { userErrors { code } } }']) {
      left = false;
      const deadline = new RequestDeadline(300);
      deadline.beginMutation();
      const request = withDeadline(deadline, () => peer.request(aMember(), operation(document), {}));
      await expect(request).rejects.toMatchObject({
        message: expect.stringContaining(document.startsWith('mutation') ? 'It is not known' : 'Nothing was changed'),
        extensions: { code: 'TIMEOUT' },
      });
      expect(timeoutMs).toBeGreaterThan(0);
      expect(timeoutMs).toBeLessThanOrEqual(300);
      await eventually(() => expect(left).toBe(true));
      const download = withDeadline(deadline, () => peer.download('/files/x', { maxBytes: 100 }));
      await expect(download).rejects.toMatchObject({ extensions: { code: 'TIMEOUT' } });
    }
  });

  it('whose download stalls is TIMEOUT, and one whose download breaks off is UNAVAILABLE', async () => {
    const stalls = await peerThat((_, response) => void response.writeHead(200).write('half'));
    const stalled = await stalls.download('/files/x', { maxBytes: 100, idleMs: 200 });
    await expect(buffer(stalled!)).rejects.toMatchObject({ code: 'TIMEOUT' });
    const breaks = await peerThat((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy());
    });
    const broken = breaks.download('/files/x', { maxBytes: 100 }).then((stream) => buffer(stream!));
    await expect(broken).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each([
    ['HTML', '<html>', 200, {}],
    ['truncated JSON', '{"data":{"models', 200, {}],
    ['no object', '[]', 200, {}],
    ['no data', '{}', 200, {}],
    ['errors that are no list', '{"errors":"many"}', 200, {}],
    ['a redirect', '', 307, { location: 'http://127.0.0.1:1/' }],
    ['a fault of its own', '{"data":null}', 500, {}],
    ['that it did not understand', '{"errors":[{"message":"?","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}', 400, {}],
    ['17 MB', JSON.stringify({ data: { text: 'x'.repeat(17 * 1024 * 1024) } }), 200, {}],
  ])('that responds with %s is UNAVAILABLE, without its message', async (_, text, status, headers) => {
    const fault = await faultOf(await answers(text, status, headers));
    expect(fault).toMatchObject({ code: 'UNAVAILABLE', message: 'A subgraph is not available. Try again later.' });
  });

  it('is resolved again for each request', async () => {
    let url = unavailablePeer().url;
    const peer = new PeerClient('serving', () => ({ url, key }));
    expect(await faultOf(peer)).toMatchObject({ code: 'UNAVAILABLE' });
    const server = createServer((_, response) => void response.end('{"data":{"ok":true}}')).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    expect(await peer.request(aMember(), operation('{ ok }'), {})).toEqual({ ok: true });
  });
});
