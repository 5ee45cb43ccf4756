import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { request } from 'undici';
import { headerRules } from '../../gateway/headers/header-rules.js';
import { eventually } from '../kit/eventually.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, subscribeByEventStream, type GatewaySettings, type OpenGateway } from '../kit/gateway.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';
const KEY = 'User @key(fields: "id") { id: ID!';
const SUBGRAPHS = {
  accounts: {
    typeDefs: `${LINK} type Query { me: User } type Mutation { logIn: User } type Subscription { seen: User } type ${KEY} name: String }`,
    resolvers: {
      Query: { me: () => ({ id: '1', name: 'Ann' }) },
      Mutation: { logIn: () => ({ id: '1', name: 'Ann' }) },
      Subscription: {
        seen: {
          subscribe: async function* () {
            yield { seen: { id: '1' } };
          },
        },
      },
      User: { __resolveReference: () => ({ id: '1', name: 'Ann' }) },
    },
  },
  reviews: {
    typeDefs: `${LINK} type Query { top: String } type ${KEY} review: String }`,
    resolvers: { Query: { top: () => 'good' }, User: { review: () => 'fine' } },
  },
  billing: {
    typeDefs: `${LINK} type Query { rate: Int } type ${KEY} balance: Int }`,
    resolvers: { Query: { rate: () => 3 }, User: { balance: () => 5 } },
  },
};

/** The headers of the requests to each subgraph, in the order of their arrival. */
let received: Record<keyof typeof SUBGRAPHS, IncomingHttpHeaders[]>;
/** Adds the headers of the responses of each subgraph. A promise delays the response. */
let respond: Partial<Record<keyof typeof SUBGRAPHS, (response: ServerResponse) => Promise<void> | void>>;
let served: ServedSubgraphs;
beforeAll(async () => {
  served = await serveSubgraphs(SUBGRAPHS, (subgraph, { headers }, response) => {
    received[subgraph as 'accounts'].push(headers);
    return respond[subgraph as 'accounts']?.(response);
  });
});
afterAll(() => served.close());
beforeEach(() => {
  received = { accounts: [], reviews: [], billing: [] };
  respond = {};
});

const open: OpenGateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});
async function gatewayWith(rules: object, settings: GatewaySettings = {}): Promise<OpenGateway> {
  const gateway = await openGateway(served.supergraph, { headerRules: headerRules.parse(rules), ...settings });
  open.push(gateway);
  return gateway;
}

/** Sends an operation with headers as names and values in turn; returns the headers and the body of the response. */
async function send({ url }: OpenGateway, query: string, headers: string[] = [], accept = 'application/json') {
  const response = await request(url, {
    method: 'POST',
    headers: [...headers, 'content-type', 'application/json', 'accept', accept],
    body: JSON.stringify({ query }),
  });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}
/** The headers that each request has, whatever the client sends. */
const OWN = ['accept', 'connection', 'content-length', 'content-type', 'host'];
const addedTo = (headers: IncomingHttpHeaders) => Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.includes(name)));

const PAGE = '{ me { name review balance } top rate }';
const propagate = (...named: string[]) => ({ all: { request: [{ propagate: { named } }] } });

