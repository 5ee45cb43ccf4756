import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { StreamInterruptedFault, SubgraphFault } from '../../../gateway/transport/subgraph-fault.js';
import { subgraphEvents, type SubgraphEventsOptions } from '../../../gateway/transport/subgraph-events.js';
import { eventually, GENEROUS_MS, settled } from '../../kit/eventually.js';
import { begin, COMPLETE, next, runScripts, type Arrived } from './subgraph.js';

type Subgraph = Awaited<ReturnType<typeof runScripts>>;
let subgraph: Subgraph | undefined;
afterEach(() => subgraph?.close());
const dispatcher = new Agent({ connections: null, headersTimeout: 0, bodyTimeout: 0 });
afterAll(() => dispatcher.destroy());

const run = async (...scripts: ((arrived: Arrived) => void | Promise<void>)[]): Promise<Subgraph> =>
  (subgraph = await runScripts(...scripts));
const events = (options: Partial<SubgraphEventsOptions> = {}) =>
  subgraphEvents({ subgraph: 'counts', url: subgraph!.url, headers: () => ({}), body: '{}', dispatcher, reconnectDelayMs: 1, ...options });
const counts = async (iterable: AsyncIterable<{ result: { data?: unknown } }>, found: unknown[] = []) => {
  for await (const { result } of iterable) found.push((result.data as { count: number }).count);
  return found;
};
const faultOf = async (iterable: AsyncIterable<unknown>): Promise<SubgraphFault> => {
  try {
    for await (const _ of iterable);
  } catch (error) {
    expect(error).toBeInstanceOf(SubgraphFault);
    return error as SubgraphFault;
  }
  throw new Error('it ended well');
};

describe('the events of a subgraph', () => {
  it('are requested with the operation, the headers, and the last event id, and end with complete', async () => {
    await run(({ response }) => void begin(response).end(`:\n\n${next(1, 'a')}${next(2)}event: news\ndata: x\n\n${COMPLETE}${next(3)}`));
    const found = [];
    const source = events({ body: '{"query":"subscription { count }"}', headers: () => ({ 'x-viewer': 'signed' }), lastEventId: '0' });
    for await (const event of source) found.push(event);
    expect(found).toEqual([{ id: 'a', result: { data: { count: 1 } } }, { result: { data: { count: 2 } } }]);
    const { headers, body } = subgraph!.requests[0]!;
    expect(body).toBe('{"query":"subscription { count }"}');
    expect(headers).toMatchObject({
      accept: expect.stringMatching(/^text\/event-stream/),
      'content-type': 'application/json',
      'last-event-id': '0',
      'x-viewer': 'signed',
    });
  });

  it('are not requested before the first next()', async () => {
    await run(({ response }) => void begin(response).end(COMPLETE));
    const source = events();
    await sleep(50);
    expect(subgraph!.requests).toHaveLength(0);
    expect(await source.next()).toEqual({ done: true, value: undefined });
  });

  it('are one event if the subgraph responds with JSON', async () => {
    await run(({ response }) => void response.writeHead(400, { 'content-type': 'application/json' }).end('{"errors":[{"message":"No."}]}'));
    const source = events();
    expect(await source.next()).toEqual({ done: false, value: { result: { errors: [{ message: 'No.' }] } } });
    expect((await source.next()).done).toBe(true);
  });

  it('are read with backpressure', async () => {
    let sent = 0;
    const flood = async function* () {
      while (sent < 2000) yield `event: next\ndata: {"data":{"count":${++sent},"filler":"${'x'.repeat(100_000)}"}}\n\n`;
      yield COMPLETE;
    };
    await run(({ response }) => pipeline(Readable.from(flood()), begin(response)));
    const source = events();
    await source.next();
    const sentWhileWaiting = await settled(() => sent);
    expect(sent).toBe(sentWhileWaiting);
    expect(sent).toBeLessThan(200);
    expect(await counts(source)).toHaveLength(1999);
  });
});

describe('a consumer that returns', () => {
  const endless = ({ response }: Arrived) => void begin(response).write(next(1, 'a'));

  it('ends the request while it waits for an event', async () => {
    await run(endless);
    const source = events();
    await source.next();
    const pending = source.next();
    await sleep(20);
    const left = performance.now();
    await source.return!();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect((await subgraph!.requests[0]!.gone) - left).toBeLessThan(GENEROUS_MS);
    expect(subgraph!.requests).toHaveLength(1);
  });

  it('ends the request between two events', async () => {
    await run(endless);
    for await (const _ of events()) break;
    const left = performance.now();
    expect((await subgraph!.requests[0]!.gone) - left).toBeLessThan(GENEROUS_MS);
  });

  it('can use a signal, also before the subgraph responds', async () => {
    for (const script of [endless, () => {}]) {
      await subgraph?.close();
      await run(script);
      const leaving = new AbortController();
      const expected = script === endless ? [1] : [];
      const found: unknown[] = [];
      const taken = counts(events({ signal: leaving.signal }), found);
      await eventually(() => expect([found, subgraph!.requests.length]).toEqual([expected, 1]));
      const left = performance.now();
      leaving.abort();
      expect(await taken).toEqual(expected);
      expect((await subgraph!.requests[0]!.gone) - left).toBeLessThan(GENEROUS_MS);
    }
  });

  it('can use an aborted signal before the request', async () => {
    await run(endless);
    const source = events({ signal: AbortSignal.abort() });
    expect((await source.next()).done).toBe(true);
    expect(subgraph!.requests).toHaveLength(0);
  });
});

