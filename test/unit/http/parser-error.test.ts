import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createHttpServer } from '../../../subgraphs/shared/server/http-server.js';

let server: FastifyInstance;
beforeAll(async () => {
  server = createHttpServer({ logger: pino({ level: 'silent' }), bodyLimit: 1000, checkReadiness: async () => undefined });
  server.post('/', async () => 'ok');
  server.get('/slow', (_request, reply) => void reply.raw.writeHead(200).write('begun'));
  await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

const exchange = async (request: string): Promise<string> => {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return text(socket);
};

describe('a request that cannot be parsed', () => {
  it.each([
    ['is not HTTP', 'hello\r\n\r\n', 400],
    ['has an unknown method', 'FROBNICATE / HTTP/1.1\r\nhost: a\r\n\r\n', 400],
    ['is HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['has a header without a name', 'GET / HTTP/1.1\r\nhost: a\r\n: x\r\n\r\n', 400],
    ['has two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400],
    [
      'has a chunk of no length',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
      400,
    ],
    ['has a URL of 20 kB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431],
    ['has a header of 20 kB', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['has headers of 5 MB', `GET / HTTP/1.1\r\nhost: a\r\n${`x: ${'x'.repeat(1000)}\r\n`.repeat(5000)}\r\n`, 431],
  ])('because it %s gets an error with a code', async (_, request, status) => {
    const [head, body] = (await exchange(request)).split('\r\n\r\n') as [string, string];
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/content-type: application\/json; charset=utf-8\r\n/);
    expect(head).toMatch(/connection: close/);
    expect(JSON.parse(body)).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('does not get the error inside of a response that has begun', async () => {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(socket, 'data');
    socket.write('hello\r\n\r\n');
    expect(await text(socket)).not.toContain('BAD_REQUEST');
  });
});
