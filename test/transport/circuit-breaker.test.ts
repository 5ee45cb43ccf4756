import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino, type Logger } from 'pino';
import type { SubgraphClient } from '../../gateway/transport/subgraph-client.js';
import { eventually } from '../kit/eventually.js';
import { FaultyProxy } from '../kit/faulty-proxy.js';
import { respondWith, RESPONSE_BODY, createClient, rejectionOf, query, startServer, type CountingServer } from './arrange.js';

const TIMEOUT_MS = 1000;

let server: CountingServer;
let proxy: FaultyProxy;
let client: SubgraphClient;
let logged: { msg: string; subgraph: string }[];
let logger: Logger;

beforeEach(async () => {
  logged = [];
  server = await startServer();
  proxy = await FaultyProxy.before(server.port);
  logger = pino({ base: null }, { write: (line) => void logged.push(JSON.parse(line)) });
  client = createClient(`${proxy.origin}/graphql`, { timeoutMs: TIMEOUT_MS, logger });
});

afterEach(async () => {
  await client.close();
  await proxy.close();
  await server.close();
});

const changes = () => logged.map(({ msg }) => msg);
const isOpen = async () => {
  const { ms, fault } = await rejectionOf(client.post(query()));
  return ms < TIMEOUT_MS && fault.message.includes('circuit breaker is open');
};

