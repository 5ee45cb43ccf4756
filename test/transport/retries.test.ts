import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SubgraphClient } from '../../gateway/transport/subgraph-client.js';
import { eventually, GENEROUS_MS } from '../kit/eventually.js';
import { FaultyProxy } from '../kit/faulty-proxy.js';
import { RESPONSE_BODY, respondWith, createClient, rejectionOf, mutation, query, startServer, type CountingServer } from './arrange.js';

const closing: (() => Promise<unknown>)[] = [];
const later = <Thing extends { close: () => Promise<unknown> }>(thing: Thing): Thing => {
  closing.push(() => thing.close());
  return thing;
};
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Starts a server that first responds with these error statuses, and then successfully; returns it with a client. */
async function failing(statuses: number[], headers: Record<string, string> = {}, options = {}): Promise<[CountingServer, SubgraphClient]> {
  const server = later(
    await startServer((request, response) => {
      const status = statuses.shift();
      (status ? respondWith('{"status":"failed"}', status, headers) : respondWith(RESPONSE_BODY))(request, response);
    }),
  );
  return [server, later(createClient(server.url, options))];
}

describe('a query', () => {
  it.each([500, 502, 503, 504])('is sent again after status %i, at most twice', async (status) => {
    const [server, client] = await failing([status, status]);
    expect(await client.post(query())).toBe(RESPONSE_BODY);
    expect(server.requests()).toBe(3);
    const [lasting, other] = await failing([status, status, status]);
    const { code, fault } = await rejectionOf(other.post(query()));
    expect([code, fault.message]).toEqual(['UNAVAILABLE', `users: responded ${status} (3 attempts)`]);
    expect(lasting.requests()).toBe(3);
  });

  it.each([401, 403, 422, 500])('is not sent again after a GraphQL response with status %i', async (status) => {
    const text = '{"data":{"user":null},"errors":[{"message":"no"}]}';
    const server = later(await startServer(respondWith(text, status, { 'retry-after': '0' })));
    const client = later(createClient(server.url));
    expect(await client.post(query())).toBe(text);
    expect(server.requests()).toBe(1);
  });

  it.each([503, 429])('waits for Retry-After after status %i', async (status) => {
    const [server, client] = await failing([status], { 'retry-after': '1' });
    const begun = performance.now();
    expect(await client.post(query())).toBe(RESPONSE_BODY);
    expect(performance.now() - begun).toBeGreaterThan(995);
    expect(server.requests()).toBe(2);
  });

  it('does not wait for a Retry-After beyond its deadline', async () => {
    const [server, client] = await failing([503], { 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
    const { code, ms } = await rejectionOf(client.post(query()));
    expect(code).toBe('UNAVAILABLE');
    expect(ms).toBeLessThan(GENEROUS_MS);
    expect(server.requests()).toBe(1);
  });

  it('is not sent again after a timeout, and all attempts share one deadline', async () => {
    let requests = 0;
    const server = later(await startServer((request, response) => void (requests++ === 0 && respondWith('', 503)(request, response))));
    const client = later(createClient(server.url, { timeoutMs: 2000 }));
    const { code, ms } = await rejectionOf(client.post(query()));
    expect(code).toBe('TIMEOUT');
    expect(ms).toBeGreaterThan(1995);
    expect(ms).toBeLessThan(GENEROUS_MS);
    expect(server.requests()).toBe(2);
  });

  it('is not sent again if it is aborted before the next attempt', async () => {
    const [server, client] = await failing([503], { 'retry-after': '1' });
    const controller = new AbortController();
    const post = client.post(query({ signal: controller.signal }));
    await eventually(() => expect(server.requests()).toBe(1));
    controller.abort();
    await expect(post).rejects.toBe(controller.signal.reason);
    await sleep(1100);
    expect(server.requests()).toBe(1);
  });

  it('creates its headers again for each attempt', async () => {
    const seen: unknown[] = [];
    const server = later(
      await startServer(({ headers }, response) => {
        seen.push(headers['x-try']);
        respondWith(RESPONSE_BODY, seen.length < 3 ? 503 : 200)({} as never, response);
      }),
    );
    const client = later(createClient(server.url));
    let tries = 0;
    await client.post(query({ headers: () => ({ 'x-try': String(++tries) }) }));
    expect(seen).toEqual(['1', '2', '3']);
  });

  it('does not fail if the server closes idle connections while they are reused', async () => {
    // With this header Node.js does not announce its keep-alive timeout.
    const server = later(await startServer(respondWith(RESPONSE_BODY, 200, { connection: 'keep-alive' })));
    server.server.keepAliveTimeout = 4;
    const client = later(createClient(server.url));
    for (let n = 0; n < 500; n++) {
      expect(await client.post(query())).toBe(RESPONSE_BODY);
      if (n % 2 === 0) await sleep(4);
    }
  });

  it('does not fail if the server resets a reused connection', async () => {
    const server = await resetting(8);
    const client = later(createClient(server.url));
    for (let n = 0; n < 300; n++) expect(await client.post(query())).toBe(RESPONSE_BODY);
    expect(server.resets()).toBeGreaterThan(30);
  });
});

describe('a mutation', () => {
  it.each([500, 502, 503, 504, 429])('reaches the subgraph exactly once after status %i', async (status) => {
    const [server, client] = await failing([status], { 'retry-after': '0' });
    expect((await rejectionOf(client.post(mutation()))).code).toBe('UNAVAILABLE');
    expect(server.requests()).toBe(1);
  });

  it('is not sent again if its connection is reset', async () => {
    const server = await resetting(1);
    const client = later(createClient(server.url));
    expect((await rejectionOf(client.post(mutation()))).code).toBe('UNAVAILABLE');
    expect(server.resets()).toBe(1);
  });

  it('is sent again if no connection could be opened', async () => {
    const server = later(await startServer());
    const proxy = later(await FaultyProxy.before(server.port));
    const client = later(createClient(`${proxy.origin}/graphql`));
    await proxy.use('refuse');
    const post = client.post(mutation());
    await sleep(5);
    await proxy.use('pass');
    expect(await post).toBe(RESPONSE_BODY);
    expect(server.requests()).toBe(1);
  });
});

describe('the budget of retries', () => {
  it('limits the retries to a subgraph that fails half of its requests', async () => {
    let requests = 0;
    // Single failures, never so many in a row that the circuit breaker opens.
    const server = later(
      await startServer((request, response) => respondWith(RESPONSE_BODY, requests++ % 2 === 0 ? 503 : 200)(request, response)),
    );
    const client = later(createClient(server.url));
    const posts = 1000;
    for (let sent = 0; sent < posts; sent += 50) await Promise.allSettled(Array.from({ length: 50 }, () => client.post(query())));
    expect(server.requests()).toBeGreaterThan(posts * 1.1);
    expect(server.requests()).toBeLessThan(posts * 1.2);
  });
});

/** Starts a server on raw sockets that resets the connection on every nth request. */
async function resetting(every: number): Promise<{ url: string; resets: () => number }> {
  let requests = 0;
  let resets = 0;
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${RESPONSE_BODY.length}\r\n\r\n`;
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => {
      if (++requests % every > 0) return void socket.write(head + RESPONSE_BODY);
      resets++;
      socket.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, resets: () => resets };
}
