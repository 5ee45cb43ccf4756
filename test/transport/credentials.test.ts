import { pino } from 'pino';
import { SubgraphTransport } from '../../gateway/transport/subgraph-transport.js';
import { requestTarget } from '../../subgraphs/shared/http/request-target.js';
import { createClient, query, rejectionOf, respondWith, RESPONSE_BODY, startServer, type CountingServer } from './arrange.js';

const basic = (credentials: string) => ({ authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });

describe('the URL of a subgraph', () => {
  it.each([
    ['http://products:4001/graphql', 'http://products:4001', '/graphql', false, {}],
    ['https://products/a?b=c#d', 'https://products', '/a?b=c', false, {}],
    ['http://products', 'http://products', '/', false, {}],
    ['h2c://Products:4001/graphql', 'http://products:4001', '/graphql', true, {}],
    ['H2C://ada:secret@products/', 'http://products', '/', true, basic('ada:secret')],
    ['https://ada:secret@products/', 'https://products', '/', false, basic('ada:secret')],
    ['http://ada@products/', 'http://products', '/', false, basic('ada:')],
    ['http://:secret@products/', 'http://products', '/', false, basic(':secret')],
    ['http://a%40b:p%3A%2F%C3%A4@products/', 'http://products', '/', false, basic('a@b:p:/ä')],
    ['http://a:100%@products/', 'http://products', '/', false, basic('a:100%')],
    ['wss://ada:secret@products/graphql', 'wss://products', '/graphql', false, basic('ada:secret')],
    ['http://a:p:q@[::1]:4001/', 'http://[::1]:4001', '/', false, basic('a:p:q')],
  ])('%s has an origin without credentials', (url, origin, path, isH2c, headers) => {
    expect(requestTarget(url)).toEqual({ origin, path, isH2c, headers });
  });

  it.each(['http://ada:secret@products:99999/', 'ftp://ada:secret@products/', 'ada:secret@products', 'h2c:ada:secret@', ''])(
    '%s is refused without being quoted',
    (url) => {
      expect(() => requestTarget(url)).toThrow(/^The URL of a subgraph is not valid/);
      expect(() => requestTarget(url)).not.toThrow(/secret/);
    },
  );
});

describe('the credentials in the URL of a subgraph', () => {
  let server: CountingServer;
  const received: (string | undefined)[] = [];
  beforeAll(async () => {
    server = await startServer((request, response) => {
      received.push(request.headers.authorization);
      respondWith(RESPONSE_BODY)(request, response);
    });
  });
  afterAll(() => server.close());
  beforeEach(() => void (received.length = 0));

  it('are sent with each request, in place of other credentials', async () => {
    const client = createClient(server.url.replace('//', '//ada:secret@'));
    await client.post(query());
    await client.post(query({ headers: { authorization: 'Bearer of-the-client' } }));
    expect(received).toEqual([basic('ada:secret').authorization, basic('ada:secret').authorization]);
    await client.close();
  });

  it('are in no error and in no line of the log', async () => {
    const log: string[] = [];
    const transport = new SubgraphTransport({
      endpoint: (_, url) => ({ url, key: null }),
      timeoutMs: 500,
      deduplicates: false,
      logger: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    });
    const urls = ['http://ada:secret@127.0.0.1:1/', 'h2c://ada:secret@127.0.0.1:1/', 'http://ada:secret@a b/', 'ada:secret@products'];
    const send = transport.requestSender({ requestId: 'r', viewer: null }, new Map(urls.map((url, index) => [`users${index}`, url])));
    const invalid = 'ws://ada:secret@a b/';
    const subscribe = () => transport.subscribe({ requestId: 'r', viewer: null }, new Map([['users', invalid]]), 'users', '{}', undefined);
    expect(subscribe).toThrow('A subgraph is not available');
    for (const index of urls.keys()) {
      const error: unknown = await send(`users${index}`, '{}', false).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
      expect(JSON.stringify(error)).not.toMatch(/secret|ada/);
    }
    expect(log).toHaveLength(urls.length + 1);
    expect(log.join('')).not.toMatch(/secret|YWRhOnNlY3JldA/);
    await transport.close();
  });

  it('are in no fault', async () => {
    const client = createClient('http://ada:secret@127.0.0.1:1/');
    const { fault } = await rejectionOf(client.post(query()));
    expect(JSON.stringify([fault, fault.message, fault.cause])).not.toMatch(/secret/);
    await client.close();
  });
});