describe('a stream that breaks', () => {
  const broken = ({ response }: Arrived) => void begin(response).write(next(1, 'a') + next(2, 'b'), () => response.destroy());

  it('is resumed after the last event, with new headers', async () => {
    await run(broken, ({ response }) => void begin(response).end(next(3, 'c') + COMPLETE));
    let made = 0;
    expect(await counts(events({ headers: () => ({ 'x-nonce': String(++made) }) }))).toEqual([1, 2, 3]);
    expect(subgraph!.requests.map(({ headers }) => [headers['x-nonce'], headers['last-event-id']])).toEqual([
      ['1', undefined],
      ['2', 'b'],
    ]);
  });

  it('is resumed also if it ended without complete, and if the subgraph is down at first', async () => {
    const down = ({ response }: Arrived) => void response.writeHead(503, { 'content-type': 'text/html' }).end('<html>');
    await run(
      ({ response }) => void begin(response).end(next(1, 'a')),
      down,
      down,
      ({ response }) => void begin(response).end(next(2) + COMPLETE),
    );
    expect(await counts(events())).toEqual([1, 2]);
    expect(subgraph!.requests).toHaveLength(4);
  });

  it('is a fault if no event had an id, and is not restarted', async () => {
    await run(({ response }) => void begin(response).write(next(1), () => response.destroy()));
    expect(await faultOf(events())).toBeInstanceOf(StreamInterruptedFault);
    expect(subgraph!.requests).toHaveLength(1);
  });

  it('is a fault after the allowed number of attempts, which an event resets', async () => {
    const onlyBroken = ({ response }: Arrived) => void response.destroy();
    await run(broken, onlyBroken, onlyBroken, broken, onlyBroken);
    expect(await faultOf(events({ maxReconnects: 3 }))).toBeInstanceOf(StreamInterruptedFault);
    expect(subgraph!.requests).toHaveLength(1 + 3 + 3);
  });

  it('can be closed before the next attempt', async () => {
    await run(broken);
    const source = events({ reconnectDelayMs: 60_000 });
    await source.next();
    await source.next();
    const pending = source.next();
    await sleep(50);
    await source.return!();
    expect((await pending).done).toBe(true);
  });
});

describe('a subgraph that misbehaves', () => {
  it.each([
    ['sends no JSON', 'event: next\ndata: {"data"\n\n', 'that are not JSON'],
    ['sends what is no result', 'event: next\ndata: {"data":[1]}\n\n', 'data that is not an object'],
    ['sends null', 'event: next\ndata: null\n\n', 'JSON that is not an object'],
    ['sends garbage, and ends', '\x00\xff<html>', 'without complete'],
    ['sends an event that is too large', `event: next\ndata: ${'x'.repeat(20_000)}`, 'more than 10000 bytes'],
  ])('and %s causes a fault', async (_, text, message) => {
    await run(({ response }) => void begin(response).end(text));
    const fault = await faultOf(events({ maxEventBytes: 10_000, lastEventId: '1', maxReconnects: 0 }));
    expect([fault.subgraph, fault.message]).toEqual(['counts', expect.stringContaining(message)]);
  });

  it.each([
    ['HTML', 200, { 'content-type': 'text/html' }, false],
    ['a redirect', 302, { location: 'http://127.0.0.1:1/' }, false],
    ['a refusal of our signature', 401, { 'content-type': 'application/json' }, false],
    ['a failure', 500, { 'content-type': 'application/json' }, true],
    ['a failure that calls itself a stream', 503, { 'content-type': 'text/event-stream' }, true],
  ])('and responds with %s causes a fault', async (_, status, headers, isTransient) => {
    await run(({ response }) => void response.writeHead(status, headers as Record<string, string>).end('{"errors":[]}'));
    expect((await faultOf(events())) instanceof StreamInterruptedFault).toBe(isTransient);
    await sleep(20); // An error event without a listener would be thrown now.
  });

  it('and sends an endless error response causes a fault, and its connection is closed', async () => {
    await run(({ response }) => void response.writeHead(500, { 'content-type': 'text/html' }).write('<html>'));
    await faultOf(events());
    await subgraph!.requests[0]!.gone;
  });

  it('and sends an endless JSON response causes a fault', async () => {
    await run(
      ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end(`{"data":"${'x'.repeat(20_000)}"}`),
    );
    expect((await faultOf(events({ maxEventBytes: 10_000 }))).message).toContain('more than 10000 bytes');
  });

  it('and sends neither event nor heartbeat within the idle timeout causes a fault', async () => {
    await run(async ({ response }) => {
      begin(response).write(next(1));
      for (let count = 0; count < 5; count++) {
        await sleep(500);
        response.write(':\n\n');
      }
      response.write(next(2));
    });
    const source = events({ idleTimeoutMs: 2000 });
    await source.next();
    expect((await source.next()).value).toEqual({ result: { data: { count: 2 } } });
    await expect(source.next()).rejects.toThrow('sent nothing for 2000 ms');
    await subgraph!.requests[0]!.gone;
  });

  it('causes no fault for the time in which the consumer does not read', async () => {
    await run(async ({ response }) => {
      begin(response).write(next(1));
      response.end(next(2) + COMPLETE);
    });
    const source = events({ idleTimeoutMs: 1000 });
    await source.next();
    await sleep(1500);
    expect(await counts(source)).toEqual([2]);
  });

  it('and does not respond before the connect timeout causes a fault', async () => {
    await run(() => {});
    const { reason, message } = await faultOf(events({ connectTimeoutMs: 50 }));
    expect([reason, message]).toEqual(['TIMEOUT', 'counts: did not respond in time']);
    await subgraph!.requests[0]!.gone;
  });

  it('and is down causes a fault', async () => {
    await run(() => {});
    await subgraph!.close();
    expect(await faultOf(events())).toBeInstanceOf(StreamInterruptedFault);
  });
});
