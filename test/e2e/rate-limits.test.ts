import { DEFAULT_LIMITS, type Limits } from '../../gateway/guards/limits.js';
import { parseNetwork } from '../../gateway/identity/client-address.js';
import { moveClock, restoreClock } from '../kit/clock.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway, type ViewersByApiKey } from '../kit/gateway.js';
import { aMember } from '../kit/viewers.js';
import { connectSocket, INIT, openSocket, refusedUpgrade, subscribeMessage } from '../kit/websocket.js';

const SHOP = {
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
    type Query { item: Item items(first: Int): [Item!] @listSize(slicingArguments: ["first"]) }
    type Mutation { buy: Int }
    type Subscription { sold: Item }
    type Item { name: String price(a: Boolean): Int }`,
  resolvers: {
    Query: { item: () => ({ name: 'iron' }), items: (_: unknown, { first }: { first: number }) => Array(first).fill({ name: 'iron' }) },
    Mutation: { buy: () => 1 },
    Subscription: {
      sold: {
        subscribe: async function* () {
          yield { sold: { name: 'iron' } };
          await new Promise(() => undefined);
        },
      },
    },
  },
};
const [ann, bob, cy] = [aMember(), aMember(), aMember()];
const viewers: ViewersByApiKey = new Map([
  ['ann', ann],
  ['ann-2', ann],
  ['bob', bob],
  ['cy', cy],
]);

let shop: ServedSubgraphs;
const opened: OpenGateway[] = [];
beforeAll(async () => void (shop = await serveSubgraphs({ shop: SHOP })));
afterEach(async () => {
  restoreClock();
  await Promise.all(opened.splice(0).map((gateway) => gateway.close()));
});
afterAll(() => shop.close());

async function open(limits: Partial<Limits>, settings: object = { viewers }): Promise<OpenGateway> {
  const trustedProxies = [parseNetwork('127.0.0.0/8')!];
  const gateway = await openGateway(shop.supergraph, { trustedProxies, ...settings, limits: { ...DEFAULT_LIMITS, ...limits } });
  opened.push(gateway);
  return gateway;
}

interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

const ITEM = '{ item { name } }';
const POST = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };

async function send(
  { url }: OpenGateway,
  key: string | null,
  query = ITEM,
  { from, ...headers }: Record<string, string> = {},
): Promise<Answer> {
  const all = { ...POST, ...(key && { 'x-api-key': key }), ...(from && { 'x-forwarded-for': from }), ...headers };
  const response = await fetch(url, { method: 'POST', headers: all, body: JSON.stringify({ query }) });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** Sends requests one after another and returns their statuses. */
async function statuses(count: number, request: (index: number) => Promise<Answer>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index++) all.push((await request(index)).status);
  return all;
}

describe('requests per minute', () => {
  it('are counted for a user, whatever API key and address is used, until a minute is over', async () => {
    const gateway = await open({ requestsPerMinute: 4 });
    const keys = ['ann', 'ann-2'];
    expect(await statuses(6, (index) => send(gateway, keys[index % 2]!, ITEM, { from: `203.0.113.${index}` }))).toEqual([
      200, 200, 200, 200, 429, 429,
    ]);
    expect((await send(gateway, 'bob')).status).toBe(200);
    moveClock(61_000);
    expect((await send(gateway, 'ann')).status).toBe(200);
  });

  it('are in the headers of each response', async () => {
    const gateway = await open({ requestsPerMinute: 2, costPerMinute: 50 });
    const headers = async () => {
      const { headers, status } = await send(gateway, 'ann');
      return [status, headers.get('ratelimit-policy'), headers.get('ratelimit')?.replaceAll(/t=\d+/g, 't'), headers.has('retry-after')];
    };
    const policy = '"requests";q=2;w=60, "cost";q=50;w=60, "new-operations";q=1200;w=60';
    expect(await headers()).toEqual([200, policy, '"requests";r=1;t, "cost";r=49;t, "new-operations";r=1199;t', false]);
    expect(await headers()).toEqual([200, policy, '"requests";r=0;t, "cost";r=48;t', false]);
    expect(await headers()).toEqual([429, policy, '"requests";r=0;t', true]);
    const { headers: last, body } = await send(gateway, 'ann');
    const seconds = Number(last.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    const { errors, data } = JSON.parse(body);
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      {
        message: `You have sent 2 requests within a minute, which is the limit. Try again in ${seconds} seconds.`,
        extensions: { code: 'RATE_LIMITED', rateLimit: { limit: 2, remaining: 0, resetAt: expect.stringMatching(/^\d{4}-.*Z$/) } },
      },
    ]);
  });

  it('are limited exactly for concurrent requests', async () => {
    const gateway = await open({ requestsPerMinute: 25 });
    const answers = await Promise.all(Array.from({ length: 60 }, () => send(gateway, 'ann')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(25);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(35);
  });

  it('count GET, refused documents and refused operations', async () => {
    const gateway = await open({ requestsPerMinute: 4, cost: 10 });
    const get = await fetch(`${gateway.url}?query=${encodeURIComponent(ITEM)}`, { headers: { 'x-api-key': 'ann', accept: POST.accept } });
    expect(get.status).toBe(200);
    for (const query of ['{ nothing }', '{ items(first: 11) { name } }', '{']) expect((await send(gateway, 'ann', query)).status).toBe(400);
    expect((await send(gateway, 'ann')).status).toBe(429);
  });

  it('can be unlimited, and then are in no header', async () => {
    const gateway = await open({ requestsPerMinute: Infinity, costPerMinute: Infinity, newOperationsPerMinute: Infinity });
    const { headers } = await send(gateway, 'ann');
    expect([headers.has('ratelimit'), headers.has('ratelimit-policy')]).toEqual([false, false]);
  });
});

describe('clients without a viewer', () => {
  it('are counted by the address that the trusted proxy reports, and together with invalid credentials', async () => {
    const gateway = await open({ addressRequestsPerMinute: 3, requestsPerMinute: 3 });
    const first = { from: '198.51.100.1, 203.0.113.1' };
    expect(await statuses(2, () => send(gateway, null, ITEM, first))).toEqual([200, 200]);
    expect((await send(gateway, 'guess-1', ITEM, { from: '198.51.100.2, 203.0.113.1' })).status).toBe(401);
    const limited = await send(gateway, 'guess-2', ITEM, { from: '203.0.113.1' });
    expect([limited.status, limited.headers.has('retry-after')]).toEqual([429, true]);
    expect((await send(gateway, null, ITEM, first)).status).toBe(429);
    // A valid credential from the same address, and another address, are not concerned.
    expect((await send(gateway, 'ann', ITEM, first)).status).toBe(200);
    expect((await send(gateway, null, ITEM, { from: '203.0.113.2' })).status).toBe(200);
  });

  it('are counted by their /64 network', async () => {
    const gateway = await open({ addressRequestsPerMinute: 2 });
    const from = (index: number) => ({ from: `2001:db8:0:${index % 2}::${index}` });
    expect(await statuses(6, (index) => send(gateway, null, ITEM, from(index)))).toEqual([200, 200, 200, 200, 429, 429]);
  });

  it('cannot forge an address without a trusted proxy; the log says so once', async () => {
    const gateway = await open({ addressRequestsPerMinute: 3 }, { viewers, trustedProxies: [parseNetwork('10.0.0.0/8')!] });
    expect(await statuses(5, (index) => send(gateway, null, ITEM, { from: `203.0.113.${index}` }))).toEqual([200, 200, 200, 429, 429]);
    expect(gateway.log.filter((line) => line.includes('TRUSTED_PROXIES'))).toHaveLength(1);
  });

  it('are all clients of a gateway without authentication', async () => {
    const gateway = await open({ addressRequestsPerMinute: 2, requestsPerMinute: 1 }, {});
    expect(await statuses(3, () => send(gateway, 'ann', ITEM, { from: '203.0.113.1' }))).toEqual([200, 200, 429]);
    expect((await send(gateway, 'ann', ITEM, { from: '203.0.113.2' })).status).toBe(200);
  });
});

describe('cost per minute', () => {
  const items = (count: number) => `{ items(first: ${count}) { name } }`;

  it('is counted before the operation is executed, and only if it is', async () => {
    const gateway = await open({ costPerMinute: 100 });
    expect((await send(gateway, 'ann', items(60))).status).toBe(200);
    shop.requests.length = 0;
    const { status, headers, body } = await send(gateway, 'ann', items(41));
    expect([status, shop.requests.length, headers.get('graphql-cost')]).toEqual([429, 0, '41']);
    expect(body).toContain('The operation costs 41; 40 of the 100 points per minute are left. Try again in');
    expect(JSON.parse(body).errors[0].extensions.rateLimit).toMatchObject({ limit: 100, remaining: 40 });
    expect((await send(gateway, 'ann', items(40))).status).toBe(200);
    expect((await send(gateway, 'ann', items(1))).status).toBe(429);
    expect((await send(gateway, 'ann', '{ __typename }')).status).toBe(200);
    expect((await send(gateway, 'bob', items(100))).status).toBe(200);
  });

  it('is limited exactly for concurrent operations, known and new', async () => {
    const gateway = await open({ costPerMinute: 100 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send(gateway, 'ann', items(9) + (index % 2 ? '' : ` # ${index}`))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(11);
  });

  it('counts aliases, mutations and subscriptions', async () => {
    const gateway = await open({ costPerMinute: 25 });
    expect((await send(gateway, 'ann', 'mutation { a: buy b: buy }')).status).toBe(200);
    expect((await send(gateway, 'ann', 'mutation { a: buy }')).status).toBe(429);
    expect(
      (await send(gateway, 'ann', '{ a: item { name } b: item { name } c: item { name } d: item { name } e: item { name } }')).status,
    ).toBe(200);
    const { status, body } = await send(gateway, 'ann', 'subscription { sold { name } }', { accept: 'text/event-stream' });
    expect([status, body]).toEqual([429, expect.stringContaining('RATE_LIMITED')]);
  });
});

