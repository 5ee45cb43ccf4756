import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { WebSocketServer, type WebSocket } from 'ws';
import { SubgraphFault } from '../../../gateway/transport/subgraph-fault.js';
import { subgraphEvents, type SubgraphEventsOptions } from '../../../gateway/transport/subgraph-events.js';
import { stringifyJson } from '../../../gateway/json.js';
import { settled } from '../../kit/eventually.js';

/** Handles the messages of one connection, in order. */
type Script = (message: { id?: string; type: string; payload?: unknown }, socket: WebSocket, request: IncomingMessage) => void;

const dispatcher = new Agent();
let http: Server;
let connections: { request: IncomingMessage; socket: WebSocket; received: object[]; closed: Promise<number> }[];
let url: string;
afterEach(async () => {
  for (const { socket } of connections) socket.terminate();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

async function run(script: Script): Promise<void> {
  connections = [];
  http = createServer((_request, response) => void response.writeHead(401).end());
  const server = new WebSocketServer({ server: http, handleProtocols: (protocols) => [...protocols][0]!, path: '/graphql' });
  server.on('connection', (socket, request) => {
    const received: object[] = [];
    connections.push({ request, socket, received, closed: once(socket, 'close').then(([code]) => code as number) });
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Parameters<Script>[0];
      received.push(message);
      script(message, socket, request);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
}

const BODY = '{"query":"subscription { count }","variables":{"price":1.0}}';
const events = (options: Partial<SubgraphEventsOptions> = {}) =>
  subgraphEvents({ subgraph: 'counts', url, headers: () => ({ 'x-viewer': 'signed' }), body: BODY, dispatcher, ...options });
const send = (socket: WebSocket, ...messages: object[]) => messages.forEach((message) => socket.send(JSON.stringify(message)));
const next = (count: number) => ({ id: '1', type: 'next', payload: { data: { count } } });
const ACK = { type: 'connection_ack' };

/** Acknowledges the connection, and responds to `subscribe` with messages. */
const respondWith =
  (...messages: object[]): Script =>
  ({ type }, socket) => {
    if (type === 'connection_init') send(socket, ACK);
    if (type === 'subscribe') send(socket, ...messages);
  };

async function collect(source: AsyncIterable<{ result: unknown }>) {
  const results: unknown[] = [];
  for await (const { result } of source) results.push(result);
  return results;
}
const faultOf = async (source: AsyncIterable<{ result: unknown }>): Promise<SubgraphFault> =>
  collect(source).then(
    () => Promise.reject(new Error('it ended well')),
    (error: SubgraphFault) => error,
  );

describe('the events of a subgraph over WebSocket', () => {
  it('are requested with the operation and the headers, and end with complete', async () => {
    await run(
      respondWith(
        next(1),
        { type: 'ping', payload: { at: 1 } },
        { type: 'ping' },
        { type: 'pong' },
        next(2),
        { id: '1', type: 'complete' },
        next(3),
      ),
    );
    expect(await collect(events())).toEqual([{ data: { count: 1 } }, { data: { count: 2 } }]);
    const { request, received, closed } = connections[0]!;
    expect(await closed).toBe(1000);
    expect(request.headers).toMatchObject({ 'x-viewer': 'signed', 'sec-websocket-protocol': 'graphql-transport-ws' });
    expect(received.slice(0, 4)).toEqual([
      { type: 'connection_init', payload: { 'x-viewer': 'signed' } },
      { id: '1', type: 'subscribe', payload: JSON.parse(BODY) as object },
      { type: 'pong', payload: { at: 1 } },
      { type: 'pong' },
    ]);
  });

  it('keep all digits of their numbers', async () => {
    await run(({ type }, socket) => {
      if (type === 'connection_init') send(socket, ACK);
      if (type === 'subscribe') socket.send('{"id":"1","type":"next","payload":{"data":{"count":12345678901234567890.0}}}');
    });
    const { value } = await events().next();
    expect(stringifyJson(value!.result)).toBe('{"data":{"count":12345678901234567890.0}}');
  });

  it('are one event with the errors for which the subgraph refuses the operation', async () => {
    await run(respondWith({ id: '1', type: 'error', payload: [{ message: 'No.' }] }));
    expect(await collect(events())).toEqual([{ errors: [{ message: 'No.' }] }]);
  });

  it('are read with backpressure', async () => {
    let sent = 0;
    const flood = (socket: WebSocket): void => {
      if (sent++ < 2000) socket.send(JSON.stringify({ ...next(sent), filler: 'x'.repeat(100_000) }), () => flood(socket));
    };
    await run(({ type }, socket) => {
      if (type === 'connection_init') send(socket, ACK);
      if (type === 'subscribe') flood(socket);
    });
    const source = events({ idleTimeoutMs: 100 });
    await source.next();
    expect(await settled(() => sent)).toBeLessThan(200);
    for (let count = 2; count <= 300; count++) expect((await source.next()).value!.result).toEqual({ data: { count } });
    await source.return!();
  });

  it.each<['return' | 'signal', (source: AsyncIterator<unknown>, leaving: AbortController) => unknown]>([
    ['return', (source) => source.return!()],
    ['signal', (_, leaving) => leaving.abort()],
  ])('are completed when their consumer leaves by %s', async (_, leave) => {
    await run(respondWith(next(1)));
    const leaving = new AbortController();
    const source = events({ signal: leaving.signal });
    await source.next();
    const pending = source.next();
    await leave(source, leaving);
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await connections[0]!.closed).toBe(1000);
    expect(connections[0]!.received.at(-1)).toEqual({ id: '1', type: 'complete' });
  });

  it.each<[string, Script, string]>([
    [
      'closes the connection',
      ({ type }, socket) => void (type === 'connection_init' && socket.close(4403, 'Forbidden')),
      'closed the socket with 4403',
    ],
    ['breaks off', respondWith(next(1), next(2)), 'closed the socket with 1006'],
    ['sends no JSON', ({ type }, socket) => void (type === 'connection_init' && socket.send('hello')), 'not of graphql-transport-ws'],
    [
      'sends a message of clients',
      ({ type }, socket) => void (type === 'connection_init' && send(socket, { type: 'connection_init' })),
      'of type connection_init',
    ],
    ['sends a result that is none', respondWith({ id: '1', type: 'next', payload: { hello: 1 } }), 'neither data nor errors'],
    ['sends a result that is too long', respondWith({ ...next(1), filler: 'x'.repeat(20_000) }), 'Max payload size exceeded'],
  ])('fail if the subgraph %s', async (what, script, message) => {
    await run((received, socket, request) => {
      script(received, socket, request);
      if (what === 'breaks off' && received.type === 'subscribe') setImmediate(() => socket.terminate());
    });
    const fault = await faultOf(events({ maxEventBytes: 10_000 }));
    expect(fault).toBeInstanceOf(SubgraphFault);
    expect([fault.reason, fault.message]).toEqual(['UNAVAILABLE', expect.stringContaining(message)]);
  });

  it('fail if the subgraph refuses the upgrade or is away', async () => {
    await run(respondWith());
    expect((await faultOf(events({ url: url.replace('/graphql', '/elsewhere') }))).message).toMatch(
      'counts: Unexpected server response: 400',
    );
    expect((await faultOf(events({ url: 'ws://127.0.0.1:1/graphql' }))).message).toMatch('ECONNREFUSED');
  });

  it('fail if the subgraph acknowledges nothing in time', async () => {
    await run(() => undefined);
    const fault = await faultOf(events({ connectTimeoutMs: 100 }));
    expect([fault.reason, fault.message]).toEqual(['TIMEOUT', 'counts: did not acknowledge the connection in time']);
  });

  it('fail if the subgraph answers no ping, and not while it does', async () => {
    await run(({ type }, socket) => {
      if (type === 'connection_init') send(socket, ACK);
      if (type !== 'subscribe') return;
      let pings = 0;
      socket.on('ping', () => {
        if (++pings === 6) Object.assign(socket, { _autoPong: false });
        if (pings === 5) send(socket, next(5));
      });
    });
    const source = events({ idleTimeoutMs: 60 });
    expect((await source.next()).value!.result).toEqual({ data: { count: 5 } });
    const fault = await faultOf(source);
    expect([fault.reason, fault.message]).toEqual(['TIMEOUT', 'counts: sent nothing for 60 ms']);
  });
});