/** Sends requests for `ms` milliseconds by several concurrent callers, each of which sends one request after another. */
async function load(callers: number, ms: number): Promise<PromiseSettledResult<string>[]> {
  const end = performance.now() + ms;
  const results: PromiseSettledResult<string>[] = [];
  const call = async () => {
    while (performance.now() < end) {
      results.push(...(await Promise.allSettled([client.post(query())])));
      await sleep(5);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return results;
}

describe('the circuit breaker', () => {
  it('opens for a silent subgraph with the first timeouts, and closes after it recovers', async () => {
    await load(10, 50);
    await proxy.use('stall');
    const underLoad = load(10, 1300);
    await sleep(1.1 * TIMEOUT_MS);
    expect(await isOpen()).toBe(true);
    await underLoad;
    expect(changes()).toEqual(['circuit breaker opened']);

    await proxy.use('pass');
    await eventually(async () => expect(await client.post(query())).toBe(RESPONSE_BODY));
    expect((await load(10, 100)).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(changes()).toEqual(['circuit breaker opened', 'circuit breaker closed']);
    expect(logged.every(({ subgraph }) => subgraph === 'users')).toBe(true);
  });

  it('opens if all requests wait without a response', async () => {
    await proxy.use('stall');
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => rejectionOf(client.post(query()))));
    expect(outcomes.every(({ code }) => code === 'TIMEOUT')).toBe(true);
    expect(await isOpen()).toBe(true);
    expect(changes()).toEqual(['circuit breaker opened']);
  });

  it('opens for a subgraph that is down, lets one request pass each second, and closes with the first response', async () => {
    await proxy.use('refuse');
    await load(10, 500);
    expect(await isOpen()).toBe(true);
    expect(changes()).toEqual(['circuit breaker opened']);

    await proxy.use('stall');
    const outcomes = await load(10, 1500);
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.reason : 'RESPONDED'));
    expect(reasons.filter((reason) => reason === 'TIMEOUT').length).toBeGreaterThanOrEqual(1);
    expect(reasons.filter((reason) => reason === 'TIMEOUT').length).toBeLessThanOrEqual(2);

    await proxy.use('pass');
    await eventually(async () => expect(await client.post(query())).toBe(RESPONSE_BODY));
    expect(changes()).toEqual(['circuit breaker opened', 'circuit breaker closed']);
  });

  it('stays closed for a slow subgraph that responds', async () => {
    client = createClient(`${proxy.origin}/graphql`, { timeoutMs: 3000, logger });
    proxy.bytesPerSecond = 1000; // About 200 bytes: a fifth of a second, where silence is more than 1.2 seconds.
    await proxy.use('drip');
    expect((await load(10, 1500)).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(logged).toEqual([]);
  });

  it.each([5, 20])('stays closed for %i requests at once that succeed slowly, after fast ones', async (requests) => {
    client = createClient(server.url, { timeoutMs: TIMEOUT_MS, logger });
    await client.post(query());
    const slowly: RequestListener = (request, response) =>
      void setTimeout(() => respondWith(RESPONSE_BODY)(request, response), 0.7 * TIMEOUT_MS);
    server.server.removeAllListeners('request').on('request', slowly);
    for (let times = 0; times < 2; times++) {
      const posts = await Promise.allSettled(Array.from({ length: requests }, () => client.post(query())));
      expect(posts.map(({ status }) => status)).toEqual(Array(requests).fill('fulfilled'));
    }
    expect(logged).toEqual([]);
  });

  it.each<[string, RequestListener]>([
    ['is not answered', () => undefined],
    ['closes its connection', ({ socket }) => void socket.destroy()],
    ['crashes', (_, response) => void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Error</h1>')],
    ['fails with a GraphQL response', respondWith('{"errors":[{"message":"no"}]}', 500)],
  ])('stays closed if the query of one client %s', async (_, breaks) => {
    client = createClient(server.url, { timeoutMs: 500, logger });
    server.server.removeAllListeners('request').on('request', (request, response) => {
      request.resume();
      (request.headers['x-query'] === 'broken' ? breaks : respondWith(RESPONSE_BODY))(request, response);
    });
    for (let times = 0; times < 3; times++) {
      await Promise.allSettled(Array.from({ length: 6 }, () => client.post(query({ headers: { 'x-query': 'broken' } }))));
      expect(await client.post(query())).toBe(RESPONSE_BODY);
    }
    expect(logged).toEqual([]);
  });

  it('stays closed for a subgraph that sends its responses slowly, part by part', async () => {
    client = createClient(server.url, { timeoutMs: 3000, logger });
    const inParts: RequestListener = async (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const part of RESPONSE_BODY.match(/.{1,7}/g)!) {
        response.write(part);
        await sleep(350);
      }
      response.end();
    };
    server.server.removeAllListeners('request').on('request', inParts);
    const outcomes = await load(10, 1000);
    expect(outcomes.map((answer) => answer.status === 'fulfilled' && answer.value)).toEqual(Array(10).fill(RESPONSE_BODY));
    expect(logged).toEqual([]);
  });

  it('stays closed if the gateway was busy and the responses have already arrived', async () => {
    client = createClient(server.url, { timeoutMs: TIMEOUT_MS, logger });
    await Promise.all(Array.from({ length: 10 }, () => client.post(query())));
    let waiting = 10;
    server.server.on('request', (_, response) =>
      response.on('finish', () => {
        if (--waiting === 0) for (const end = performance.now() + 1.2 * TIMEOUT_MS; performance.now() < end;);
      }),
    );
    expect(await Promise.all(Array.from({ length: 10 }, () => client.post(query())))).toEqual(Array(10).fill(RESPONSE_BODY));
    expect(waiting).toBe(0);
    expect(logged).toEqual([]);
  });

  it('stays closed if the gateway was busy before the subgraph could respond', async () => {
    client = createClient(server.url, { timeoutMs: TIMEOUT_MS, logger });
    await Promise.all(Array.from({ length: 10 }, () => client.post(query())));
    const waiting: [IncomingMessage, ServerResponse][] = [];
    server.server.removeAllListeners('request').on('request', (...exchange) => {
      if (waiting.push(exchange) < 10) return;
      for (const end = performance.now() + 0.6 * TIMEOUT_MS; performance.now() < end;);
      setTimeout(() => waiting.forEach((each) => respondWith(RESPONSE_BODY)(...each)), 30);
    });
    expect(await Promise.all(Array.from({ length: 10 }, () => client.post(query())))).toEqual(Array(10).fill(RESPONSE_BODY));
    expect(waiting).toHaveLength(10);
    expect(logged).toEqual([]);
  });

  it('opens for a subgraph that starts its responses and never completes them', async () => {
    client = createClient(server.url, { timeoutMs: TIMEOUT_MS, logger });
    server.server.removeAllListeners('request').on('request', (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"data"');
    });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => rejectionOf(client.post(query()))));
    expect(outcomes.every(({ code }) => code === 'TIMEOUT')).toBe(true);
    expect(await isOpen()).toBe(true);
    expect(changes()).toEqual(['circuit breaker opened']);
  });

  it('stays closed if many connections break at once, and again later', async () => {
    for (let times = 0; times < 2; times++) {
      await Promise.all(Array.from({ length: 20 }, () => client.post(query())));
      await proxy.use('reset');
      const posts = Array.from({ length: 10 }, () => client.post(query()));
      await sleep(8);
      await proxy.use('pass');
      expect(await Promise.all(posts)).toEqual(Array(10).fill(RESPONSE_BODY));
      await sleep(300);
    }
    expect(logged).toEqual([]);
  });

  it('stays closed for error responses, which show that the subgraph is up', async () => {
    await proxy.use('redirect');
    const outcomes: PromiseSettledResult<string>[] = [];
    while (outcomes.length <= 50) outcomes.push(...(await load(5, 20)));
    expect(outcomes.length).toBeGreaterThan(50);
    expect(logged).toEqual([]);
  });
});
