import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
import { ClientSocket, type ClientSocketOptions } from '../../../gateway/websocket/client-socket.js';
import { eventually } from '../../kit/eventually.js';

const LOGGER = pino({ level: 'silent' });
/** More than the buffers of both ends of a connection hold. */
const LARGE = JSON.stringify('x'.repeat(32 * 1024 * 1024));
const { signal } = new AbortController();

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

async function connect(options: Partial<ClientSocketOptions> = {}, clientOptions: ClientOptions = {}) {
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, clientOptions);
  const [[accepted]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [[WebSocket], unknown];
  const closed = once(client, 'close').then(([code]) => code as number);
  return { client, accepted, closed, socket: new ClientSocket(accepted, { maxUnreadBytes: 10_000, logger: LOGGER, ...options }) };
}

describe('a client that does not answer', () => {
  it('a ping is disconnected', async () => {
    const { socket, closed } = await connect({ pingIntervalMs: 20 }, { autoPong: false });
    expect(await closed).toBe(1006);
    await eventually(() => expect(socket.closing.aborted).toBe(true));
  });

  it('stays connected if it answers pings', async () => {
    const { client, socket } = await connect({ pingIntervalMs: 20 });
    for (let pings = 0; pings < 5; pings++) await once(client, 'ping');
    expect(socket.closing.aborted).toBe(false);
  });

  it('stays connected while it takes a long result in time', async () => {
    const { client, socket } = await connect({ pingIntervalMs: 20, maxWriteMs: 60_000 });
    client.pause();
    const sent = socket.sendResult('1', LARGE, signal);
    await new Promise((resolve) => setTimeout(resolve, 200)); // Ten intervals of pings.
    client.resume();
    await sent;
    expect(socket.closing.aborted).toBe(false);
  });

  it('is closed with 1013 if it takes a result too slowly', async () => {
    const { client, closed, socket } = await connect({ pingIntervalMs: 20, maxWriteMs: 50 });
    client.pause();
    void socket.sendResult('1', LARGE, signal);
    await once(socket.closing, 'abort');
    client.resume();
    expect(await closed).toBe(1013);
  });

  it('is closed with 1013 if too many messages wait for it', async () => {
    const { client, accepted, closed, socket } = await connect();
    client.pause();
    void socket.sendResult('1', LARGE, signal);
    socket.send('x'.repeat(9_000));
    expect(socket.closing.aborted).toBe(false);
    socket.send('x'.repeat(2_000));
    expect(socket.closing.aborted).toBe(true);
    const buffered = accepted.bufferedAmount;
    socket.send('x'.repeat(9_000));
    expect(accepted.bufferedAmount).toBe(buffered);
    client.resume();
    expect(await closed).toBe(1013);
  });
});

describe('the results of operations', () => {
  it('are sent one after another, and not after their operation has ended', async () => {
    const { client, accepted, socket } = await connect();
    const received: string[] = [];
    client.on('message', (data: Buffer) => received.push((JSON.parse(data.toString()) as { id: string }).id));
    client.pause();
    const ended = new AbortController();
    const sent = [
      socket.sendResult('1', LARGE, signal),
      socket.sendResult('2', LARGE, ended.signal),
      socket.sendResult('3', LARGE, signal),
    ];
    await eventually(() => expect(accepted.bufferedAmount).toBeGreaterThan(0));
    expect(accepted.bufferedAmount).toBeLessThan(LARGE.length + 1000);
    ended.abort();
    client.resume();
    await Promise.all(sent);
    await eventually(() => expect(received).toEqual(['1', '3']));
  });

  it('are given up when the connection is closed', async () => {
    const { client, socket } = await connect();
    client.pause();
    const sent = [socket.sendResult('1', LARGE, signal), socket.sendResult('2', LARGE, signal)];
    client.terminate();
    await Promise.all(sent);
  });

  it.each(['"', '\u2028', 'ä', '__proto__'])('have the id %j of their operation', async (id) => {
    const { client, socket } = await connect();
    void socket.sendResult(id, Buffer.from('{"data":{"a":1.0}}'), signal);
    expect(String(((await once(client, 'message')) as [Buffer])[0])).toBe(
      `{"id":${JSON.stringify(id)},"type":"next","payload":{"data":{"a":1.0}}}`,
    );
  });
});