describe('new operations per minute', () => {
  it('are limited for documents that were not sent before, by this client or another', async () => {
    const gateway = await open({ newOperationsPerMinute: 3 });
    const document = (name: string) => `query ${name} { item { name } }`;
    expect(await statuses(5, (index) => send(gateway, 'ann', document(`A${index}`)))).toEqual([200, 200, 200, 429, 429]);
    expect((await send(gateway, 'ann', document('A0'))).status).toBe(200);
    expect((await send(gateway, 'bob', document('A3'))).status).toBe(200);
    expect((await send(gateway, 'ann', document('A3'))).status).toBe(200);
  });

  it('include invalid documents and all ways to send one', async () => {
    const gateway = await open({ newOperationsPerMinute: 2 });
    expect((await send(gateway, 'ann', '{ nothing }')).status).toBe(400);
    expect((await send(gateway, 'ann', '{ nothing }')).status).toBe(400);
    expect((await send(gateway, 'ann', '{ nothing }')).status).toBe(429);
    const stream = await send(gateway, 'ann', 'subscription Unseen { sold { name } }', {
      accept: 'text/event-stream, application/graphql-response+json',
    });
    expect(stream.status).toBe(429);
  });

  it('include the variants that the conditions of one document make', async () => {
    const gateway = await open({ newOperationsPerMinute: 3 });
    const query = 'query($a: Boolean!, $b: Boolean!) { item { name @skip(if: $a) price(a: $b) @skip(if: $b) } }';
    const answers = [];
    for (const [a, b] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
      [true, true],
    ]) {
      const body = JSON.stringify({ query, variables: { a, b } });
      answers.push((await fetch(gateway.url, { method: 'POST', headers: { ...POST, 'x-api-key': 'ann' }, body })).status);
    }
    expect(answers).toEqual([200, 200, 200, 429, 200]);
  });

  it('are counted once for requests that wait for the same plan', async () => {
    const gateway = await open({ newOperationsPerMinute: 1000 });
    await Promise.all(Array.from({ length: 10 }, () => send(gateway, 'ann', 'query Same { item { name } }')));
    const { headers } = await send(gateway, 'ann', 'query Other { item { name } }');
    expect(Number(/"new-operations";r=(\d+)/.exec(headers.get('ratelimit')!)![1])).toBeGreaterThanOrEqual(989);
  });
});

