import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { eventually } from '../kit/eventually.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { connectSocket, openSocket, refusedUpgrade, subscribeMessage } from '../kit/websocket.js';
import { begin, next, runScripts } from '../unit/subscriptions/subgraph.js';
import { openGateway } from './open-gateway.js';

const COUNT = 'subscription { count }';

let counts: Awaited<ReturnType<typeof runScripts>>;
let graph: ServedSubgraphs;
beforeAll(async () => {
  counts = await runScripts(({ response, body }) => {
    if (body.includes('subscription')) begin(response).write(next(1));
  });
  graph = await serveSubgraphs({
    counts: { typeDefs: 'type Query { slow: Int } type Mutation { slowly: Int } type Subscription { count: Int! }', url: counts.url },
  });
});
afterAll(async () => {
  await graph.close();
  await counts.close();
});
beforeEach(() => void (counts.requests.length = 0));

const stream = (url: string, accept: string) =>
  request(url, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify({ query: COUNT }) });

describe('a gateway that receives SIGTERM', () => {
  it('tells the clients of all streams that they may come back, answers requests in progress, and ends with exit code 0', async () => {
    const gateway = await openGateway(graph.supergraph);
    const events = await stream(gateway.url, 'text/event-stream');
    const parts = await stream(gateway.url, 'multipart/mixed;subscriptionSpec=1.0');
    const [subscriber, requester, silent] = await Promise.all([1, 2, 3].map(() => connectSocket(gateway.url)));
    await subscriber!.send(subscribeMessage('1', COUNT)).next();
    requester!.send(subscribeMessage('1', 'mutation { slowly }'));
    await eventually(() => expect(counts.requests).toHaveLength(4));
    silent!.socket.pause();

    const ended = gateway.end();
    expect(await text(events.body)).not.toContain('complete');
    expect(await text(parts.body)).toMatch(/"payload":null,"errors":\[{.*"code":"SHUTTING_DOWN".*--graphql--\r\n$/s);
    expect(await subscriber!.closed).toMatchObject({ code: 1012 });
    requester!.send(subscribeMessage('2', '{ slow }'));
    counts.requests.at(-1)!.response.setHeader('content-type', 'application/json').end('{"data":{"slowly":7}}');
    expect(await requester!.take(2)).toEqual([
      { id: '1', type: 'next', payload: { data: { slowly: 7 } } },
      { id: '1', type: 'complete' },
    ]);
    expect(await requester!.closed).toMatchObject({ code: 1012 });
    expect(counts.requests).toHaveLength(4);
    expect(await ended).toBe(0);
    silent!.socket.terminate();
  });

  it('does not wait for a request over WebSocket that takes too long', async () => {
    const gateway = await openGateway(graph.supergraph, { SUBGRAPH_TIMEOUT_MS: '60000' });
    const socket = await connectSocket(gateway.url);
    socket.send(subscribeMessage('1', '{ slow }'));
    await eventually(() => expect(counts.requests).toHaveLength(1));
    expect(await gateway.end()).toBe(0);
    expect(await socket.closed).toMatchObject({ code: 1012 });
  });
});

describe('a gateway alone', () => {
  let gateway: Awaited<ReturnType<typeof openGateway>>;
  beforeAll(async () => (gateway = await openGateway(graph.supergraph, { GATEWAY_MAX_REQUEST_MS: '1000' })));
  afterAll(async () => expect(await gateway.end()).toBe(0));

  it('disconnects a client that opens a socket and neither sends nor reads', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    socket.write(
      `GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
        `sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
    );
    await once(socket, 'readable');
    await once(socket.resume(), 'close');
  });

  it('serves a request with the header Upgrade for another protocol as if it had none', async () => {
    const { hostname, port } = new URL(gateway.url);
    const body = JSON.stringify({ query: '{ __typename }' });
    const post = (upgrade: string) =>
      `POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n${upgrade}HTTP2-Settings: AAMAAABkAAQAAP__\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.write(post('Upgrade: h2c\r\n') + body.slice(0, 10));
    socket.write(body.slice(10));
    await eventually(() => expect(received.match(/"data":{"__typename":"Query"}/g)).toHaveLength(1));
    socket.write(post('Upgrade: h2c\r\n') + body + post('') + body);
    await eventually(() => expect(received.match(/200 OK/g)).toHaveLength(3));
    socket.destroy();
  });

  it.each(['websocket', 'h2c'])('survives a request to upgrade to %s behind one that is not answered yet', async (protocol) => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    socket.write(
      `GET /graphql?query={slow} HTTP/1.1\r\nhost: a\r\n\r\n` +
        `GET /graphql?query={__typename} HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\n\r\n`,
    );
    await once(socket.resume(), 'close');
    expect((await gateway.ask('{ __typename }')).body).toBe('{"data":{"__typename":"Query"}}');
  });

  it('refuses WebSocket at other paths and invalid handshakes', async () => {
    const { origin } = new URL(gateway.url);
    expect(await refusedUpgrade(`${origin}/health/live`)).toMatchObject({
      status: 426,
      body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    });
    const response = await fetch(gateway.url, { headers: { 'x-a': 'b' } });
    expect(response.status).toBe(400);
    const { hostname, port } = new URL(gateway.url);
    for (const [line, status] of [
      ['sec-websocket-version: 12', 400],
      ['sec-websocket-key: short', 400],
    ] as const) {
      const socket = connect(Number(port), hostname);
      socket.write(`GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${line}\r\n\r\n`);
      expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"code":"BAD_REQUEST"`, 's'));
    }
    const socket = await openSocket(gateway.url);
    socket.socket.close();
    await socket.closed;
  });
});