describe('the headers that subgraphs get', () => {
  it('are those of the trace alone without rules', async () => {
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=1,b=2' };
    const gateway = await gatewayWith({});
    await send(gateway, PAGE, [...Object.entries(trace).flat(), 'authorization', 'Bearer x', 'cookie', 'a=1', 'x-tenant', 'acme']);
    expect(Object.values(received).map((requests) => addedTo(requests[0]!))).toEqual([trace, trace, trace]);
    received = { accounts: [], reviews: [], billing: [] };
    await send(gateway, PAGE, ['authorization', 'Bearer x']);
    expect(addedTo(received.accounts[0]!)).toEqual({});
  });

  it('have any case and repeated values', async () => {
    const gateway = await gatewayWith({ all: { request: [{ propagate: { matching: '^(x-tag|cookie|authorization)$' } }] } });
    const headers = ['X-TAG', 'a', 'x-tag', 'b, c', 'Cookie', 'a=1', 'COOKIE', 'b=2', 'AUTHORIZATION', 'Bearer x'];
    await send(gateway, PAGE, headers);
    for (const requests of Object.values(received))
      expect(addedTo(requests[0]!)).toEqual({ 'x-tag': 'a, b, c', cookie: 'a=1; b=2', authorization: 'Bearer x' });
  });

  it('are different for each subgraph, and the same in each request to one', async () => {
    const gateway = await gatewayWith({
      ...propagate('authorization', 'x-tenant'),
      subgraphs: {
        reviews: { request: [{ remove: { named: 'Authorization' } }, { insert: { name: 'X-Partner', value: 7 } }] },
        billing: {
          request: [{ propagate: { named: 'x-tenant', rename: 'X-Account', default: 'none' } }, { remove: { matching: 'tenant' } }],
        },
      },
    });
    await send(gateway, PAGE, ['authorization', 'Bearer x', 'x-tenant', 'acme']);
    expect(received.accounts.map(addedTo)).toEqual([{ authorization: 'Bearer x', 'x-tenant': 'acme' }]);
    expect(received.reviews.map(addedTo)).toEqual(Array(received.reviews.length).fill({ 'x-tenant': 'acme', 'x-partner': '7' }));
    expect(received.billing.map(addedTo)).toEqual(Array(received.billing.length).fill({ authorization: 'Bearer x', 'x-account': 'acme' }));
    expect(received.reviews.length + received.billing.length).toBeGreaterThan(2);
    expect(gateway.log.join()).not.toContain('do not exist');
    const misspelled = await gatewayWith({ subgraphs: { revews: {} } });
    expect(misspelled.log.join()).toMatch(/"subgraphs":\["revews"\].*do not exist/);
  });

  it('are never those of the connection, of the body, or by which subgraphs trust the gateway', async () => {
    const gateway = await gatewayWith({ all: { request: [{ propagate: { matching: '.*' } }] } });
    const forged = ['X-Viewer', 'forged', 'x-viewer-signature', 'a.b', 'TE', 'trailers', 'Proxy-Authorization', 'x'];
    await send(gateway, PAGE, [...forged, 'last-event-id', '5', 'if-none-match', '*', 'x-own', '1']);
    for (const requests of Object.values(received)) {
      expect(addedTo(requests[0]!)).toEqual({ 'x-own': '1' });
      expect(requests[0]).toMatchObject({
        'content-type': 'application/json',
        connection: 'keep-alive',
        host: expect.stringContaining(':'),
      });
    }
  });

  it('are those of the client in mutations, deferred fragments and events', async () => {
    const gateway = await gatewayWith(propagate('authorization', 'cookie'));
    await send(gateway, 'mutation { logIn { name review } }', ['authorization', 'm']);
    await send(gateway, '{ me { name ... @defer { review } } }', ['authorization', 'd'], 'multipart/mixed; deferSpec=20220824');
    const events = subscribeByEventStream(gateway.url, { authorization: 's', cookie: 'a=1' }, 'subscription { seen { review balance } }');
    expect(await events.next()).toMatchObject({ value: { data: { seen: { review: 'fine', balance: 5 } } } });
    await events.return!();
    expect(received.accounts.map(addedTo)).toMatchObject([
      { authorization: 'm' },
      { authorization: 'd' },
      { authorization: 's', cookie: 'a=1' },
    ]);
    expect(received.reviews.map(addedTo)).toEqual([{ authorization: 'm' }, { authorization: 'd' }, { authorization: 's', cookie: 'a=1' }]);
    expect(received.billing.map(addedTo)).toEqual([{ authorization: 's', cookie: 'a=1' }]);
  });

  it('keep their bytes, and are as many as the server accepts', async () => {
    const gateway = await gatewayWith(propagate('x-name', 'cookie'));
    const large = `a=${'x'.repeat(12_000)}`;
    await send(gateway, PAGE, ['x-name', Buffer.from('Zoë 日').toString('latin1'), 'cookie', large]);
    expect(Buffer.from(received.billing[0]!['x-name'] as string, 'latin1').toString()).toBe('Zoë 日');
    expect(received.accounts[0]!.cookie).toBe(large);
    expect(await send(gateway, PAGE, ['cookie', 'x'.repeat(20_000)])).toMatchObject({ status: 431 });
    expect(received.accounts).toHaveLength(1);
  });
});

