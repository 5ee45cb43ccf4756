import { setTimeout as sleep } from 'node:timers/promises';
import { FaultyProxy, type Fault } from '../kit/faulty-proxy.js';
import { eventually, GENEROUS_MS } from '../kit/eventually.js';

import {
  faultyGraph,
  startFakeSubgraph,
  sendJson,
  type ReceivedResponse,
  type RequestHandler,
  type FaultyGraph,
  type OpenGateway,
} from './faulty-graph.js';

/** A timeout longer than any test, for subgraphs that respond when the test lets them. */
const WITHOUT_TIMEOUT = { subgraphTimeoutMs: 600_000 };

let graph: FaultyGraph;
beforeAll(async () => (graph = await faultyGraph()));
afterAll(() => graph.close());

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function withFaultyProxy(settings = {}): Promise<{ gateway: OpenGateway; proxy: FaultyProxy }> {
  const proxy = await FaultyProxy.before(graph.port);
  const gateway = await graph.gateway(proxy.origin, settings);
  open.push(proxy, gateway);
  return { gateway, proxy };
}

async function withFakeInventory(behave: RequestHandler, settings = {}) {
  const inventory = await startFakeSubgraph(graph.port, behave);
  const gateway = await graph.gateway(inventory.origin, settings);
  open.push(inventory, gateway);
  return { gateway, inventory };
}

const PAGE = '{ products { id name inStock place { city shelves } shippingCost shippingDays } places { city } }';
const place = { city: 'Oslo', shelves: ['a', 'b'] };
const whole = {
  products: ['1', '2'].map((id) => ({ id, name: `product ${id}`, inStock: 7, place, shippingCost: Number(id) * 5, shippingDays: 3 })),
  places: [{ city: 'Oslo' }],
};
const withoutInventory = {
  products: whole.products.map((product) => ({ ...product, inStock: null, place: null, shippingCost: null })),
  places: null,
};
const inventoryPaths = ['products.0.inStock', 'products.0.place', 'products.0.shippingCost'].flatMap((path) => [
  path,
  path.replace('0', '1'),
]);
const all = (code: string) => Object.fromEntries([...inventoryPaths, 'places'].map((path) => [path, code]));

/** Expects that a response contains no internal details, and that the same gateway process still responds quickly. */
async function expectHealthyGateway(gateway: OpenGateway, { raw }: ReceivedResponse): Promise<void> {
  expect(raw).not.toMatch(/127\.0\.0\.1|localhost|https?:|:\d{4,5}|inventory|shipping\b|catalog|ECONN|socket|undici|    at /i);
  const { data, ms } = await gateway.execute('{ __typename }');
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
    const { gateway, proxy } = await withFaultyProxy();
    expect(await gateway.execute(PAGE)).toMatchObject({ data: whole, errors: {} });

    await proxy.use(fault);
    const response = await gateway.execute(PAGE);
    expect(response).toMatchObject({ status: 200, data: withoutInventory });
    expect(response.errors).toEqual(all(code));
    expect(response.ms).toBeLessThan(GENEROUS_MS);
    await expectHealthyGateway(gateway, response);

    await proxy.use('pass');
    // The circuit breaker may have opened.
    await eventually(async () => expect(await gateway.execute(PAGE)).toMatchObject({ data: whole, errors: {} }));
  });

  it('that fails to return required fields makes the requiring field fail, and the other subgraph gets no request', async () => {
    const { gateway, proxy } = await withFaultyProxy();
    await proxy.use('reset');
    graph.served.requests.length = 0;
    const response = await gateway.execute('{ products { name shippingCost } }');
    expect(response.data).toEqual({ products: whole.products.map(({ name }) => ({ name, shippingCost: null })) });
    expect(response.errors).toEqual({ 'products.0.shippingCost': 'UNAVAILABLE', 'products.1.shippingCost': 'UNAVAILABLE' });
    expect(graph.served.requests.map(({ subgraph }) => subgraph)).toEqual(['catalog']);
  });

  it('that sends a response of 100 MB fails, and no more than the limit is held in memory', async () => {
    const { gateway, proxy } = await withFaultyProxy({ subgraphTimeoutMs: 30_000 });
    await proxy.use('huge');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
    const response = await gateway.execute('{ products { name inStock } }');
    clearInterval(watch);
    expect(response.data).toEqual({ products: whole.products.map(({ name }) => ({ name, inStock: null })) });
    expect(response.errors).toEqual({ 'products.0.inStock': 'UNAVAILABLE', 'products.1.inStock': 'UNAVAILABLE' });
    expect(most).toBeLessThan(64_000_000);
    await expectHealthyGateway(gateway, response);
    await eventually(async () => expect(await proxy.connections()).toBe(0));
  });
});

