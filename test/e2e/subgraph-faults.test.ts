import { setTimeout as sleep } from 'node:timers/promises';
import { FaultyProxy, type Fault } from '../kit/faulty-proxy.js';
import { eventually, GENEROUS_MS } from '../kit/eventually.js';

import {
  faultyGraph,
  impostor,
  sendJson,
  type ReceivedResponse,
  type Behaviour,
  type FaultyGraph,
  type OpenGateway,
} from './faulty-graph.js';

/** For subgraphs that answer when the test lets them: no timeout comes before. */
const PATIENT = { subgraphTimeoutMs: 600_000 };

let graph: FaultyGraph;
beforeAll(async () => (graph = await faultyGraph()));
afterAll(() => graph.close());

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function behindProxy(settings = {}): Promise<{ gateway: OpenGateway; proxy: FaultyProxy }> {
  const proxy = await FaultyProxy.before(graph.port);
  const gateway = await graph.gateway(proxy.origin, settings);
  open.push(proxy, gateway);
  return { gateway, proxy };
}

async function behindImpostor(behave: Behaviour, settings = {}) {
  const storehouse = await impostor(graph.port, behave);
  const gateway = await graph.gateway(storehouse.origin, settings);
  open.push(storehouse, gateway);
  return { gateway, storehouse };
}

const PAGE = '{ products { id name inStock place { city shelves } shippingCost shippingDays } places { city } }';
const place = { city: 'Oslo', shelves: ['a', 'b'] };
const whole = {
  products: ['1', '2'].map((id) => ({ id, name: `product ${id}`, inStock: 7, place, shippingCost: Number(id) * 5, shippingDays: 3 })),
  places: [{ city: 'Oslo' }],
};
const withoutStorehouse = {
  products: whole.products.map((product) => ({ ...product, inStock: null, place: null, shippingCost: null })),
  places: null,
};
const fedByStorehouse = ['products.0.inStock', 'products.0.place', 'products.0.shippingCost'].flatMap((path) => [
  path,
  path.replace('0', '1'),
]);
const all = (code: string) => Object.fromEntries([...fedByStorehouse, 'places'].map((path) => [path, code]));

/** The answer is of the same process, at once; and nothing in it tells how the graph is built. */
async function expectHealth(gateway: OpenGateway, { raw }: ReceivedResponse): Promise<void> {
  expect(raw).not.toMatch(/127\.0\.0\.1|localhost|https?:|:\d{4,5}|storehouse|shipping\b|catalog|ECONN|socket|undici|    at /i);
  const { data, ms } = await gateway.ask('{ __typename }');
  expect(data).toEqual({ __typename: 'Query' });
  expect(ms).toBeLessThan(GENEROUS_MS);
}

describe('a subgraph', () => {
  it.each<[Fault, string]>([
    ['stall', 'TIMEOUT'],
    ['drip', 'TIMEOUT'],
    ['reset', 'UNAVAILABLE'],
    ['halfClose', 'UNAVAILABLE'],
    ['refuse', 'UNAVAILABLE'],
    ['garbage', 'UNAVAILABLE'],
    ['truncatedJson', 'UNAVAILABLE'],
    ['cutBody', 'UNAVAILABLE'],
    ['htmlPage', 'UNAVAILABLE'],
    ['wrongShape', 'UNAVAILABLE'],
    ['redirect', 'UNAVAILABLE'],
  ])('with the fault "%s" makes only its own fields null before the timeout, each with an error code', async (fault, code) => {
    const { gateway, proxy } = await behindProxy();
    expect(await gateway.ask(PAGE)).toMatchObject({ data: whole, errors: {} });

    await proxy.use(fault);
    const answer = await gateway.ask(PAGE);
    expect(answer).toMatchObject({ status: 200, data: withoutStorehouse });
    expect(answer.errors).toEqual(all(code));
    expect(answer.ms).toBeLessThan(GENEROUS_MS);
    await expectHealth(gateway, answer);

    await proxy.use('pass');
    // The breaker may have opened.
    await eventually(async () => expect(await gateway.ask(PAGE)).toMatchObject({ data: whole, errors: {} }));
  });

  it('that fails to return required fields makes the requiring field fail, and the other subgraph gets no request', async () => {
    const { gateway, proxy } = await behindProxy();
    await proxy.use('reset');
    graph.served.requests.length = 0;
    const answer = await gateway.ask('{ products { name shippingCost } }');
    expect(answer.data).toEqual({ products: whole.products.map(({ name }) => ({ name, shippingCost: null })) });
    expect(answer.errors).toEqual({ 'products.0.shippingCost': 'UNAVAILABLE', 'products.1.shippingCost': 'UNAVAILABLE' });
    expect(graph.served.requests.map(({ subgraph }) => subgraph)).toEqual(['catalog']);
  });

  it('that sends a response of 100 MB fails, and no more than the limit is held in memory', async () => {
    const { gateway, proxy } = await behindProxy({ subgraphTimeoutMs: 30_000 });
    await proxy.use('huge');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
    const answer = await gateway.ask('{ products { name inStock } }');
    clearInterval(watch);
    expect(answer.data).toEqual({ products: whole.products.map(({ name }) => ({ name, inStock: null })) });
    expect(answer.errors).toEqual({ 'products.0.inStock': 'UNAVAILABLE', 'products.1.inStock': 'UNAVAILABLE' });
    expect(most).toBeLessThan(64_000_000);
    await expectHealth(gateway, answer);
    await eventually(async () => expect(await proxy.connections()).toBe(0));
  });
});