describe('equal queries in flight', () => {
  /** Sends two queries at the same time, and returns the number of requests to the subgraph that both need. */
  async function requestsFor(rules: object, first: string[], second: string[]): Promise<number> {
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const gateway = await gatewayWith(rules);
    await send(gateway, '{ rate }');
    received.billing = [];
    respond.billing = () => held;
    const both = [first, second].map((headers) => send(gateway, '{ rate }', headers));
    await eventually(() => expect(received.billing.length).toBeGreaterThan(0));
    await send(gateway, '{ top }'); // Both queries have reached the transport when a later one is answered.
    await send(gateway, '{ me { name } }');
    release();
    await Promise.all(both);
    return received.billing.length;
  }

  it('are sent once for clients whose forwarded headers are equal, and once for each client otherwise', async () => {
    expect(await requestsFor(propagate('cookie'), ['cookie', 'a=1', 'traceparent', '00-1'], ['cookie', 'a=1', 'traceparent', '00-2'])).toBe(
      1,
    );
    expect(await requestsFor(propagate('cookie'), ['cookie', 'a=1'], ['cookie', 'a=2'])).toBe(2);
    expect(await requestsFor(propagate('cookie'), ['cookie', 'a=1'], [])).toBe(2);
    expect(await requestsFor(propagate('x-tenant'), ['cookie', 'a=1'], ['cookie', 'a=2'])).toBe(1);
  });

  it('are sent once for each client if cookies are returned', async () => {
    const cookies = { all: { response: [{ propagate: { named: 'set-cookie' } }] } };
    expect(await requestsFor(cookies, [], [])).toBe(2);
    expect(await requestsFor({ subgraphs: { accounts: cookies.all } }, [], [])).toBe(1);
  });
});

