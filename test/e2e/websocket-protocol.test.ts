import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '../kit/eventually.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway } from '../kit/gateway.js';
import { connectSocket, INIT, openSocket, subscribeMessage, type Message } from '../kit/websocket.js';
import { begin, next, runScripts } from '../unit/subscriptions/subgraph.js';

const HELLO = '{ hello }';
const COUNT = 'subscription { count }';

let counts: Awaited<ReturnType<typeof runScripts>>;
let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  counts = await runScripts(({ response, body }) => {
    begin(response).write(next(1));
    if (body.includes('flood')) flood(response);
  });
  served = await serveSubgraphs({
    counts: { typeDefs: 'type Query { last: Int } type Subscription { count: Int! flood: Int! }', url: counts.url },
    hello: {
      typeDefs: 'type Query { hello(name: String): String }',
      resolvers: { Query: { hello: (_: unknown, { name }: { name?: string }) => `Hello ${name ?? ''}` } },
    },
  });
  gateway = await openGateway(served.supergraph);
});
afterAll(async () => {
  await gateway.close();
  await served.close();
  await counts.close();
});

/** Writes events for as long as the gateway reads them. */
function flood(response: Parameters<typeof begin>[0]): void {
  const event = `event: next\ndata: {"data":{"flood":1},"extensions":{"filler":"${'x'.repeat(100_000)}"}}\n\n`;
  while (response.write(event) && !response.destroyed);
  response.once('drain', () => flood(response));
}

const isServing = async () => expect(await gateway.execute(null, HELLO)).toEqual({ data: { hello: 'Hello ' } });
afterEach(isServing);

describe('the gateway closes a socket', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  it.each<[string, (Message | string)[], number]>([
    ['for text that is no JSON', ['garbage'], 4400],
    ['for an empty message', [''], 4400],
    ['for JSON that is no object', ['[]'], 4400],
    ['for a deeply nested message', [deep], 4400],
    ['for an unknown type', [{ type: 'start', id: '1' }], 4400],
    ['for the name of a prototype as type', [{ type: '__proto__' }], 4400],
    ['for a type that only servers send', [INIT, { type: 'next', id: '1', payload: {} }], 4400],
    ['for a payload of connection_init that is no object', [{ ...INIT, payload: 7 }], 4400],
    ['for a credential that is no string', [{ ...INIT, payload: { authorization: { token: 'a' } } }], 4400],
    ['for subscribe without an id', [INIT, { type: 'subscribe', payload: { query: HELLO } }], 4400],
    [
      'for subscribe with a number as id',
      ['{"type":"connection_init"}', '{"id":1,"type":"subscribe","payload":{"query":"{ hello }"}}'],
      4400,
    ],
    ['for subscribe without a document', [INIT, { id: '1', type: 'subscribe', payload: {} }], 4400],
    ['for a list of operations', [INIT, { id: '1', type: 'subscribe', payload: [{ query: HELLO }] }], 4400],
    ['for subscribe before connection_init', [subscribeMessage('1', HELLO)], 4401],
    ['for a second connection_init', [INIT, INIT], 4429],
    ['for an id that is in use', [INIT, subscribeMessage('1', COUNT), subscribeMessage('1', COUNT)], 4409],
    [
      'for the name of a prototype as id that is in use',
      [INIT, subscribeMessage('__proto__', COUNT), subscribeMessage('__proto__', HELLO)],
      4409,
    ],
    ['for a message that is too long', [INIT, subscribeMessage('1', HELLO, { filler: 'x'.repeat(300_000) })], 1009],
  ])('%s', async (_, messages, code) => {
    const socket = await openSocket(gateway.url);
    for (const message of messages) {
      socket.send(message);
      if (message === INIT && messages.indexOf(INIT) === messages.lastIndexOf(INIT)) await socket.next();
    }
    expect((await socket.closed).code).toBe(code);
  });

  it('for a binary message', async () => {
    const socket = await openSocket(gateway.url);
    socket.socket.send(Buffer.from(JSON.stringify(INIT)));
    expect((await socket.closed).code).toBe(4400);
  });

  it('for text that is not UTF-8', async () => {
    const socket = await openSocket(gateway.url);
    socket.socket.send(Buffer.from([0x7b, 0xff, 0x7d]), { binary: false });
    expect((await socket.closed).code).toBe(1007);
  });

  it('whose client asks for no subprotocol', async () => {
    expect((await (await openSocket(gateway.url, {}, [])).closed).code).toBe(4406);
  });

  it.each(['graphql-ws', ['mqtt', 'soap']])('whose client asks for the subprotocol %j only, and chooses none', async (protocol) => {
    await expect(openSocket(gateway.url, {}, protocol)).rejects.toThrow('Server sent no subprotocol');
  });

  it('whose client sends no connection_init in time, with pings or without', async () => {
    const impatient = await openGateway(served.supergraph, { maxRequestMs: 200 });
    const sockets = [await openSocket(impatient.url), await openSocket(impatient.url)];
    sockets[1]!.send({ type: 'ping' });
    expect(await sockets[1]!.next()).toEqual({ type: 'pong' });
    for (const { closed } of sockets) expect(await closed).toMatchObject({ code: 4408 });
    await impatient.close();
  });

  it('and ignores what follows the message for which it closes', async () => {
    const socket = await connectSocket(gateway.url);
    served.requests.length = 0;
    socket.send('garbage', subscribeMessage('1', HELLO));
    expect((await socket.closed).code).toBe(4400);
    expect(served.requests).toEqual([]);
  });
});

