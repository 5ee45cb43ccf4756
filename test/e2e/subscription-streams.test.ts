import { request } from 'undici';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { GENEROUS_MS } from '../kit/eventually.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway, type ViewersByApiKey } from '../kit/gateway.js';

import { aMember, anAdmin } from '../kit/viewers.js';
import { readParts } from '../unit/subscriptions/multipart-reader.js';
import { begin, next, runScripts } from '../unit/subscriptions/subgraph.js';

const COUNT = 'subscription { count }';

const viewers: ViewersByApiKey = new Map();
let counts: Awaited<ReturnType<typeof runScripts>>;
let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  counts = await runScripts(({ response }) => void begin(response).write(next(1)));
  served = await serveSubgraphs({
    counts: { typeDefs: 'type Query { last: Int } type Subscription { count: Int! }', url: counts.url },
  });
  gateway = await openGateway(served.supergraph, { viewers });
});
afterAll(async () => {
  await gateway.close();
  await served.close();
  await counts.close();
});
beforeEach(() => void (counts.requests.length = 0));

const FIRST = { done: false, value: { data: { count: 1 } } };
const OVER = { done: true, value: undefined };
const codeOf = ({ value }: IteratorResult<GraphQLResponse>) => (value as GraphQLResponse).errors?.[0]?.extensions.code;

/** Opens a stream of a new viewer, and returns it after its first event, with its request to the subgraph. */
async function follow(apiKey: string, through = gateway) {
  if (!viewers.has(apiKey)) viewers.set(apiKey, aMember());
  const events = through.subscribe(apiKey, COUNT);
  expect(await events.next()).toEqual(FIRST);
  return { events, upstream: counts.requests.at(-1)! };
}

/** Leaves out the heartbeats of the multipart protocol, whose number depends on how long the test takes. */
async function* withoutHeartbeats<Part>(parts: AsyncGenerator<Part, string>): AsyncGenerator<Part, string> {
  for (;;) {
    const { done, value } = await parts.next();
    if (done) return value;
    if (Object.keys(value as object).length > 0) yield value;
  }
}

describe('an open stream', () => {
  it('ends after its API key is revoked, and so does the subscription to the subgraph', async () => {
    const { events, upstream } = await follow('revoked');
    const other = await follow('other');
    const end = events.next();
    viewers.delete('revoked');
    const revoked = performance.now();
    expect(codeOf(await end)).toBe('UNAUTHENTICATED');
    expect(performance.now() - revoked).toBeLessThan(GENEROUS_MS);
    expect(await events.next()).toEqual(OVER);
    await upstream.gone;
    other.upstream.response.write(next(2));
    expect((await other.events.next()).value).toEqual({ data: { count: 2 } });
    await other.events.return!();
  });

  it('ends in the same way by the multipart protocol', async () => {
    viewers.set('parts', aMember());
    const { body } = await request(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'multipart/mixed;subscriptionSpec=1.0', 'x-api-key': 'parts' },
      body: JSON.stringify({ query: COUNT }),
    });
    const parts = withoutHeartbeats(readParts(body, 'graphql'));
    expect((await parts.next()).value).toEqual({ payload: { data: { count: 1 } } });
    viewers.delete('parts');
    expect((await parts.next()).value).toMatchObject({ payload: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await parts.next()).toEqual({ done: true, value: '--\r\n' });
  });

  it('ends when the roles of its viewer change', async () => {
    const { events } = await follow('promoted');
    const { userId, organizationId } = viewers.get('promoted')!;
    viewers.set('promoted', { ...anAdmin(organizationId), userId });
    expect(codeOf(await events.next())).toBe('FORBIDDEN');
    expect(await events.next()).toEqual(OVER);
  });

  it('of an anonymous viewer is never authenticated again', async () => {
    const events = gateway.subscribe(null, COUNT);
    expect(await events.next()).toEqual(FIRST);
    await events.return!();
    await counts.requests[0]!.gone;
  });

  it('ends the subscription to the subgraph when its client disconnects', async () => {
    const { events, upstream } = await follow('leaving');
    const left = performance.now();
    await events.return!();
    expect((await upstream.gone) - left).toBeLessThan(GENEROUS_MS);
  });

  it('ends without a complete event when the gateway closes, so that its client subscribes again', async () => {
    const closing = await openGateway(served.supergraph, { viewers });
    const { events, upstream } = await follow('closing', closing);
    const end = expect(events.next()).rejects.toThrow('Connection closed while having active streams');
    await closing.close();
    await end;
    await upstream.gone;
  });
});

describe('the 101st stream of a client', () => {
  it('is refused with status 429 until another stream ends, for any API key', async () => {
    const viewer = aMember();
    viewers.set('first', viewer).set('second', viewer);
    const open = (apiKey: string) =>
      request(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'x-api-key': apiKey },
        body: JSON.stringify({ query: COUNT }),
      });
    const streams = await Promise.all(Array.from({ length: 100 }, (_, index) => open(index % 2 ? 'first' : 'second')));
    expect(streams.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 100 }, () => 200));
    const refused = await open('second');
    expect([refused.statusCode, ((await refused.body.json()) as GraphQLResponse).errors?.[0]?.extensions.code]).toEqual([
      429,
      'RATE_LIMITED',
    ]);
    expect((await gateway.execute('first', '{ __typename }')).data).toEqual({ __typename: 'Query' });
    streams
      .pop()!
      .body.on('error', () => undefined)
      .destroy();
    let status = 429;
    for (let tries = 0; tries < 50 && status === 429; tries++) {
      const stream = await open('first');
      status = stream.statusCode;
      stream.body.on('error', () => undefined).destroy();
    }
    expect(status).toBe(200);
    for (const { body } of streams) body.on('error', () => undefined).destroy();
  });
});