type ResponseChange = (original: { data: { _entities?: Record<string, unknown>[]; places?: unknown } }) => unknown;

const entities =
  (change: (list: Record<string, unknown>[]) => unknown): ResponseChange =>
  (original) =>
    original.data._entities ? { data: { _entities: change(original.data._entities) } } : original;
const eachEntity = (change: object) => entities((list) => list.map((entity) => ({ ...entity, ...change })));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const unavailable = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, 'UNAVAILABLE']));
const invalid = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, 'INTERNAL_SERVER_ERROR']));

describe('a subgraph that returns what the operation does not select', () => {
  const withoutEntities = { ...withoutInventory, places: whole.places };
  const each = (change: object) => ({ ...whole, products: whole.products.map((product) => ({ ...product, ...change })) });

  it.each<[string, ResponseChange, unknown, Record<string, string>]>([
    ['null', () => null, withoutInventory, all('UNAVAILABLE')],
    ['data that is a list', () => ({ data: [] }), withoutInventory, all('UNAVAILABLE')],
    ['errors that are a text', (original) => ({ ...original, errors: 'none' }), withoutInventory, all('UNAVAILABLE')],
    ['too few entities', entities((list) => list.slice(1)), withoutEntities, unavailable(...inventoryPaths)],
    ['too many entities', entities((list) => [...list, ...list]), withoutEntities, unavailable(...inventoryPaths)],
    ['entities that are an object', entities(([first]) => first), withoutEntities, unavailable(...inventoryPaths)],
    ['entities that are texts', entities((list) => list.map(() => 'text')), withoutEntities, unavailable(...inventoryPaths)],
    ['entities that are lists', entities((list) => list.map((one) => [one])), withoutEntities, unavailable(...inventoryPaths)],
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
  ])('(%s) makes those fields null with errors, and the others keep their values', async (_, change, data, errors) => {
    const { gateway } = await withFakeInventory(async (exchange) => sendJson(exchange, change((await exchange.forward()) as never)));
    const response = await gateway.execute(PAGE);
    expect(response.data).toEqual(data);
    expect(response.errors).toEqual(errors);
    await expectHealthyGateway(gateway, response);
  });

  it('(errors without a message) adds an error, and all fields keep their values', async () => {
    const change: ResponseChange = (original) => ({ ...original, errors: [null] });
    const { gateway } = await withFakeInventory(async (exchange) => sendJson(exchange, change((await exchange.forward()) as never)));
    const response = await gateway.execute(PAGE);
    expect(response.data).toEqual(whole);
    expect(new Set(Object.values(response.errors))).toEqual(new Set(['INTERNAL_SERVER_ERROR']));
    await expectHealthyGateway(gateway, response);
  });

  it('as an endlessly nested value ends neither the process nor the other fields', async () => {
    const { gateway } = await withFakeInventory(async (exchange) => {
      const original = JSON.stringify(await exchange.forward());
      sendJson(exchange, original.replaceAll('{"tidy":true}', nested(100_000)));
    });
    const response = await gateway.execute('{ products { name notes } }');
    expect(response.data).toEqual({ products: whole.products.map(({ name }) => ({ name, notes: null })) });
    expect(response.errors).toEqual(invalid('products.0.notes', 'products.1.notes'));
    await expectHealthyGateway(gateway, response);
  });

  it('with a name that is reserved in JavaScript changes no prototype', async () => {
    const { gateway } = await withFakeInventory(async (exchange) => {
      const original = JSON.stringify(await exchange.forward());
      sendJson(exchange, original.replaceAll('"inStock":', '"__proto__":{"polluted":true},"inStock":'));
    });
    expect(await gateway.execute(PAGE)).toMatchObject({ data: whole, errors: {} });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('a mutation', () => {
  it.each<[string, RequestHandler, string]>([
    ['is reset', ({ request }) => request.socket.resetAndDestroy(), 'UNAVAILABLE'],
    ['gets no response before its connection ends', ({ request }) => request.socket.end(), 'UNAVAILABLE'],
    ['gets status 500', (exchange) => sendJson(exchange, {}, 500), 'UNAVAILABLE'],
    ['gets status 503 with Retry-After', (exchange) => sendJson(exchange, {}, 503, { 'retry-after': '0' }), 'UNAVAILABLE'],
    ['gets status 429 with Retry-After', (exchange) => sendJson(exchange, {}, 429, { 'retry-after': '0' }), 'UNAVAILABLE'],
    [
      'gets an incomplete response',
      ({ response }) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"da'),
      'UNAVAILABLE',
    ],
    ['gets no response', () => undefined, 'TIMEOUT'],
  ])('that %s reaches its subgraph exactly once', async (_, behave, code) => {
    const { gateway, inventory } = await withFakeInventory(behave);
    const response = await gateway.execute('mutation { restock(by: 3) }');
    expect(response).toMatchObject({ status: 200, data: { restock: null }, errors: { restock: code } });
    await sleep(150); // The longest pause before a second try.
    expect(inventory.requests()).toBe(1);
  });
});

describe('a connection', () => {
  it('that its subgraph resets is retried for a query, and not for a mutation', async () => {
    const used = new Set<unknown>();
    const { gateway, inventory } = await withFakeInventory(async (exchange) => {
      const { socket } = exchange.request;
      if (used.has(socket)) return socket.resetAndDestroy();
      used.add(socket);
      return sendJson(exchange, await exchange.forward());
    });
    for (let n = 0; n < 10; n++)
      expect(await gateway.execute('{ places { city } }')).toMatchObject({ data: { places: whole.places }, errors: {} });
    expect(used.size).toBe(10);

    const before = inventory.requests();
    expect(await gateway.execute('mutation { restock(by: 3) }')).toMatchObject({
      data: { restock: null },
      errors: { restock: 'UNAVAILABLE' },
    });
    expect(inventory.requests()).toBe(before + 1);
  });
});

describe('a client that disconnects', () => {
  it.each([true, false])('ends the request to its subgraph at once (shared requests: %s)', async (sharesRequests) => {
    let [arrived, endedAt] = [false, 0];
    const stalls: RequestHandler = ({ response }) => {
      arrived = true;
      response.once('close', () => (endedAt = performance.now()));
    };
    const { gateway } = await withFakeInventory(stalls, { sharesRequests, subgraphTimeoutMs: 600_000 });
    const leave = gateway.begin(PAGE);
    await eventually(() => expect(arrived).toBe(true));
    const leftAt = performance.now();
    leave();
    await eventually(() => expect(endedAt).toBeGreaterThan(0));
    expect(endedAt - leftAt).toBeLessThan(GENEROUS_MS);
  });

  it('does not abort the request of another client that sends the same operation', async () => {
    let respond = () => {};
    const mayRespond = new Promise<void>((resolve) => (respond = resolve));
    const { gateway, inventory } = await withFakeInventory(async (exchange) => {
      await mayRespond;
      sendJson(exchange, await exchange.forward());
    }, WITHOUT_TIMEOUT);
    const leave = gateway.begin('{ places { city } }');
    await eventually(() => expect(inventory.requests()).toBe(1));
    const stays = gateway.execute('{ places { city } }');
    // Responses to later requests show that the gateway has read it.
    for (let times = 0; times < 5; times++) await gateway.execute('{ __typename }');
    leave();
    await sleep(50);
    respond();
    expect(await stays).toMatchObject({ data: { places: whole.places }, errors: {} });
    expect(inventory.requests()).toBe(1);
  });
});

describe('a gateway that closes', () => {
  it('completes the requests in flight and accepts no new ones', async () => {
    let respond = () => {};
    const mayRespond = new Promise<void>((resolve) => (respond = resolve));
    const { gateway, inventory } = await withFakeInventory(async (exchange) => {
      await mayRespond;
      sendJson(exchange, await exchange.forward());
    }, WITHOUT_TIMEOUT);
    const response = gateway.execute(PAGE);
    await eventually(() => expect(inventory.requests()).toBe(2));
    const closed = gateway.close();
    respond();
    expect(await response).toMatchObject({ status: 200, data: whole, errors: {} });
    await closed;
    await expect(gateway.execute('{ __typename }')).rejects.toThrow('fetch failed');
  });
});