describe('a socket', () => {
  it('answers pings with their payload', async () => {
    const socket = await connectSocket(gateway.url);
    expect(await socket.send({ type: 'ping', payload: { at: 7 } }).next()).toEqual({ type: 'pong', payload: { at: 7 } });
    socket.send({ type: 'pong' });
    socket.socket.ping('frame');
    expect(String(((await once(socket.socket, 'pong')) as [Buffer])[0])).toBe('frame');
    socket.socket.close();
  });

  it.each(['__proto__', 'constructor', 'toString', '0', 'ä'.repeat(1000)])('runs an operation with the id %s', async (id) => {
    const socket = await connectSocket(gateway.url, JSON.parse('{"__proto__":{"admin":true},"constructor":"x"}') as object);
    expect(await socket.send(subscribeMessage(id, HELLO)).take(2)).toEqual([
      { id, type: 'next', payload: { data: { hello: 'Hello ' } } },
      { id, type: 'complete' },
    ]);
    socket.socket.close();
  });

  it('uses an id again after its operation has ended or was completed', async () => {
    const socket = await connectSocket(gateway.url);
    for (let times = 0; times < 3; times++) {
      expect((await socket.send(subscribeMessage('1', COUNT)).next()).type).toBe('next');
      socket.send({ id: '1', type: 'complete' }); // The next message follows in the same packet.
    }
    expect(await socket.send(subscribeMessage('1', HELLO)).take(2)).toMatchObject([{ type: 'next' }, { type: 'complete' }]);
    socket.socket.close();
  });

  it('ignores complete of an operation that it does not run', async () => {
    const socket = await connectSocket(gateway.url);
    socket.send({ id: 'unknown', type: 'complete' }, { id: '__proto__', type: 'complete' });
    expect((await socket.send(subscribeMessage('1', HELLO)).next()).type).toBe('next');
    socket.socket.close();
  });

  it('answers each of 10,000 operations that arrive at once', async () => {
    const socket = await connectSocket(gateway.url);
    const results = { next: 0, error: 0, complete: 0 };
    const done = new Promise<void>((resolve) => {
      socket.socket.on('message', (data: Buffer) => {
        const { type } = JSON.parse(data.toString()) as { type: keyof typeof results };
        results[type]++;
        if (results.error + results.complete === 10_000) resolve();
      });
    });
    for (let id = 0; id < 10_000; id++) socket.send(subscribeMessage(String(id), HELLO));
    await done;
    expect(results.next).toBe(results.complete);
    expect(results.next + results.error).toBe(10_000);
    socket.socket.close();
  });

  it('ends all subscriptions of a client that leaves without a word', async () => {
    counts.requests.length = 0;
    const socket = await connectSocket(gateway.url);
    for (let id = 0; id < 50; id++) socket.send(subscribeMessage(String(id), COUNT));
    await socket.take(50);
    socket.socket.terminate();
    expect(counts.requests).toHaveLength(50);
    await Promise.all(counts.requests.map(({ gone }) => gone));
  });
});

/** Opens a socket by hand that reads nothing after the handshake. */
async function neverReading(): Promise<{ socket: Socket; send: (message: object) => void }> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  socket.write(
    `GET /graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
      `sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
  );
  await once(socket, 'data');
  socket.pause();
  return { socket, send: (message) => void socket.write(maskedFrame(JSON.stringify(message))) };
}

/** Returns a text frame with the mask 0 (RFC 6455, section 5.2). */
function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
}

describe('a client that sends bytes that are no frame of a client', () => {
  it.each<[string, number[]]>([
    ['without a mask', [0x81, 0x01, 0x61]],
    ['with a reserved bit', [0xc1, 0x81, 0, 0, 0, 0, 0x61]],
    ['with a reserved opcode', [0x83, 0x80, 0, 0, 0, 0]],
    ['with a ping that is too long', [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]],
    ['with a continuation of nothing', [0x80, 0x80, 0, 0, 0, 0]],
    ['with a length beyond all numbers', [0x81, 0xff, ...Array<number>(8).fill(0xff), 0, 0, 0, 0]],
    ['of noise', Array<number>(64).fill(0xff)],
  ])('%s is disconnected', async (_, bytes) => {
    const { socket } = await neverReading();
    socket.write(Buffer.from(bytes));
    await once(socket.resume(), 'close');
  });
});

describe('a client that never reads', () => {
  it('stops the events of its subscription', async () => {
    counts.requests.length = 0;
    const { socket, send } = await neverReading();
    send(INIT);
    send(subscribeMessage('1', 'subscription { flood }'));
    await eventually(() => expect(counts.requests).toHaveLength(1));
    const { response, gone } = counts.requests[0]!;
    await eventually(() => expect(response.writableNeedDrain).toBe(true));
    socket.destroy();
    await gone;
  });

  it('is disconnected when too many answers to its messages wait', async () => {
    const { socket, send } = await neverReading();
    send(INIT);
    let closed = false;
    socket.once('close', () => (closed = true));
    const filler = 'x'.repeat(50_000);
    for (; !closed; await new Promise(setImmediate)) {
      if (!socket.writableNeedDrain) send({ type: 'ping', payload: { filler } });
      if (socket.readableLength > 0) socket.read(0);
    }
  });
});
