import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { readGatewayConfig } from '../../../gateway/config.js';
import { createHttpServer } from '../../../subgraphs/shared/server/http-server.js';

let server: FastifyInstance;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  server = createHttpServer({
    logger: pino({ level: 'silent' }),
    bodyLimit: 1000,
    checkReadiness: async () => undefined,
    requestTimeoutMs: 300,
  });
  server.post('/', async () => 'ok');
  await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

async function open(): Promise<Socket> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket.on('error', () => undefined).resume();
}

describe('a connection', () => {
  it.each([
    ['nothing', ''],
    ['a part of its first line', 'GET /health'],
    ['a part of its headers', 'GET /health/live HTTP/1.1\r\nhost: a\r\nx-a: '],
    ['a part of its body', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{'],
  ])('is closed if its client sends %s', async (_, text) => {
    const socket = await open();
    socket.write(text);
    await once(socket, 'close');
  });

  it('stays open between two requests', async () => {
    const socket = await open();
    for (let times = 0; times < 2; times++) {
      socket.write('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n');
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      expect(chunk.toString()).toContain('200 OK');
      await new Promise((resolve) => setTimeout(resolve, 800));
    }
    expect(socket.destroyed).toBe(false);
  });
});

describe('the limits of the gateway', () => {
  const environment = { GATEWAY_AUTH: 'off', SUPERGRAPH_FILE: 'x' };

  it('have defaults', () => {
    expect(readGatewayConfig(environment)).toMatchObject({ maxRequestMs: 10_000, limits: { streams: 100 } });
    const changed = { ...environment, GATEWAY_MAX_REQUEST_MS: '7000', GATEWAY_MAX_STREAMS: '3' };
    expect(readGatewayConfig(changed)).toMatchObject({ maxRequestMs: 7000, limits: { streams: 3 } });
  });

  it.each([{ GATEWAY_MAX_REQUEST_MS: '16000' }, { GATEWAY_MAX_STREAMS: '0' }, { GATEWAY_MAX_STREAMS: 'many' }])(
    'are refused if they are invalid: %j',
    (invalid) => {
      expect(() => readGatewayConfig({ ...environment, ...invalid })).toThrow(Object.keys(invalid)[0]);
    },
  );
});
