import { setTimeout as sleep } from 'node:timers/promises';
import type { SubgraphClient } from '../../gateway/transport/subgraph-client.js';
import { eventually, GENEROUS_MS } from '../kit/eventually.js';
import { RESPONSE_BODY, respondWith, createClient, rejectionOf, query, startServer, type CountingServer } from './arrange.js';

let server: CountingServer;
let client: SubgraphClient;

afterEach(async () => {
  await client.close();
  await server.close();
});

describe('a post to a subgraph', () => {
  it('returns the response body, and sends the body as JSON with its headers to the path', async () => {
    const seen: unknown[] = [];
    server = await startServer(({ method, url, headers }, response) => {
      seen.push(method, url, headers['content-type'], headers['x-viewer'], headers['content-length']);
      respondWith(RESPONSE_BODY)({} as never, response);
    });
    client = createClient(`${server.url}?tenant=a`);
    const body = '{"query":"{ größe }"}';
    expect(await client.post(query({ body, headers: { 'x-viewer': 'v' } }))).toBe(RESPONSE_BODY);
    expect(await client.post(query({ path: '/identity/keys', body: '{}' }))).toBe(RESPONSE_BODY);
    expect(seen.slice(0, 5)).toEqual(['POST', '/graphql?tenant=a', 'application/json', 'v', String(Buffer.byteLength(body))]);
    expect(seen.slice(5, 7)).toEqual(['POST', '/identity/keys']);
  });

  it('decodes characters that are split between chunks', async () => {
    const text = '{"data":{"name":"Łódź 漢字 🦜"}}';
    server = await startServer(async (_, response) => {
      response.writeHead(200, { 'content-type': 'application/graphql-response+json; charset=utf-8' });
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.of(byte));
        await sleep(1);
      }
      response.end();
    });
    client = createClient(server.url);
    expect(await client.post(query())).toBe(text);
  });

  it.each([
    [200, 'application/json'],
    [200, 'application/json; charset=utf-8'],
    [206, 'application/graphql-response+json'],
    [400, 'application/json'],
    [403, 'application/graphql-response+json'],
    [429, 'application/json'],
    [401, 'application/json'],
    [422, 'application/json'],
    [500, 'application/graphql-response+json'],
  ])('accepts a response with status %i and content type %s', async (status, type) => {
    server = await startServer(respondWith(RESPONSE_BODY, status, { 'content-type': type }));
    client = createClient(server.url);
    expect(await client.post(query())).toBe(RESPONSE_BODY);
  });

  it.each([
    [301, 'application/json'],
    [304, 'application/json'],
    [501, 'application/json'],
    [200, 'text/html'],
    [200, 'application/jsonp'],
    [200, ''],
    [404, 'text/plain'],
  ])('rejects status %i with content type "%s" without another attempt', async (status, type) => {
    server = await startServer(respondWith(RESPONSE_BODY, status, { 'content-type': type }));
    client = createClient(server.url);
    expect((await rejectionOf(client.post(query()))).code).toBe('UNAVAILABLE');
    expect(server.requests()).toBe(1);
  });

  it.each([
    [401, '{"errors":[{"message":"no"}]}', '/identity', {}],
    [401, '{"errors":[{"message":"no"}]}', undefined, () => ({})],
    [401, '{"error":"no"}', undefined, {}],
    [401, '{"errors":["no"]}', undefined, {}],
    [401, 'no', undefined, {}],
    [500, '{"errors":[{"message":"no"}]}', '/identity', {}],
    [500, '{"status":500}', undefined, {}],
    [500, '{"errors":[]}', undefined, {}],
  ])('rejects status %i with the body %s if it is no GraphQL response to an unsigned request', async (status, body, path, headers) => {
    server = await startServer(respondWith(body, status));
    client = createClient(server.url);
    expect((await rejectionOf(client.post(query({ path, headers, isRepeatable: false })))).fault.message).toContain(`responded ${status}`);
  });

  it('reports the cause to the log and not to clients', async () => {
    server = await startServer(respondWith('{}', 501));
    client = createClient(server.url);
    const { fault } = await rejectionOf(client.post(query()));
    expect(fault).toMatchObject({ subgraph: 'users', reason: 'UNAVAILABLE', message: 'users: responded 501' });
  });

  it('reuses connections, at most 64 at once', async () => {
    let most = 0;
    server = await startServer(async (_, response) => {
      most = Math.max(most, await server.connections());
      setTimeout(() => respondWith(RESPONSE_BODY)({} as never, response), 5);
    });
    client = createClient(server.url);
    for (let n = 0; n < 20; n++) await client.post(query());
    expect(most).toBeLessThanOrEqual(2); // A connection becomes free one turn of the event loop after its response.
    await Promise.all(Array.from({ length: 300 }, () => client.post(query())));
    expect(most).toBe(64);
    expect(server.requests()).toBe(320);
  });
});

