import { createClient } from 'graphql-sse';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { StreamLimiter } from '../../../gateway/http/stream-limiter.js';
import { readParts } from './multipart-reader.js';
import { eventually, GENEROUS_MS } from '../../kit/eventually.js';
import { runSubscriptions } from './server.js';

type Route = Awaited<ReturnType<typeof runSubscriptions>>;
let route: Route;
const run = async (settings?: Parameters<typeof runSubscriptions>[0]) => (route = await runSubscriptions(settings));
afterEach(() => route.close());

const MULTIPART = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json';
const COUNT = 'subscription { count }';
const post = (accept: string, body: object, headers: Record<string, string> = {}) =>
  request(route.url, { method: 'POST', headers: { 'content-type': 'application/json', accept, ...headers }, body: JSON.stringify(body) });

/** Subscribes like a web UI; returns the received results and a function that disconnects. */
function subscribe(query = COUNT, headers: Record<string, string> = {}) {
  const client = createClient({ url: route.url, headers, retryAttempts: 0 });
  const arrived = { results: [] as ExecutionResult[], isComplete: false, error: undefined as unknown };
  const leave = client.subscribe(
    { query },
    {
      next: (result) => void arrived.results.push(result as ExecutionResult),
      complete: () => void (arrived.isComplete = true),
      error: (error) => void (arrived.error = error),
    },
  );
  return { arrived, leave };
}

describe('a subscription by server-sent events', () => {
  it('sends each event and the end to a client', async () => {
    await run();
    const { arrived } = subscribe();
    await eventually(() => expect(route.feeds.length).toBe(1));
    route.feeds[0]!.send(1, 'a');
    await eventually(() => expect(arrived.results.length).toBe(1));
    route.feeds[0]!.send(2, 'b');
    route.feeds[0]!.end();
    await eventually(() => expect(arrived.isComplete).toBe(true));
    expect(arrived).toEqual({ results: [{ data: { count: 1 } }, { data: { count: 2 } }], isComplete: true, error: undefined });
    expect(route.requests[0]).toMatchObject({ query: COUNT, contextValue: {} });
    expect(route.requests[0]!.lastEventId).toBeUndefined();
  });

  it('sends event ids, and passes on the Last-Event-ID of a client', async () => {
    await run();
    const { statusCode, headers, body } = await post('text/event-stream', { query: COUNT }, { 'last-event-id': '41' });
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/event-stream; charset=utf-8', 'no-store']);
    expect(route.requests[0]!.lastEventId).toBe('41');
    route.feeds[0]!.send(42, '42');
    route.feeds[0]!.end();
    expect(await body.text()).toBe('id: 42\nevent: next\ndata: {"data":{"count":42}}\n\nevent: complete\ndata:\n\n');
  });

  it('is closed when its client disconnects', async () => {
    await run();
    const { leave } = subscribe();
    await eventually(() => expect(route.feeds.length).toBe(1));
    const left = performance.now();
    leave();
    expect((await route.feeds[0]!.closed) - left).toBeLessThan(GENEROUS_MS);
    await eventually(() => expect(route.requests[0]!.signal.aborted).toBe(true));
  });

  it('reads events no faster than its client', async () => {
    await run();
    const { body } = await post('text/event-stream', { query: COUNT });
    const feed = route.feeds[0]!;
    feed.flood(500);
    feed.end();
    await sleep(500);
    expect(feed.requestedCount).toBeLessThan(200);
    expect((await body.text()).match(/event: next/g)).toHaveLength(500);
  });

  it('sends the error of its source, and ends', async () => {
    await run();
    const { arrived } = subscribe();
    await eventually(() => expect(route.feeds.length).toBe(1));
    route.feeds[0]!.send(1);
    route.feeds[0]!.fail(new GraphQLError('A part is gone.', { extensions: { code: 'UNAVAILABLE' } }));
    await eventually(() => expect(arrived.isComplete).toBe(true));
    expect(arrived.results).toEqual([
      { data: { count: 1 } },
      { errors: [{ message: 'A part is gone.', extensions: { code: 'UNAVAILABLE' } }] },
    ]);
  });

  it('masks internal errors of a result, and no others', async () => {
    await run();
    const { arrived, leave } = subscribe();
    await eventually(() => expect(route.feeds.length).toBe(1));
    const late = new GraphQLError('Too slow.', { path: ['count'], extensions: { code: 'TIMEOUT', service: 'secret' } });
    route.feeds[0]!.sendResult({ data: null, errors: [new GraphQLError('secret'), late] });
    await eventually(() => expect(arrived.results.length).toBe(1));
    leave();
    expect(arrived.results[0]).toEqual({
      data: null,
      errors: [
        { message: expect.not.stringContaining('secret'), extensions: { code: 'INTERNAL_SERVER_ERROR' } },
        { message: 'Too slow.', path: ['count'], extensions: { code: 'TIMEOUT' } },
      ],
    });
  });

  it('sends no details of an internal error', async () => {
    await run();
    const { body } = await post('text/event-stream', { query: COUNT });
    route.feeds[0]!.fail(new Error('secret of ours'));
    const text = await body.text();
    expect(text).toContain('INTERNAL_SERVER_ERROR');
    expect(text).not.toContain('secret');
  });
});