describe('open streams', () => {
  it('are limited for a user, and for an address that a proxy reports', async () => {
    const gateway = await open({ streams: 2 });
    const aborting = new AbortController();
    const subscribe = (headers: Record<string, string>): Promise<Response> =>
      fetch(gateway.url, {
        method: 'POST',
        headers: { ...POST, accept: 'text/event-stream', ...headers },
        body: JSON.stringify({ query: 'subscription { sold { name } }' }),
        signal: aborting.signal,
      });
    // Kept, because `fetch` closes the stream of a response that is garbage.
    const responses: Response[] = [];
    for (const headers of [
      ...['ann', 'ann-2', 'ann'].map((key, index) => ({ 'x-api-key': key, 'x-forwarded-for': `203.0.113.${index}` })),
      ...['203.0.113.8', '198.51.100.1, 203.0.113.8', '203.0.113.8', '203.0.113.9'].map((address) => ({ 'x-forwarded-for': address })),
    ])
      responses.push(await subscribe(headers));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 429, 200, 200, 429, 200]);
    aborting.abort();
  });
});

describe('a WebSocket', () => {
  it('counts its connection and each operation for its user, together with HTTP', async () => {
    const gateway = await open({ requestsPerMinute: 4 });
    const socket = await connectSocket(gateway.url, { apiKey: 'ann' });
    expect((await send(gateway, 'ann-2')).status).toBe(200);
    const answers = [];
    for (const id of ['1', '2', '3']) {
      const { type, payload } = await socket.send(subscribeMessage(id, ITEM)).next();
      answers.push(type === 'error' ? payload : type);
      if (type === 'next') await socket.next();
    }
    const refusal = { extensions: { code: 'RATE_LIMITED', rateLimit: { limit: 4, remaining: 0, resetAt: expect.any(String) } } };
    expect(answers).toEqual(['next', 'next', [expect.objectContaining(refusal)]]);
    expect((await send(gateway, 'ann')).status).toBe(429);
    socket.socket.close();
  });

  it('is limited by the address that a trusted proxy reports, and counts invalid credentials for it', async () => {
    const gateway = await open({ sockets: 1, addressRequestsPerMinute: 2 });
    const from = (address: string) => ({ 'x-forwarded-for': `198.51.100.1, ${address}` });
    const first = await openSocket(gateway.url, from('203.0.113.1'));
    expect(await refusedUpgrade(gateway.url, from('203.0.113.1'))).toMatchObject({ status: 429 });
    // The address is that of the upgrade request: `connection_init` cannot change it.
    first.send({ ...INIT, payload: { apiKey: 'guess', 'x-forwarded-for': '203.0.113.9' } });
    expect((await first.closed).code).toBe(4403);
    const second = (await openSocket(gateway.url, from('203.0.113.1'))).send({ ...INIT, payload: { apiKey: 'guess' } });
    expect((await second.closed).code).toBe(4403);
    const third = (await openSocket(gateway.url, from('203.0.113.1'))).send({ ...INIT, payload: { apiKey: 'guess' } });
    expect((await third.closed).code).toBe(1013);
    expect((await send(gateway, null, ITEM, { from: '203.0.113.9' })).status).toBe(200);
  });
});

describe('an attacking client', () => {
  it('does not concern another: each has its own requests, cost, new operations and streams', async () => {
    const gateway = await open({ requestsPerMinute: 40, costPerMinute: 60, newOperationsPerMinute: 20, addressRequestsPerMinute: 40 });
    const attack = (index: number) =>
      Promise.all([
        send(gateway, 'ann', `{ items(first: 30) { name } } # ${index}`),
        send(gateway, 'ann', `{ nothing${index} }`),
        send(gateway, `guess-${index}`, ITEM, { from: '203.0.113.1' }),
        send(gateway, null, `query A${index} { item { name } }`, { from: '203.0.113.1' }),
      ]);
    const asked = [];
    for (let index = 0; index < 30; index++) {
      const [[attacked], answer] = await Promise.all([attack(index), send(gateway, 'bob', ITEM, { from: '203.0.113.1' })]);
      asked.push(answer.status);
      if (index > 20) expect(attacked.status).toBe(429);
    }
    expect(asked).toEqual(Array(30).fill(200));
    expect((await send(gateway, null, ITEM, { from: '203.0.113.2' })).status).toBe(200);
  });
});
