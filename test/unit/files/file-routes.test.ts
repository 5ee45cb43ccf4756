import { createHash, randomBytes } from 'node:crypto';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { FastifyInstance } from 'fastify';
import { fileRoutes } from '../../../gateway/files/file-routes.js';
import { createHttpServer } from '../../../subgraphs/shared/server/http-server.js';
import { requestLine, RequestVerifier } from '../../../subgraphs/shared/viewer/signature.js';

const key = { id: 'test', secret: randomBytes(32) };
const IDLE_MS = 1000;

let handle: (request: IncomingMessage, response: ServerResponse) => unknown;
const subgraph: Server = createServer((incoming, response) => void handle(incoming, response));
let gateway: FastifyInstance;
let origin: string;
beforeAll(async () => {
  await once(subgraph.listen(0, '127.0.0.1'), 'listening');
  gateway = createHttpServer({ logger: pino({ level: 'silent' }), bodyLimit: 1000, checkReadiness: async () => undefined });
  const url = `http://127.0.0.1:${(subgraph.address() as AddressInfo).port}/graphql`;
  await fileRoutes(gateway, { name: 'files', url, key }, { idleTimeoutMs: IDLE_MS });
  origin = await gateway.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await gateway.close();
  subgraph.closeAllConnections();
  subgraph.close();
});

const responseOf = async (response: Response | Promise<Response>) => {
  const { status, headers } = await response;
  const body = (await (await response).json()) as { errors?: { extensions: { code: string } }[] };
  return { status, type: headers.get('content-type')?.split(';')[0], code: body.errors?.[0]?.extensions.code };
};
const put = (body: Uint8Array | ReadableStream | string, init: object = {}) =>
  fetch(`${origin}/uploads/t`, { method: 'PUT', body: body as BodyInit, ...init });
const json = (response: ServerResponse, status: number) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ extensions: { code: 'X' } }] }));

const closed = (stream: IncomingMessage | ServerResponse) =>
  new Promise((resolve) => stream.on('error', () => undefined).once('close', resolve));

describe('bytes that pass through the gateway', () => {
  it('arrive unchanged, signed for their path, without authorization headers of the client', async () => {
    const verifier = new RequestVerifier('files', [key]);
    const bytes = randomBytes(3_000_000);
    let arrived: Buffer = Buffer.alloc(0);
    let forwarded: IncomingMessage | undefined;
    handle = async (incoming, response) => {
      forwarded = incoming;
      arrived = await buffer(incoming);
      response.writeHead(200, { 'content-type': 'application/json', 'x-secret': '1' }).end('{}');
    };
    const response = await put(bytes, { headers: { 'content-type': 'text/csv', 'x-viewer': 'forged', authorization: 'Bearer x' } });
    expect([response.status, response.headers.get('x-secret')]).toEqual([200, null]);
    expect(arrived.equals(bytes)).toBe(true);
    expect(forwarded!.headers).toMatchObject({ 'content-type': 'text/csv', 'content-length': '3000000' });
    expect(forwarded!.headers.authorization).toBeUndefined();
    const { 'x-viewer': statement, 'x-viewer-signature': signature } = forwarded!.headers;
    expect(verifier.verify(statement, signature, requestLine('PUT', '/uploads/t'))).toMatchObject({ viewer: null });
  });

  it('return unchanged, with download headers', async () => {
    const bytes = randomBytes(3_000_000);
    const headers = { 'content-type': 'text/csv', 'content-length': '3000000', 'content-disposition': 'attachment', 'x-secret': '1' };
    handle = (_, response) => response.writeHead(200, headers).end(bytes);
    const response = await fetch(`${origin}/files/t`);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'content-length': '3000000', 'content-disposition': 'attachment' });
    expect(response.headers.get('x-secret')).toBeNull();
  });

  it('are read with backpressure: the gateway holds a fraction of the file', async () => {
    let taken = 0;
    handle = async (incoming, response) => {
      await sleep(IDLE_MS / 2);
      for await (const chunk of incoming) taken += (chunk as Buffer).length;
      response.end('{}');
    };
    let pulled = 0;
    const chunk = new Uint8Array(65_536);
    const body = new ReadableStream({
      pull(controller) {
        if (pulled === 40_000_000) return controller.close();
        const size = Math.min(chunk.length, 40_000_000 - pulled);
        pulled += size;
        controller.enqueue(chunk.slice(0, size));
      },
    });
    const sending = put(body, { duplex: 'half', headers: { 'content-length': '40000000' } });
    await sleep(IDLE_MS / 3);
    expect(pulled - taken).toBeLessThan(20_000_000); // Sockets of this machine hold some megabytes each.
    expect((await sending).status).toBe(200);
    expect(taken).toBe(40_000_000);
  });
});