describe('a subscription by the multipart protocol', () => {
  it('sends each event as a part', async () => {
    await run();
    const { statusCode, headers, body } = await post(MULTIPART, { query: COUNT });
    expect([statusCode, headers['content-type']]).toEqual([200, 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0']);
    const parts = readParts(body, 'graphql');
    for (const count of [1, 2]) {
      route.feeds[0]!.send(count);
      expect(await parts.next()).toEqual({ done: false, value: { payload: { data: { count } } } });
    }
    route.feeds[0]!.end();
    expect(await parts.next()).toEqual({ done: true, value: '--\r\n' });
  });

  it('sends heartbeats', async () => {
    await run({ heartbeatMs: 20 });
    const parts = readParts((await post(MULTIPART, { query: COUNT })).body, 'graphql');
    expect([(await parts.next()).value, (await parts.next()).value]).toEqual([{}, {}]);
    await parts.return('');
    await route.feeds[0]!.closed;
  });

  it('sends the error of its source beside the payload, and ends', async () => {
    await run();
    const { body } = await post(MULTIPART, { query: COUNT });
    route.feeds[0]!.fail(new Error('secret of ours'));
    const parts = readParts(body, 'graphql');
    expect((await parts.next()).value).toEqual({
      payload: null,
      errors: [{ message: expect.not.stringContaining('secret'), extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(await parts.next()).toEqual({ done: true, value: '--\r\n' });
  });

  it('is closed when its client disconnects, also if the client does not read', async () => {
    await run();
    const { body } = await post(MULTIPART, { query: COUNT });
    route.feeds[0]!.flood(500);
    await sleep(500);
    expect(route.feeds[0]!.requestedCount).toBeLessThan(200);
    const left = performance.now();
    body.on('error', () => {}).destroy();
    expect((await route.feeds[0]!.closed) - left).toBeLessThan(GENEROUS_MS);
  });
});

describe('before a stream begins', () => {
  const answerTo = async (accept: string, body: object, headers?: Record<string, string>) => {
    const answer = await post(accept, body, headers);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    return [answer.statusCode, ((await answer.body.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code];
  };
  const named = (name: string) => ({ query: `subscription ${name} { count }`, operationName: name });

  it('a refusal is JSON with an HTTP error status', async () => {
    await run();
    for (const accept of ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0']) {
      expect(await answerTo(accept, named('Refused'))).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
      expect(await answerTo(accept, named('Unavailable'))).toEqual([503, 'UNAVAILABLE']);
      expect(await answerTo(accept, { query: COUNT }, { authorization: 'Bearer nobody' })).toEqual([401, 'UNAUTHENTICATED']);
      expect(await answerTo(accept, { query: 'subscription {' })).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
      expect(await answerTo(accept, { query: '{ nothing }' })).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    }
    expect(route.feeds).toHaveLength(0);
  });

  it('a client that accepts no stream gets status 406', async () => {
    await run();
    for (const accept of ['application/json', '*/*', 'multipart/mixed;deferSpec=20220824, application/json']) {
      expect(await answerTo(accept, { query: COUNT })).toEqual([406, 'BAD_REQUEST']);
    }
  });

  it('a page of another site is refused', async () => {
    await run();
    const { statusCode } = await request(`${route.url}?query=${encodeURIComponent(COUNT)}`, {
      headers: { accept: 'text/event-stream', 'sec-fetch-site': 'cross-site' },
    });
    expect(statusCode).toBe(403);
  });

  it('a client has a limited number of streams', async () => {
    await run({ streams: new StreamLimiter(2) });
    const mine = { 'x-api-key': 'mine' };
    const [one, two] = [subscribe(COUNT, mine), subscribe(COUNT, mine)];
    await eventually(() => expect(route.feeds.length).toBe(2));
    expect(await answerTo('text/event-stream', { query: COUNT }, mine)).toEqual([429, 'RATE_LIMITED']);
    expect((await post('application/json', { query: '{ greeting }' }, mine)).statusCode).toBe(200);
    const other = subscribe(COUNT, { 'x-api-key': 'other' });
    await eventually(() => expect(route.feeds.length).toBe(3));
    one.leave();
    await route.feeds[0]!.closed;
    expect(await answerTo('text/event-stream', named('Refused'), mine)).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    expect(await answerTo('text/event-stream', named('Unavailable'), mine)).toEqual([503, 'UNAVAILABLE']);
    const three = subscribe(COUNT, mine);
    await eventually(() => expect(route.feeds.length).toBe(4));
    for (const { leave } of [two, other, three]) leave();
  });
});

describe('a client that disconnects before its stream begins', () => {
  it('does not count as a stream, and no subscription is started', async () => {
    await run({ streams: new StreamLimiter(1) });
    const { leave } = subscribe(COUNT, { authorization: 'Bearer slow', 'x-api-key': 'mine' });
    await route.slow.arrived;
    leave();
    await route.slow.left;
    route.slow.release();
    await sleep(300);
    expect(route.requests).toHaveLength(0);
    const { statusCode, body } = await post('text/event-stream', { query: COUNT }, { 'x-api-key': 'mine' });
    expect(statusCode).toBe(200);
    body.on('error', () => {}).destroy();
  });
});

describe('a query', () => {
  it('is one event and the end for a client that accepts only event streams', async () => {
    await run();
    const { arrived } = subscribe('{ greeting }');
    await eventually(() => expect(arrived.isComplete).toBe(true));
    expect(arrived.results).toEqual([{ data: { greeting: 'Hello' } }]);
    expect(route.requests).toHaveLength(0);
  });

  it.each([
    ['text/event-stream, application/json;q=0.5', 'text/event-stream'],
    ['application/graphql-response+json, application/json, text/event-stream, multipart/mixed', 'application/graphql-response+json'],
    [MULTIPART, 'application/json'],
    ['multipart/mixed;subscriptionSpec=1.0', 'multipart/mixed'],
  ])('with the Accept header %s gets the type %s', async (accept, type) => {
    await run();
    const { headers, body } = await post(accept, { query: '{ greeting }' });
    expect(String(headers['content-type']).split(';')[0]).toBe(type);
    expect(await body.text()).toContain('{"data":{"greeting":"Hello"}}');
  });

  it('in a document with a subscription is a query', async () => {
    await run();
    const document = `query A { greeting } ${COUNT.replace('{', 'B {')}`;
    const { body } = await post('application/json, text/event-stream', { query: document, operationName: 'A' });
    expect(await body.json()).toEqual({ data: { greeting: 'Hello' } });
  });
});

describe('a server that closes', () => {
  it('ends its streams as incomplete, so that clients open them again', async () => {
    await run();
    const { arrived } = subscribe();
    const { body } = await post(MULTIPART, { query: COUNT });
    await eventually(() => expect(route.feeds.length).toBe(2));
    const start = performance.now();
    await Promise.all([route.close(), ...route.feeds.map(({ closed }) => closed)]);
    expect(performance.now() - start).toBeLessThan(GENEROUS_MS);
    await eventually(() => expect(arrived.error).toMatchObject({ message: 'Connection closed while having active streams' }));
    expect(arrived.isComplete).toBe(false);
    const parts = readParts(body, 'graphql');
    expect((await parts.next()).value).toMatchObject({ payload: null, errors: [{ extensions: { code: 'SHUTTING_DOWN' } }] });
    expect(await parts.next()).toEqual({ done: true, value: '--\r\n' });
  });
});
