import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ACCEPT_ENCODING } from '../../gateway/transport/content-decoding.js';
import type { SubgraphClient } from '../../gateway/transport/subgraph-client.js';
import { RESPONSE_BODY, createClient, query, rejectionOf, startServer, type CountingServer } from './arrange.js';

let server: CountingServer;
let client: SubgraphClient;
/** The response of the server. */
let response: { status?: number; encoding?: string; body: Buffer };
let acceptedEncoding: unknown;
beforeAll(async () => {
  server = await startServer((request, reply) => {
    acceptedEncoding = request.headers['accept-encoding'];
    const { status = 200, encoding, body } = response;
    reply
      .writeHead(status, { 'content-type': 'application/json', ...(encoding !== undefined && { 'content-encoding': encoding }) })
      .end(body);
  });
  client = createClient(server.url);
});
afterAll(async () => {
  await client.close();
  await server.close();
});

const post = (encoding: string | undefined, body: Buffer, status = 200): Promise<string> => {
  response = { status, encoding, body };
  return client.post(query());
};
const text = Buffer.from(RESPONSE_BODY);

describe('a response of a subgraph', () => {
  it('is requested in the encodings that this version of Node.js can decode', async () => {
    await post(undefined, text);
    expect(acceptedEncoding).toBe(ACCEPT_ENCODING);
    expect(ACCEPT_ENCODING.replace(', zstd', '')).toBe('gzip, br');
  });

  it.each([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', text],
    ['', text],
    ['identity, gzip', gzipSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
  ])('can have the content encoding "%s"', async (encoding, body) => {
    expect(await post(encoding, body)).toBe(RESPONSE_BODY);
    expect(await post(encoding, body, 400)).toBe(RESPONSE_BODY);
    expect(await post(encoding, body, 500)).toBe(RESPONSE_BODY);
  });

  it('is decoded whatever its text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 100_000 }), fc.constantFrom('gzip', 'br'), async (value, encoding) => {
        const json = JSON.stringify({ data: { value } });
        expect(await post(encoding, encoding === 'gzip' ? gzipSync(json) : brotliCompressSync(json))).toBe(json);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['compress', 'gzip2', 'aws-chunked', 'gzip, exi', 'gzip, gzip, gzip', '*'])(
    'with the content encoding "%s" is a fault that names it, without a retry',
    async (encoding) => {
      const before = server.requests();
      const { code, fault } = await rejectionOf(post(encoding, gzipSync(text)));
      expect([code, fault.message]).toEqual(['UNAVAILABLE', `users: responded 200 with the unsupported content encoding "${encoding}"`]);
      expect((await rejectionOf(post(encoding, text, 401))).code).toBe('UNAVAILABLE');
      expect(server.requests() - before).toBe(2);
    },
  );

  it.each<[string, string, Buffer]>([
    ['is not compressed', 'gzip', text],
    ['is not compressed', 'br', text],
    ['is cut off', 'gzip', gzipSync(text).subarray(0, -9)],
    ['is cut off', 'br', brotliCompressSync(text).subarray(0, -4)],
    ['is empty', 'gzip', Buffer.alloc(0)],
    ['is compressed once less than stated', 'br, gzip', gzipSync(text)],
  ])('that %s (%s) is a fault', async (_, encoding, body) => {
    expect((await rejectionOf(post(encoding, body))).code).toBe('UNAVAILABLE');
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(200_000_000, ' '))],
    ['br', brotliCompressSync(Buffer.alloc(200_000_000, ' '), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(200_000_000, ' ')))],
  ])('of 200 MB in %s is a fault, and no more than the limit is held in memory', async (encoding, bomb) => {
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
    const { code, fault } = await rejectionOf(post(encoding, bomb));
    clearInterval(watch);
    expect([code, fault.message]).toEqual(['UNAVAILABLE', expect.stringMatching(/size of the response exceeds 33554432 bytes/)]);
    expect(most).toBeLessThan(80_000_000);
  });

  it('that is decoded when the caller has left is dropped', async () => {
    const controller = new AbortController();
    response = { encoding: 'gzip', body: gzipSync(JSON.stringify({ data: 'x'.repeat(10_000_000) })) };
    const left = client.post(query({ signal: controller.signal }));
    controller.abort();
    await expect(left).rejects.toBe(controller.signal.reason);
  });
});