type Lie = (truth: { data: { _entities?: Record<string, unknown>[]; places?: unknown } }) => unknown;

const entities =
  (change: (list: Record<string, unknown>[]) => unknown): Lie =>
  (truth) =>
    truth.data._entities ? { data: { _entities: change(truth.data._entities) } } : truth;
const eachEntity = (change: object) => entities((list) => list.map((entity) => ({ ...entity, ...change })));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const unavailable = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, 'UNAVAILABLE']));
const invalid = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, 'INTERNAL_SERVER_ERROR']));

describe('a subgraph that returns what the operation does not select', () => {
  const withoutEntities = { ...withoutStorehouse, places: whole.places };
  const each = (change: object) => ({ ...whole, products: whole.products.map((product) => ({ ...product, ...change })) });

  it.each<[string, Lie, unknown, Record<string, string>]>([
    ['null', () => null, withoutStorehouse, all('UNAVAILABLE')],
    ['data that is a list', () => ({ data: [] }), withoutStorehouse, all('UNAVAILABLE')],
    ['errors that are a text', (truth) => ({ ...truth, errors: 'none' }), withoutStorehouse, all('UNAVAILABLE')],
    ['errors without a message', (truth) => ({ ...truth, errors: [null] }), withoutStorehouse, all('UNAVAILABLE')],
    ['too few entities', entities((list) => list.slice(1)), withoutEntities, unavailable(...fedByStorehouse)],
    ['too many entities', entities((list) => [...list, ...list]), withoutEntities, unavailable(...fedByStorehouse)],
    ['entities that are an object', entities(([first]) => first), withoutEntities, unavailable(...fedByStorehouse)],
    ['entities that are texts', entities((list) => list.map(() => 'text')), withoutEntities, unavailable(...fedByStorehouse)],
    ['entities that are lists', entities((list) => list.map((one) => [one])), withoutEntities, unavailable(...fedByStorehouse)],
    ['a list for an object', eachEntity({ place: [place] }), each({ place: null }), invalid('products.0.place', 'products.1.place')],
    ['a text for an object', eachEntity({ place: 'Oslo' }), each({ place: null }), invalid('products.0.place', 'products.1.place')],
    [
      'an object for a list',
      eachEntity({ place: { ...place, shelves: {} } }),
      each({ place: { ...place, shelves: null } }),
      invalid('products.0.place.shelves', 'products.1.place.shelves'),
    ],
    ['a text for a number', eachEntity({ inStock: '7' }), each({ inStock: null }), invalid('products.0.inStock', 'products.1.inStock')],
    ['a fraction for an Int', eachEntity({ inStock: 7.5 }), each({ inStock: null }), invalid('products.0.inStock', 'products.1.inStock')],
    [
      'an object for a leaf that may not be null',
      eachEntity({ place: { ...place, city: {} } }),
      each({ place: null }),
      invalid('products.0.place.city', 'products.1.place.city'),
    ],
    [
      'lists in the place of root objects',
      ({ data }) => ({ data: data.places ? { places: [place, [place]] } : data }),
      { ...whole, places: null },
      invalid('places.1'),
    ],
    ['another type and names of the language', eachEntity({ __typename: 'Query', constructor: 1, toString: {} }), whole, {}],
  ])('(%s) makes those fields null with errors, and the others keep their values', async (_, lie, data, errors) => {
    const { gateway } = await behindImpostor(async (exchange) => sendJson(exchange, lie((await exchange.answer()) as never)));
    const answer = await gateway.ask(PAGE);
    expect(answer.data).toEqual(data);
    expect(answer.errors).toEqual(errors);
    await expectHealth(gateway, answer);
  });

  it('as an endlessly nested value ends neither the process nor the other fields', async () => {
    const { gateway } = await behindImpostor(async (exchange) => {
      const truth = JSON.stringify(await exchange.answer());
      sendJson(exchange, truth.replaceAll('{"tidy":true}', nested(100_000)));
    });
    const answer = await gateway.ask('{ products { name notes } }');
    expect(answer.data).toEqual({ products: whole.products.map(({ name }) => ({ name, notes: null })) });
    expect(answer.errors).toEqual(invalid('products.0.notes', 'products.1.notes'));
    await expectHealth(gateway, answer);
  });

  it('with a name that is reserved in JavaScript changes no prototype', async () => {
    const { gateway } = await behindImpostor(async (exchange) => {
      const truth = JSON.stringify(await exchange.answer());
      sendJson(exchange, truth.replaceAll('"inStock":', '"__proto__":{"polluted":true},"inStock":'));
    });
    expect(await gateway.ask(PAGE)).toMatchObject({ data: whole, errors: {} });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('a mutation', () => {
  it.each<[string, Behaviour, string]>([
    ['is reset', ({ request }) => request.socket.resetAndDestroy(), 'UNAVAILABLE'],
    ['ends without an answer', ({ request }) => request.socket.end(), 'UNAVAILABLE'],
    ['is answered 500', (exchange) => sendJson(exchange, {}, 500), 'UNAVAILABLE'],
    ['is answered 503 with Retry-After', (exchange) => sendJson(exchange, {}, 503, { 'retry-after': '0' }), 'UNAVAILABLE'],
    ['is answered 429 with Retry-After', (exchange) => sendJson(exchange, {}, 429, { 'retry-after': '0' }), 'UNAVAILABLE'],
    ['is answered half', ({ response }) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"da'), 'UNAVAILABLE'],
    ['is never answered', () => undefined, 'TIMEOUT'],
  ])('that %s reaches its subgraph exactly once', async (_, behave, code) => {
    const { gateway, storehouse } = await behindImpostor(behave);
    const answer = await gateway.ask('mutation { restock(by: 3) }');
    expect(answer).toMatchObject({ status: 200, data: { restock: null }, errors: { restock: code } });
    await sleep(150); // The longest pause before a second try.
    expect(storehouse.requests()).toBe(1);
  });
});

describe('a connection', () => {
  it('that its subgraph resets is retried for a query, and not for a mutation', async () => {
    const used = new Set<unknown>();
    const { gateway, storehouse } = await behindImpostor(async (exchange) => {
      const { socket } = exchange.request;
      if (used.has(socket)) return socket.resetAndDestroy();
      used.add(socket);
      return sendJson(exchange, await exchange.answer());
    });
    for (let n = 0; n < 10; n++)
      expect(await gateway.ask('{ places { city } }')).toMatchObject({ data: { places: whole.places }, errors: {} });
    expect(used.size).toBe(10);

    const before = storehouse.requests();
    expect(await gateway.ask('mutation { restock(by: 3) }')).toMatchObject({ data: { restock: null }, errors: { restock: 'UNAVAILABLE' } });
    expect(storehouse.requests()).toBe(before + 1);
  });
});

describe('a client that disconnects', () => {
  it.each([true, false])('ends the request to its subgraph at once (shared requests: %s)', async (sharesRequests) => {
    let [arrived, endedAt] = [false, 0];
    const stalls: Behaviour = ({ response }) => {
      arrived = true;
      response.once('close', () => (endedAt = performance.now()));
    };
    const { gateway } = await behindImpostor(stalls, { sharesRequests, subgraphTimeoutMs: 600_000 });
    const leave = gateway.begin(PAGE);
    await eventually(() => expect(arrived).toBe(true));
    const leftAt = performance.now();
    leave();
    await eventually(() => expect(endedAt).toBeGreaterThan(0));
    expect(endedAt - leftAt).toBeLessThan(GENEROUS_MS);
  });

  it('does not abort the request of another client that sends the same operation', async () => {
    let answer = () => {};
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    const { gateway, storehouse } = await behindImpostor(async (exchange) => {
      await mayAnswer;
      sendJson(exchange, await exchange.answer());
    }, PATIENT);
    const leave = gateway.begin('{ places { city } }');
    await eventually(() => expect(storehouse.requests()).toBe(1));
    const stays = gateway.ask('{ places { city } }');
    // Requests that are answered after it was sent show that the gateway has read it.
    for (let times = 0; times < 5; times++) await gateway.ask('{ __typename }');
    leave();
    await sleep(50);
    answer();
    expect(await stays).toMatchObject({ data: { places: whole.places }, errors: {} });
    expect(storehouse.requests()).toBe(1);
  });
});

describe('a gateway that closes', () => {
  it('completes the requests in flight and accepts no new ones', async () => {
    let answer = () => {};
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    const { gateway, storehouse } = await behindImpostor(async (exchange) => {
      await mayAnswer;
      sendJson(exchange, await exchange.answer());
    }, PATIENT);
    const asked = gateway.ask(PAGE);
    await eventually(() => expect(storehouse.requests()).toBe(2));
    const closed = gateway.close();
    answer();
    expect(await asked).toMatchObject({ status: 200, data: whole, errors: {} });
    await closed;
    await expect(gateway.ask('{ __typename }')).rejects.toThrow('fetch failed');
  });
});
