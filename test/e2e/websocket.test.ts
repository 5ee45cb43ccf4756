import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { FormattedExecutionResult } from 'graphql';
import type { Client } from 'graphql-ws';
import { DEFAULT_LIMITS } from '../../gateway/guards/limits.js';
import { eventually } from '../kit/eventually.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway, type ViewersByApiKey } from '../kit/gateway.js';
import { aMember, anAdmin } from '../kit/viewers.js';
import { connectSocket, INIT, openSocket, refusedUpgrade, socketClient, subscribeMessage } from '../kit/websocket.js';
import { begin, next, runScripts } from '../unit/subscriptions/subgraph.js';

const KEYS = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])';
const COUNT = 'subscription { count }';
const ORIGIN = 'https://ui.example';

const viewers: ViewersByApiKey = new Map([['member', aMember()]]);
let counts: Awaited<ReturnType<typeof runScripts>>;
let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  counts = await runScripts(({ response, body }) => {
    if (body.includes('never')) return; // The test waits for the end of the request.
    begin(response).write(next(1));
  });
  served = await serveSubgraphs({
    counts: { typeDefs: 'type Query { never: Int } type Subscription { count: Int! }', url: counts.url },
    items: {
      typeDefs: `${KEYS} scalar Exact type Query { item: Item secret: Int @authenticated exact(value: Exact): Exact broken: Int }
        type Mutation { rename(name: String!): Item } type Item @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: {
          item: () => ({ id: '1', name: 'iron' }),
          secret: () => 7,
          exact: () => '12345678901234567890',
          broken: () => {
            throw new Error('postgres at 10.0.0.1 is away');
          },
        },
        Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ id: '1', name }) },
      },
    },
    weights: {
      typeDefs: `${KEYS} type Item @key(fields: "id") { id: ID! weight: Int }`,
      resolvers: { Item: { weight: () => 56 } },
    },
  });
  gateway = await openGateway(served.supergraph, { viewers, corsOrigins: [ORIGIN] });
});
afterAll(async () => {
  await gateway.close();
  await served.close();
  await counts.close();
});
beforeEach(() => {
  counts.requests.length = 0;
});

const clients: Client[] = [];
afterEach(() => clients.splice(0).forEach((client) => client.terminate()));
function clientOf(apiKey: string | null, to = gateway): Client {
  const client = socketClient(to.url, { connectionParams: apiKey ? { apiKey } : undefined });
  clients.push(client);
  return client;
}

/** Returns all results of an operation, and its errors if it was refused. */
async function run(client: Client, query: string, variables?: Record<string, unknown>) {
  const results: FormattedExecutionResult[] = [];
  try {
    for await (const result of client.iterate({ query, variables })) results.push(result as FormattedExecutionResult);
  } catch (error) {
    return { results, errors: error as { message: string; extensions: { code: string } }[] };
  }
  return { results };
}

describe('a client over WebSocket', () => {
  it('sends queries and mutations', async () => {
    const client = clientOf('member');
    expect(await run(client, '{ item { name weight } secret }')).toEqual({
      results: [{ data: { item: { name: 'iron', weight: 56 }, secret: 7 } }],
    });
    expect(await run(client, 'mutation ($name: String!) { rename(name: $name) { name } }', { name: 'tin' })).toEqual({
      results: [{ data: { rename: { name: 'tin' } } }],
    });
  });

  it('gets the events of subscriptions and answers to queries on one socket', async () => {
    const client = clientOf('member');
    let sockets = 0;
    client.on('opened', () => sockets++);
    const subscriptions = Array.from({ length: 30 }, () => client.iterate({ query: COUNT }));
    for (const events of subscriptions) expect((await events.next()).value).toEqual({ data: { count: 1 } });
    expect(await run(client, '{ item { name } }')).toEqual({ results: [{ data: { item: { name: 'iron' } } }] });
    for (const [index, { response }] of counts.requests.entries()) response.write(next(index));
    const seconds = await Promise.all(subscriptions.map((events) => events.next()));
    expect(seconds.map(({ value }) => (value as FormattedExecutionResult<{ count: number }>).data!.count).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, index) => index),
    );
    expect(sockets).toBe(1);
  });

  it('gets the parts of an operation with @defer one after another', async () => {
    expect(await run(clientOf('member'), '{ item { name ... @defer(label: "weight") { weight } } }')).toEqual({
      results: [
        { data: { item: { name: 'iron' } }, hasNext: true },
        { incremental: [{ label: 'weight', path: ['item'], data: { weight: 56 } }], hasNext: false },
      ],
    });
  });

  it('gets all digits of numbers', async () => {
    const socket = await connectSocket(gateway.url, { apiKey: 'member' });
    const received = once(socket.socket, 'message') as Promise<[Buffer]>;
    socket.send('{"id":"1","type":"subscribe","payload":{"query":"query ($v: Exact) { exact(value: $v) }","variables":{"v":1.0}}}');
    expect((await received)[0].toString()).toBe('{"id":"1","type":"next","payload":{"data":{"exact":"12345678901234567890"}}}');
    expect(served.requests.at(-1)!.variables).toEqual({ v: 1 });
    socket.socket.close();
  });

  it('requests an operation by its hash', async () => {
    const socket = await connectSocket(gateway.url);
    const query = `{ item { name } } # ${Math.random()}`;
    const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') };
    const request = async (id: string, payload: object) => {
      const answer = await socket.send({ id, type: 'subscribe', payload: { ...payload, extensions: { persistedQuery } } }).next();
      return answer.type === 'error' ? answer : { ...answer, end: (await socket.next()).type };
    };
    expect(await request('1', {})).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
    const answer = { type: 'next', payload: { data: { item: { name: 'iron' } } }, end: 'complete' };
    expect(await request('2', { query })).toMatchObject(answer);
    expect(await request('3', {})).toMatchObject(answer);
    socket.socket.close();
  });

  it('gets the cost of an operation if it asks for it', async () => {
    const client = socketClient(gateway.url, { connectionParams: { 'GraphQL-Cost-Debug': '1' } });
    clients.push(client);
    expect(await run(client, '{ item { name } }')).toMatchObject({ results: [{ extensions: { cost: { requestedQueryCost: 1 } } }] });
  });

  it('gets errors of subgraphs masked', async () => {
    const { results } = await run(clientOf('member'), '{ broken }');
    expect(results).toMatchObject([{ data: { broken: null }, errors: [{ path: ['broken'] }] }]);
    expect(JSON.stringify(results)).not.toContain('10.0.0.1');
  });

  it('ends the request to the subgraph when it completes a query that waits for it, and when it leaves', async () => {
    const socket = await connectSocket(gateway.url, { apiKey: 'member' });
    socket.send(subscribeMessage('1', '{ never }'));
    await eventually(() => expect(counts.requests).toHaveLength(1));
    socket.send({ id: '1', type: 'complete' });
    await counts.requests[0]!.gone;
    socket.send(subscribeMessage('1', '{ a: never }'), subscribeMessage('2', COUNT));
    await eventually(() => expect(counts.requests).toHaveLength(3));
    socket.socket.terminate();
    await Promise.all(counts.requests.map(({ gone }) => gone));
  });
});

