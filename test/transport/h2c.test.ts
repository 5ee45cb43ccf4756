import { once } from 'node:events';
import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { SubgraphTransport } from '../../gateway/transport/subgraph-transport.js';
import type { SubgraphClient } from '../../gateway/transport/subgraph-client.js';
import { FaultyProxy } from '../kit/faulty-proxy.js';
import { eventually } from '../kit/eventually.js';
import { RESPONSE_BODY, createClient, mutation, query, rejectionOf } from './arrange.js';

type Script = (stream: ServerHttp2Stream, body: string) => void;

let server: Http2Server;
let port: number;
let client: SubgraphClient;
let script: Script;
const sessions = new Set<ServerHttp2Session>();
const requests: { headers: Record<string, unknown>; body: string }[] = [];

beforeAll(async () => {
  server = createServer();
  server.on('session', (session) => sessions.add(session.on('error', () => undefined).once('close', () => sessions.delete(session))));
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined).on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => {
      const body = Buffer.concat(chunks).toString();
      requests.push({ headers, body });
      script(stream, body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  requests.length = 0;
  script = respond();
  client = createClient(`h2c://127.0.0.1:${port}/graphql?a=b`);
});
afterEach(async () => {
  await client.close();
  await eventually(() => expect(sessions.size).toBe(0));
});

const respond =
  (status = 200, body: string | Buffer = RESPONSE_BODY, headers: Record<string, string> = {}): Script =>
  (stream) => {
    stream.respond({ ':status': status, 'content-type': 'application/json', ...headers });
    stream.end(body);
  };

describe('a subgraph with the scheme h2c', () => {
  it('receives all requests over one session of HTTP/2', async () => {
    const waiting: ServerHttp2Stream[] = [];
    script = (stream) => {
      waiting.push(stream);
      if (waiting.length === 50) for (const one of waiting) respond()(one, '');
    };
    const texts = await Promise.all(Array.from({ length: 50 }, (_, n) => client.post(n % 2 ? query() : mutation({ body: `{"n":${n}}` }))));
    expect(new Set(texts)).toEqual(new Set([RESPONSE_BODY]));
    expect(sessions.size).toBe(1);
    expect(requests).toContainEqual({
      headers: expect.objectContaining({
        ':method': 'POST',
        ':path': '/graphql?a=b',
        ':authority': `127.0.0.1:${port}`,
        'content-type': 'application/json',
        'content-length': '8',
      }),
      body: '{"n":10}',
    });
  });

  it('can send errors with any status, and compressed responses', async () => {
    script = respond(422, '{"errors":[{"message":"No."}]}');
    expect(await client.post(query())).toBe('{"errors":[{"message":"No."}]}');
    script = respond(200, gzipSync(RESPONSE_BODY), { 'content-encoding': 'gzip' });
    expect(await client.post(query())).toBe(RESPONSE_BODY);
  });

  it('finishes its requests when it announces the end of a session, and gets a new session for others', async () => {
    script = (stream, body) => {
      if (body.includes('last')) stream.session!.close();
      setTimeout(() => respond()(stream, body), 50);
    };
    const texts = await Promise.all([client.post(query()), client.post(mutation({ body: '"last"' }))]);
    expect(texts).toEqual([RESPONSE_BODY, RESPONSE_BODY]);
    script = respond();
    expect(await client.post(query())).toBe(RESPONSE_BODY);
    expect(requests).toHaveLength(3);
  });

  it.each<[string, Script]>([
    ['resets the stream', (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
    ['resets it without an error', (stream) => stream.close(constants.NGHTTP2_CANCEL)],
    ['ends the session', (stream) => stream.session!.destroy()],
    ['ends the session with an error', (stream) => stream.session!.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM)],
  ])('receives a query three times and a mutation once if it %s', async (_, fault) => {
    script = fault;
    expect((await rejectionOf(client.post(query({ body: '"query"' })))).code).toBe('UNAVAILABLE');
    expect((await rejectionOf(client.post(mutation({ body: '"mutation"' })))).code).toBe('UNAVAILABLE');
    expect(requests.map(({ body }) => body)).toEqual(['"query"', '"query"', '"query"', '"mutation"']);
  });

  it('receives a mutation again that it has refused before processing', async () => {
    script = (stream, body) => (requests.length === 1 ? stream.close(constants.NGHTTP2_REFUSED_STREAM) : respond()(stream, body));
    expect(await client.post(mutation())).toBe(RESPONSE_BODY);
  });

  it('that sends too much is a fault', async () => {
    script = (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/json' });
      const send = (): void => void (stream.destroyed || stream.write(Buffer.alloc(1_000_000, ' '), send));
      send();
    };
    expect((await rejectionOf(client.post(query()))).fault.message).toMatch(/size of the response exceeds/);
  });

  it('loses a request whose caller leaves, and no other', async () => {
    let aborted = 0;
    script = (stream, body) => {
      if (body === '"slow"') stream.once('close', () => aborted++);
      else setTimeout(() => respond()(stream, body), 100);
    };
    const controller = new AbortController();
    const slow = client.post(query({ body: '"slow"', signal: controller.signal }));
    const other = client.post(query());
    await eventually(() => expect(requests).toHaveLength(2));
    controller.abort();
    await expect(slow).rejects.toBe(controller.signal.reason);
    expect(await other).toBe(RESPONSE_BODY);
    await eventually(() => expect(aborted).toBe(1));
  });

  it('that refuses connections, or speaks HTTP/1.1 only, is unavailable', async () => {
    const proxy = await FaultyProxy.before(port);
    const other = createClient(`${proxy.origin.replace('http', 'h2c')}/graphql`, { timeoutMs: 2000 });
    await proxy.use('garbage');
    expect((await rejectionOf(other.post(mutation()))).code).toBe('UNAVAILABLE');
    await proxy.use('refuse');
    expect((await rejectionOf(other.post(mutation()))).code).toBe('UNAVAILABLE');
    await other.close();
    await proxy.close();
  });

  it('can send the events of subscriptions, each subscription in a session of its own', async () => {
    const event = (count: number) => `event: next\ndata: {"data":{"count":${count}}}\n\n`;
    script = (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
      stream.write(event(1));
      setTimeout(() => stream.end(`${event(2)}event: complete\n\n`), 20);
    };
    const transport = new SubgraphTransport({
      endpoint: (_, url) => ({ url, key: null }),
      timeoutMs: 5000,
      deduplicates: false,
      logger: pino({ level: 'silent' }),
    });
    const urls = new Map([['counts', `h2c://ada:secret@127.0.0.1:${port}/graphql`]]);
    const counts = async () => {
      const found: unknown[] = [];
      const source = transport.subscribe({ requestId: 'r', viewer: null }, urls, 'counts', '{}', undefined);
      for await (const { result } of source) found.push(result.data?.count);
      return found;
    };
    expect(await Promise.all([counts(), counts()])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill('Basic YWRhOnNlY3JldA=='));
    await transport.close();
  });

  it('gets the time of the deadline, and then the next request', async () => {
    const impatient = createClient(`h2c://127.0.0.1:${port}/graphql`, { timeoutMs: 200 });
    script = () => undefined;
    expect((await rejectionOf(impatient.post(query()))).code).toBe('TIMEOUT');
    script = respond();
    expect(await impatient.post(query())).toBe(RESPONSE_BODY);
    await impatient.close();
  });
});