describe('a deadline', () => {
  it('ends each request at its own timeout', async () => {
    server = await startServer(({ headers }, response) => {
      if (headers['x-late'] !== 'yes') respondWith(RESPONSE_BODY)({} as never, response);
    });
    client = createClient(server.url, { timeoutMs: 2000 });
    const late = { headers: { 'x-late': 'yes' } };
    const first = rejectionOf(client.post(query(late)));
    await sleep(100);
    const second = rejectionOf(client.post(query(late)));
    for (let n = 0; n < 20; n++) expect(await client.post(query())).toBe(RESPONSE_BODY);
    for (const { code, ms } of [await first, await second]) {
      expect(code).toBe('TIMEOUT');
      expect(ms).toBeGreaterThan(1995);
      expect(ms).toBeLessThan(GENEROUS_MS);
    }
  });

  it('also ends requests that wait for a connection, and removes them from the queue', async () => {
    let isSlow = true;
    server = await startServer((_, response) => {
      if (!isSlow) respondWith(RESPONSE_BODY)({} as never, response);
    });
    client = createClient(server.url, { timeoutMs: 2000 });
    const waiting = Array.from({ length: 100 }, () => rejectionOf(client.post(query())));
    for (const { code, ms } of await Promise.all(waiting)) {
      expect(code).toBe('TIMEOUT');
      expect(ms).toBeLessThan(GENEROUS_MS);
    }
    isSlow = false;
    await sleep(1100); // The circuit breaker has opened because no response came.
    const sent = server.requests();
    expect(await client.post(query())).toBe(RESPONSE_BODY);
    expect(server.requests()).toBe(sent + 1);
  });
});

describe('an abort', () => {
  it('rejects with its reason and closes the connection at once', async () => {
    let closedAt = 0;
    server = await startServer((_, response) => void response.on('close', () => (closedAt = performance.now())));
    client = createClient(server.url);
    const controller = new AbortController();
    const post = client.post(query({ signal: controller.signal }));
    await eventually(() => expect(server.requests()).toBe(1));
    const reason = new Error('the client went away');
    const abortedAt = performance.now();
    controller.abort(reason);
    await expect(post).rejects.toBe(reason);
    await eventually(() => expect(closedAt).toBeGreaterThan(0));
    expect(closedAt - abortedAt).toBeLessThan(GENEROUS_MS);
  });

  it('before the request sends nothing', async () => {
    server = await startServer();
    client = createClient(server.url);
    const reason = new Error('gone');
    await expect(client.post(query({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(await client.post(query())).toBe(RESPONSE_BODY);
    expect(server.requests()).toBe(1);
  });

  it('of a request that waits for a connection prevents that it is sent', async () => {
    server = await startServer((_, response) => setTimeout(() => respondWith(RESPONSE_BODY)({} as never, response), 50));
    client = createClient(server.url);
    const busy = Array.from({ length: 64 }, () => client.post(query()));
    const controller = new AbortController();
    const post = client.post(query({ signal: controller.signal }));
    controller.abort();
    await expect(post).rejects.toBe(controller.signal.reason);
    await Promise.all([...busy, client.post(query())]);
    expect(server.requests()).toBe(65);
  });

  it('after the response has no effect', async () => {
    server = await startServer();
    client = createClient(server.url);
    const controller = new AbortController();
    expect(await client.post(query({ signal: controller.signal }))).toBe(RESPONSE_BODY);
    controller.abort();
    expect(await client.post(query())).toBe(RESPONSE_BODY);
    expect(server.requests()).toBe(2);
  });
});

describe('close', () => {
  it('waits for requests in flight, then closes all connections and refuses requests', async () => {
    server = await startServer((_, response) => setTimeout(() => respondWith(RESPONSE_BODY)({} as never, response), 50));
    client = createClient(server.url);
    const posts = Array.from({ length: 5 }, () => client.post(query()));
    const closed = client.close();
    expect(await Promise.all(posts)).toEqual(Array(5).fill(RESPONSE_BODY));
    await closed;
    await eventually(async () => expect(await server.connections()).toBe(0));
    expect((await rejectionOf(client.post(query()))).code).toBe('UNAVAILABLE');
  });
});