describe('the credential of a socket', () => {
  it.each([
    [{ authorization: 'Bearer mlp_key' }, {}],
    [{ 'X-Api-Key': 'mlp_key' }, { authorization: 'Bearer mlp_unknown' }],
    [undefined, { authorization: 'Bearer mlp_key' }],
    [{ other: 'value' }, { 'x-api-key': 'mlp_key' }],
  ])('is in the payload %j or in the headers %j', async (payload, headers) => {
    viewers.set('mlp_key', aMember());
    const socket = await connectSocket(gateway.url, payload, headers as Record<string, string>);
    expect(await socket.send(subscribeMessage('1', '{ secret }')).next()).toMatchObject({ payload: { data: { secret: 7 } } });
    socket.socket.close();
  });

  it('is never a cookie', async () => {
    const socket = await connectSocket(gateway.url, undefined, { cookie: 'authorization=Bearer member; x-api-key=member' });
    expect(await socket.send(subscribeMessage('1', '{ secret }')).next()).toMatchObject({
      payload: { data: { secret: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    socket.socket.close();
  });

  it('closes the socket with 4403 if it is not valid, so that clients connect again with another one', async () => {
    const socket = (await openSocket(gateway.url)).send({ ...INIT, payload: { apiKey: 'unknown' } });
    expect(await socket.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('A valid API key') as string });
  });

  it('ends running subscriptions and then the socket when it is revoked', async () => {
    viewers.set('revoked', aMember());
    const socket = await connectSocket(gateway.url, { apiKey: 'revoked' });
    socket.send(subscribeMessage('1', COUNT), subscribeMessage('2', COUNT));
    await socket.take(2);
    viewers.delete('revoked');
    const ends = await socket.take(2);
    expect(ends.map(({ type, payload }) => [type, (payload as { extensions: object }[])[0]!.extensions])).toEqual(
      [1, 2].map(() => ['error', { code: 'UNAUTHENTICATED' }]),
    );
    expect((await socket.closed).code).toBe(4403);
    await Promise.all(counts.requests.map(({ gone }) => gone));
  });

  it('that is revoked refuses the next operation', async () => {
    viewers.set('revoked later', aMember());
    const socket = await connectSocket(gateway.url, { apiKey: 'revoked later' });
    viewers.delete('revoked later');
    let answer = await socket.send(subscribeMessage('0', '{ secret }')).next();
    for (let id = 1; answer.type !== 'error'; id++) {
      expect((await socket.next()).type).toBe('complete');
      answer = await socket.send(subscribeMessage(String(id), '{ secret }')).next();
    }
    expect(answer).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect((await socket.closed).code).toBe(4403);
  });

  it('whose roles change ends subscriptions, and the socket goes on', async () => {
    const { userId, organizationId } = aMember();
    viewers.set('promoted', { ...aMember(organizationId), userId });
    const socket = await connectSocket(gateway.url, { apiKey: 'promoted' });
    await socket.send(subscribeMessage('1', COUNT)).next();
    viewers.set('promoted', { ...anAdmin(organizationId), userId });
    expect(await socket.next()).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await socket.send(subscribeMessage('2', '{ secret }')).next()).toMatchObject({ payload: { data: { secret: 7 } } });
    socket.socket.close();
  });
});

describe('a page of another site', () => {
  it.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'https://evil.example', cookie: 'session=1' },
    { origin: 'https://evil.example', 'content-type': 'application/json', 'x-api-key': 'member' },
    { origin: 'null' },
    { origin: ORIGIN.replace('https', 'http') },
    { origin: `${ORIGIN}.evil.example` },
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://other.ui.example', 'sec-fetch-site': 'same-site' },
  ])('may not open a socket: %j', async (headers) => {
    expect(await refusedUpgrade(gateway.url, headers)).toMatchObject({
      status: 403,
      body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
  });

  it('may open one if CORS_ORIGINS has its origin, and so may a page of the gateway', async () => {
    for (const origin of [ORIGIN, new URL(gateway.url).origin]) {
      const socket = await connectSocket(gateway.url, undefined, { origin });
      socket.socket.close();
    }
  });
});

describe('the limits of a client', () => {
  const limits = { ...DEFAULT_LIMITS, streams: 3, sockets: 2, socketOperations: 5 };
  let limited: OpenGateway;
  beforeAll(async () => (limited = await openGateway(served.supergraph, { viewers, limits })));
  afterAll(() => limited.close());

  it('count its subscriptions over WebSocket and its event streams together', async () => {
    const events = limited.subscribe('member', COUNT);
    await events.next();
    const socket = await connectSocket(limited.url, { apiKey: 'member' });
    const ids = ['1', '2', '3'];
    const answers = await socket.send(...ids.map((id) => subscribeMessage(id, COUNT))).take(3);
    expect(answers.map(({ type }) => type).sort()).toEqual(['error', 'next', 'next']);
    const refused = answers.find(({ type }) => type === 'error')!;
    expect(refused.payload).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);

    viewers.set('other', aMember());
    const other = await connectSocket(limited.url, { apiKey: 'other' });
    expect((await other.send(subscribeMessage('1', COUNT)).next()).type).toBe('next');

    const running = ids.find((id) => id !== refused.id)!;
    socket.send({ id: running, type: 'complete' });
    await eventually(async () => {
      expect((await socket.send(subscribeMessage(`${Math.random()}`, COUNT)).next()).type).toBe('next');
    });
    await events.return!();
    for (const { socket: open } of [socket, other]) open.terminate();
  });

  it('count its sockets, by whichever key', async () => {
    viewers.set('second key', viewers.get('member')!).set('other', aMember());
    const sockets = [await connectSocket(limited.url, { apiKey: 'member' }), await connectSocket(limited.url, { apiKey: 'second key' })];
    const third = (await openSocket(limited.url)).send({ ...INIT, payload: { apiKey: 'member' } });
    expect(await third.closed).toMatchObject({ code: 1013, reason: expect.stringContaining('at most 2 open sockets') as string });
    const other = await connectSocket(limited.url, { apiKey: 'other' });
    sockets[0]!.socket.close();
    await eventually(async () => {
      const again = (await openSocket(limited.url)).send({ ...INIT, payload: { apiKey: 'member' } });
      expect(await Promise.race([again.next(), again.closed])).toEqual({ type: 'connection_ack' });
      sockets.push(again);
    });
    for (const { socket } of [...sockets, other]) socket.terminate();
  });

  it('count the sockets of an address that have not sent a credential', async () => {
    const idle = [await openSocket(limited.url), await openSocket(limited.url)];
    expect(await refusedUpgrade(limited.url)).toMatchObject({ status: 429, body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] } });
    for (const { socket } of idle) socket.terminate();
    await eventually(async () => (await openSocket(limited.url)).socket.terminate());
  });

  it('count the operations that run on a socket', async () => {
    const socket = await connectSocket(limited.url, { apiKey: 'member' });
    for (let id = 0; id < 5; id++) socket.send(subscribeMessage(String(id), `{ a${id}: never }`));
    await eventually(() => expect(counts.requests).toHaveLength(5));
    expect(await socket.send(subscribeMessage('sixth', '{ item { name } }')).next()).toMatchObject({
      id: 'sixth',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    socket.send({ id: '0', type: 'complete' }, subscribeMessage('seventh', '{ item { name } }'));
    expect(await socket.next()).toMatchObject({ id: 'seventh', type: 'next' });
    socket.socket.terminate();
  });
});
