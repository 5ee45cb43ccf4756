import type { ServerResponse } from 'node:http';
import { pino } from 'pino';
import { SubgraphTransport, type ClientRequest } from '../../gateway/transport/subgraph-transport.js';
import { eventually } from '../kit/eventually.js';
import { aMember } from '../kit/viewers.js';
import { respondWith, startServer, type CountingServer } from './arrange.js';

const QUERY = '{"query":"{ a }"}';
const [ann, bob] = [aMember(), aMember()];

let server: CountingServer;
let transport: SubgraphTransport;
/** The queries that wait for a response, in the order of their arrival. */
let waiting: ServerResponse[];
beforeEach(async () => {
  waiting = [];
  server = await startServer(({ headers }, response) => {
    if (headers['content-length'] === String(QUERY.length)) waiting.push(response);
    else if (headers.accept !== 'text/event-stream') respondWith('{"data":{}}')({} as never, response);
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: next\ndata: {"data":{"b":1}}\n\n');
  });
  transport = new SubgraphTransport({
    endpoint: () => ({ url: server.url, key: null }),
    timeoutMs: 5000,
    deduplicates: true,
    logger: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  for (const response of waiting) response.destroy();
  await transport.close();
  await server.close();
});

const URLS = new Map([['users', '']]);
const requestOf = (viewer: ClientRequest['viewer'], operation: 'query' | 'mutation' | 'subscription' = 'query'): ClientRequest =>
  ({ requestId: 'r', viewer, operation }) as ClientRequest;
const read = (viewer: ClientRequest['viewer']) => transport.requestSender(requestOf(viewer), URLS)('users', QUERY, false);
const write = (viewer: ClientRequest['viewer']) =>
  transport.requestSender(requestOf(viewer, 'mutation'), URLS)('users', '{"query":"mutation { write }"}', true);
const respond = (text: string) => {
  for (const response of waiting.splice(0)) respondWith(`{"data":{"a":"${text}"}}`)({} as never, response);
};
const arrived = (count: number) => eventually(() => expect(waiting).toHaveLength(count));

describe('equal queries in flight', () => {
  it('are sent once for one viewer, and once for each of two', async () => {
    const results = [read(ann), read(ann), read(bob), read(null), read(null)];
    await arrived(3);
    respond('x');
    expect(await Promise.all(results)).toEqual(Array(5).fill({ data: { a: 'x' } }));
  });

  it('are not shared with one that was sent before a mutation of the viewer was answered', async () => {
    const early = read(ann);
    await arrived(1);
    await write(ann);
    const late = [read(ann), read(ann)];
    await arrived(2);
    respondWith('{"data":{"a":"old"}}')({} as never, waiting.shift()!);
    expect(await early).toEqual({ data: { a: 'old' } });
    const later = read(ann);
    respond('new');
    expect(await Promise.all([...late, later])).toEqual(Array(3).fill({ data: { a: 'new' } }));
    expect(server.requests()).toBe(3);
  });

  it('are not shared across a mutation with another credential of the same user, also if it failed', async () => {
    const early = read(ann);
    await arrived(1);
    server.server.once('request', (_, response) => response.destroy());
    await write({ ...ann, scopes: ['WRITE'] }).catch(() => undefined);
    const late = read(ann);
    await arrived(2);
    respond('x');
    await Promise.all([early, late]);
  });

  it('are shared across the mutation of another viewer', async () => {
    const early = read(ann);
    await arrived(1);
    await write(bob);
    await write(null);
    const late = read(ann);
    respond('x');
    await Promise.all([early, late]);
    expect(server.requests()).toBe(3);
  });

  it('are not shared with one that was sent before an event of a subscription of the viewer', async () => {
    const early = [read(ann), read(bob)];
    await arrived(2);
    const stop = new AbortController();
    const subscription = { ...requestOf(ann, 'subscription'), signal: stop.signal };
    for await (const event of transport.subscribe(subscription, URLS, 'users', '{"query":"subscription { b }"}', undefined)) {
      expect(event.result).toEqual({ data: { b: 1 } });
      break;
    }
    stop.abort();
    const late = [read(ann), read(bob)];
    await arrived(3);
    respond('x');
    await Promise.all([...early, ...late]);
  });
});
