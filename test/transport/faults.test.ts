import { clientError } from '../../gateway/transport/subgraph-fault.js';
import { parseSubgraphResponse } from '../../gateway/transport/subgraph-response.js';
import type { SubgraphClient } from '../../gateway/transport/subgraph-client.js';
import { FaultyProxy, type Fault } from '../kit/faulty-proxy.js';
import { eventually, GENEROUS_MS } from '../kit/eventually.js';
import { RESPONSE_BODY, createClient, rejectionOf, mutation, query, startServer, type CountingServer } from './arrange.js';

const TIMEOUT_MS = 1000;

let server: CountingServer;
let proxy: FaultyProxy;
let client: SubgraphClient;

beforeEach(async () => {
  server = await startServer();
  proxy = await FaultyProxy.before(server.port);
  client = createClient(`${proxy.origin}/graphql`, { timeoutMs: TIMEOUT_MS });
});

afterEach(async () => {
  await client.close();
  await proxy.close();
  await server.close();
});

const post = async (request = query()) => {
  const text = await client.post(request);
  parseSubgraphResponse('users', text);
  return text;
};

describe('a subgraph that misbehaves', () => {
  it.each<[Fault, string]>([
    ['stall', 'It is not known whether the change was saved.'],
    ['truncatedJson', 'It is not known whether the change was saved.'],
    ['refuse', 'Try again later.'],
  ])('(%s) lets a client know whether the change of its mutation may have been saved', async (fault, message) => {
    await proxy.use(fault);
    const { fault: failure } = await rejectionOf(post(mutation()));
    expect(clientError(failure, true).message).toContain(message);
    expect(clientError(failure).message).not.toContain('change');
  });

  it.each<[Fault, string]>([
    ['stall', 'TIMEOUT'],
    ['drip', 'TIMEOUT'],
    ['reset', 'UNAVAILABLE'],
    ['halfClose', 'UNAVAILABLE'],
    ['garbage', 'UNAVAILABLE'],
    ['truncatedJson', 'UNAVAILABLE'],
    ['cutBody', 'UNAVAILABLE'],
    ['htmlPage', 'UNAVAILABLE'],
    ['wrongShape', 'UNAVAILABLE'],
    ['redirect', 'UNAVAILABLE'],
    ['refuse', 'UNAVAILABLE'],
  ])(
    '(%s) causes a fault with a code before the timeout, for a query and a mutation, and leaves no connection open',
    async (fault, code) => {
      expect(await post()).toBe(RESPONSE_BODY); // Opens a connection on which the fault can occur.
      await proxy.use(fault);
      for (const request of [query(), mutation()]) {
        const failed = await rejectionOf(post(request));
        expect(failed.code).toBe(code);
        expect(failed.ms).toBeLessThan(GENEROUS_MS);
      }
      await proxy.use('pass');
      await eventually(async () => expect(await post()).toBe(RESPONSE_BODY)); // The breaker may have opened.
      await client.close();
      await eventually(async () => expect([await proxy.connections(), await server.connections()]).toEqual([0, 0]));
    },
  );

  it('with a response of 100 MB causes a fault, and no more than the limit is held in memory', async () => {
    client = createClient(`${proxy.origin}/graphql`, { timeoutMs: 30_000 });
    await proxy.use('huge');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
    const { code, fault } = await rejectionOf(client.post(query()));
    clearInterval(watch);
    expect(code).toBe('UNAVAILABLE');
    expect(fault.message).toMatch(/size/i);
    expect(most).toBeGreaterThan(20_000_000);
    expect(most).toBeLessThan(64_000_000);
    await eventually(async () => expect(await proxy.connections()).toBe(0));
  });

  it('is aborted in the middle of a response when its caller aborts', async () => {
    proxy.bytesPerSecond = 100;
    await proxy.use('drip');
    const controller = new AbortController();
    const aborted = client.post(query({ signal: controller.signal }));
    await eventually(() => expect(server.requests()).toBe(1));
    controller.abort();
    await expect(aborted).rejects.toBe(controller.signal.reason);
    await client.close();
    await eventually(async () => expect(await proxy.connections()).toBe(0));
  });

  it('on some connections does not affect the others', async () => {
    proxy.bytesPerSecond = 1;
    await proxy.use('drip');
    const slow = Array.from({ length: 4 }, () => rejectionOf(client.post(query())));
    await eventually(() => expect([server.requests(), proxy.drippedResponses]).toEqual([4, 4]));
    await proxy.use('pass');
    for (let n = 0; n < 50; n++) expect(await post()).toBe(RESPONSE_BODY);
    for (const { code } of await Promise.all(slow)) expect(code).toBe('TIMEOUT');
  });

  it('fails all of 200 requests before the timeout, including queued ones, and serves 200 afterwards', async () => {
    client = createClient(`${proxy.origin}/graphql`, { timeoutMs: 2000 });
    for (const fault of ['refuse', 'reset', 'stall'] as const) {
      await proxy.use(fault);
      const failures = await Promise.all(Array.from({ length: 200 }, () => rejectionOf(client.post(query()))));
      for (const { ms } of failures) expect(ms).toBeLessThan(GENEROUS_MS);
      await proxy.use('pass');
      await eventually(async () => expect(await post()).toBe(RESPONSE_BODY));
      let most = 0;
      const watch = setInterval(async () => (most = Math.max(most, await proxy.connections())), 1);
      expect(await Promise.all(Array.from({ length: 200 }, () => post()))).toEqual(Array(200).fill(RESPONSE_BODY));
      clearInterval(watch);
      expect(most).toBeLessThanOrEqual(64);
    }
  });
});