describe('the headers that clients get', () => {
  const returning = (...response: object[]) => ({ all: { response: response.map((rule) => ({ propagate: rule })) } });

  it('are none of subgraphs without rules', async () => {
    respond.accounts = (response) =>
      void response.setHeader('set-cookie', 'a=1').setHeader('x-cost', '1').setHeader('cache-control', 'public');
    const { headers } = await send(await gatewayWith({}), PAGE);
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('x-cost');
  });

  it('have every cookie of every subgraph', async () => {
    respond = {
      accounts: (response) => void response.setHeader('Set-Cookie', ['sid=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'a=1']),
      reviews: (response) => void response.setHeader('set-cookie', 'b=1; HttpOnly'),
      billing: (response) => void response.setHeader('SET-COOKIE', ['c=1', 'a=2']),
    };
    const { headers } = await send(await gatewayWith(returning({ named: 'Set-Cookie' })), PAGE);
    expect([headers['set-cookie']].flat().sort()).toEqual([
      'a=1',
      'a=2',
      'b=1; HttpOnly',
      'c=1',
      'sid=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    ]);
  });

  it('are merged by the algorithm of their rule', async () => {
    const all = (name: string) => ({ named: `x-${name}`, algorithm: name });
    for (const [index, subgraph] of (['accounts', 'reviews'] as const).entries())
      respond[subgraph] = (response) => {
        for (const name of ['first', 'last', 'append', 'plain', 'old']) response.setHeader(`X-${name}`, [`${index}`, `${index}b`]);
      };
    const rules = returning(all('first'), all('last'), all('append'), { named: 'x-plain' }, { named: 'x-old', rename: 'X-New' });
    rules.all.response.push({ propagate: { named: 'x-none', default: 'no' } });
    const { headers } = await send(await gatewayWith(rules), '{ me { review } }');
    expect(headers).toMatchObject({
      'x-first': '0, 0b',
      'x-last': '1, 1b',
      'x-append': '0, 0b, 1, 1b',
      'x-plain': '1, 1b',
      'x-new': '1, 1b',
      'x-none': 'no',
    });
    expect(headers).not.toHaveProperty('x-old');
  });

  it('are not those of one response or of the gateway, even by pattern', async () => {
    respond.billing = (response) => {
      for (const name of ['etag', 'x-request-id', 'graphql-cost', 'access-control-allow-origin', 'keep-alive', 'x-viewer', 'x-b'])
        response.setHeader(name, '"x"');
      response.setHeader('connection', 'close');
    };
    const { headers } = await send(await gatewayWith(returning({ matching: '.*' })), '{ rate }');
    expect(headers).toMatchObject({ 'x-b': '"x"', 'content-type': 'application/json; charset=utf-8', 'graphql-cost': '0' });
    for (const name of ['etag', 'access-control-allow-origin', 'x-viewer']) expect(headers).not.toHaveProperty(name);
    expect(headers['x-request-id']).not.toBe('"x"');
  });

  it('are limited in size', async () => {
    respond.billing = (response) =>
      void response.setHeader(
        'set-cookie',
        Array.from({ length: 4 }, (_, n) => `b${n}=${'x'.repeat(1700)}`),
      );
    respond.reviews = (response) =>
      void response.setHeader(
        'set-cookie',
        Array.from({ length: 4 }, (_, n) => `r${n}=${'x'.repeat(1700)}`),
      );
    const gateway = await gatewayWith(returning({ named: 'set-cookie' }));
    const { headers, status } = await send(gateway, '{ top rate }');
    expect({ status, cookies: [headers['set-cookie']].flat().length }).toEqual({ status: 200, cookies: 4 });
    expect(gateway.log.join()).toContain('headers of subgraphs were not returned');
  });

  it('of deferred fragments are left out, because they come too late', async () => {
    respond.accounts = (response) => void response.setHeader('set-cookie', 'early=1');
    respond.reviews = (response) => void response.setHeader('set-cookie', 'late=1');
    const gateway = await gatewayWith(returning({ named: 'set-cookie' }, { named: 'cache-control' }));
    const defer = '{ me { name ... @defer { review } } }';
    const { headers, text } = await send(gateway, defer, [], 'multipart/mixed; deferSpec=20220824');
    expect(text).toContain('"review":"fine"');
    expect(headers).toMatchObject({ 'set-cookie': 'early=1', 'cache-control': 'no-store' });
  });
});

describe('the cache policy of a response', () => {
  const policies = (...values: (string | undefined)[]) => {
    for (const [index, name] of (['accounts', 'reviews', 'billing'] as const).entries())
      respond[name] = (response) => void (values[index] === undefined || response.setHeader('cache-control', values[index]));
  };
  const RULE = { propagate: { named: 'Cache-Control' } };
  const cached = async (query = PAGE, rules: object = { all: { response: [RULE] } }, headers: string[] = []) => {
    const response = await send(await gatewayWith(rules), query, headers);
    return { policy: response.headers['cache-control'], vary: response.headers.vary };
  };

  it.each([
    [['max-age=60', 'max-age=30, private', 'public, max-age=90'], 'private, max-age=30'],
    [['public, max-age=60', 'public, max-age=61', 'public, max-age=62'], 'public, max-age=60'],
    [['max-age=60', 'NO-STORE', 'max-age=90'], 'no-store'],
    [['max-age=60', undefined, 'max-age=90'], 'no-store'],
    [[undefined, undefined, undefined], 'no-store'],
    [['max-age=60', 'maxage: 5', 'max-age=90'], 'no-store'],
    [['max-age=60', 'max-age=x', 'max-age=90'], 'max-age=0'],
  ])('for the policies %j of subgraphs is "%s"', async (values, expected) => {
    policies(...values);
    expect(await cached()).toMatchObject({ policy: expected });
  });

  it('is no-store for errors, mutations and what asks no subgraph', async () => {
    policies('max-age=60', 'max-age=60', 'max-age=60');
    expect(await cached('mutation { logIn { name } }')).toMatchObject({ policy: 'no-store' });
    expect(await cached('{ __typename }')).toMatchObject({ policy: 'no-store' });
    expect(await cached('{ nothing }')).toMatchObject({ policy: 'no-store' });
    respond.billing = (response) => void response.setHeader('cache-control', 'max-age=60').writeHead(503).end();
    expect(await cached('{ top rate }')).toMatchObject({ policy: 'no-store' });
  });

  it('is no-store if it is returned for one of the subgraphs only, and its default stands for those without one', async () => {
    policies('max-age=60', 'max-age=60', undefined);
    expect(await cached(PAGE, { subgraphs: { accounts: { response: [RULE] } } })).toMatchObject({ policy: 'no-store' });
    const withDefault = { all: { response: [{ propagate: { named: 'cache-control', default: 'public, max-age=5' } }] } };
    expect(await cached(PAGE, withDefault)).toMatchObject({ policy: 'max-age=5' });
  });

  it('comes with the headers that the response depends on', async () => {
    policies('max-age=60', 'max-age=60', 'max-age=60');
    const rules = { all: { request: [{ propagate: { named: 'X-Tenant' } }], response: [RULE] } };
    expect((await cached(PAGE, rules)).vary).toContain('accept, authorization, x-api-key, x-tenant');
    expect((await cached(PAGE, { all: { request: [{ propagate: { matching: '^x-' } }], response: [RULE] } })).vary).toMatch(/, \*/);
  });
});