describe('a stream that does not complete', () => {
  it('passes on a refusal, also while the client still sends', async () => {
    handle = (_, response) => json(response, 403);
    expect(await responseOf(put(randomBytes(5_000_000)))).toEqual({ status: 403, type: 'application/json', code: 'X' });
  });

  it.each([
    ['fails', (response: ServerResponse) => json(response, 500)],
    ['does not believe its gateway', (response: ServerResponse) => json(response, 401)],
    ['redirects', (response: ServerResponse) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()],
    ['breaks', (response: ServerResponse) => response.destroy()],
  ])('is UNAVAILABLE if the subgraph %s', async (_, fault) => {
    handle = (incoming, response) => incoming.on('end', () => fault(response)).resume();
    const unavailable = { status: 503, type: 'application/json', code: 'UNAVAILABLE' };
    expect(await responseOf(put('abc'))).toEqual(unavailable);
    expect(await responseOf(fetch(`${origin}/files/t`))).toEqual(unavailable);
  });

  it('is UNAVAILABLE if the subgraph is idle, and TIMEOUT if the client is idle', async () => {
    handle = () => undefined;
    expect(await responseOf(put('abc'))).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    let cut: Promise<unknown> | undefined;
    handle = (incoming) => void (cut = closed(incoming.resume()));
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
    const stalled = put(body, { duplex: 'half', headers: { 'content-length': '20' } });
    expect(await responseOf(stalled)).toMatchObject({ status: 408, code: 'TIMEOUT' });
    await cut;
  });

  it('requires a content length', async () => {
    const body = new Blob(['abc']).stream();
    expect(await responseOf(put(body, { duplex: 'half' }))).toMatchObject({ status: 411, code: 'BAD_REQUEST' });
  });

  it('ends in the subgraph when the client disconnects, during an upload or a download', async () => {
    let gone: Promise<unknown>;
    const begun = new Promise<void>((resolve) => {
      handle = (incoming) => {
        gone = closed(incoming);
        incoming.once('data', () => resolve());
      };
    });
    const sending = request(`${origin}/uploads/t`, { method: 'PUT', headers: { 'content-length': 1000 } }).on('error', () => undefined);
    sending.write('abc');
    await begun;
    sending.destroy();
    await gone!;

    let ended: Promise<unknown>;
    handle = (_, response) => {
      ended = closed(response);
      response.writeHead(200, { 'content-length': 1000 }).write('abc');
    };
    const [response] = (await once(request(`${origin}/files/t`).end(), 'response')) as [IncomingMessage];
    response.on('error', () => undefined).destroy();
    await ended!;
  });

  it('closes the connection of a client if the subgraph fails in the middle of a file', async () => {
    handle = (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('abc');
      setTimeout(() => response.destroy(), 50);
    };
    await expect(fetch(`${origin}/files/t`).then((response) => response.arrayBuffer())).rejects.toThrow();
  });
});

it('a file of 50 MB passes completely', async () => {
  const hash = createHash('sha256');
  handle = async (incoming, response) => {
    for await (const chunk of incoming) hash.update(chunk as Buffer);
    response.end('{}');
  };
  const bytes = Buffer.alloc(50 * 1024 * 1024, 'abcdefg');
  expect((await put(bytes)).status).toBe(200);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
});
