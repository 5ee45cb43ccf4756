import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { compose } from '../../gateway/supergraph/compose.js';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { serveSubgraphs, subgraphUrls, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway } from '../kit/gateway.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const REPLACEMENTS = 20;
const CLIENTS = 10;

const shop = (...more: string[]) =>
  `${LINK} type Subscription { tick: Product } type Query { products: [Product!]! ${more.join(' ')} }
  type Product @key(fields: "id") { id: ID! }`;
const PRICES = `${LINK} type Product @key(fields: "id") { id: ID! price: Int }`;
const version = (number: number) => `v${number}: Int`;
const every = Array.from({ length: REPLACEMENTS + 1 }, (_, number) => version(number));

/** Holds what asks for `slow`, or for a second tick, until it is let go. */
let letGo: () => void;
let isAsked: Promise<void>;
let arrive: () => void;
let held: Promise<void>;
beforeEach(() => {
  held = new Promise((resolve) => (letGo = resolve));
  isAsked = new Promise((resolve) => (arrive = resolve));
});

let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  const products = [{ id: '1' }, { id: '2' }];
  const slow = async () => {
    arrive();
    await held;
    return products;
  };
  async function* tick() {
    yield { tick: products[0] };
    yield { tick: (await slow())[1] };
  }
  served = await serveSubgraphs({
    shop: {
      typeDefs: shop('slow: [Product!]!', ...every),
      resolvers: {
        Query: { products: () => products, slow, ...Object.fromEntries(every.map((_, number) => [`v${number}`, () => number])) },
        Subscription: { tick: { subscribe: tick } },
      },
    },
    prices: { typeDefs: PRICES, resolvers: { Product: { price: ({ id }: { id: string }) => Number(id) * 10 } } },
  });
});
afterAll(() => served.close());
beforeEach(async () => void (gateway = await openGateway(supergraphWith(version(0), 'slow: [Product!]!'))));
afterEach(() => gateway.close());

/** The supergraph of what is served, of which the shop says only so much. */
function supergraphWith(...fields: string[]): string {
  const urls = new Map(subgraphUrls(served.supergraph));
  return compose([
    { name: 'shop', url: urls.get('shop')!, sdl: shop(...fields) },
    { name: 'prices', url: urls.get('prices')!, sdl: PRICES },
  ]);
}

const ask = (query: string) => gateway.execute(null, query);
const logLines = (message: string) => gateway.log.filter((line) => line.includes(message));

/** Waits until the query has an answer without errors. */
async function waitForResponse(query: string): Promise<GraphQLResponse> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(10)) {
    const answer = await ask(query);
    if (!answer.errors) return answer;
  }
  throw new Error(`${query} is not served`);
}

const PRODUCTS = { products: [1, 2].map((id) => ({ id: String(id), price: id * 10 })) };

describe('a supergraph file', () => {
  it(`that is replaced ${REPLACEMENTS} times under load fails no request, and each is served`, async () => {
    let isOver = false;
    const loop = async (): Promise<number> => {
      for (let times = 0; ; times++) {
        if (isOver) return times;
        expect(await ask('{ products { id price } }')).toEqual({ data: PRODUCTS });
      }
    };
    const clients = Array.from({ length: CLIENTS }, loop);
    for (let number = 1; number <= REPLACEMENTS; number++) {
      gateway.replaceSupergraph(supergraphWith(version(number)));
      expect(await waitForResponse(`{ v${number} }`)).toEqual({ data: { [`v${number}`]: number } });
    }
    isOver = true;
    for (const times of await Promise.all(clients)) expect(times).toBeGreaterThan(REPLACEMENTS);
    expect(logLines('new supergraph loaded')).toHaveLength(REPLACEMENTS);
    expect((await ask('{ v0 }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(gateway.log.filter((line) => (JSON.parse(line) as { level: number }).level >= 40 && !line.includes('GATEWAY_AUTH'))).toEqual([]);
  });

  it('that is replaced does not change the schema of a request in flight', async () => {
    const inFlight = ask('{ slow { id price } v0 }');
    await isAsked;
    gateway.replaceSupergraph(supergraphWith(version(1)));
    await waitForResponse('{ v1 }');
    expect((await ask('{ slow { id } }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    served.requests.length = 0;
    letGo();
    expect(await inFlight).toEqual({ data: { slow: PRODUCTS.products, v0: 0 } });
    expect(served.requests.map(({ subgraph }) => subgraph)).toEqual(['prices']);
  });

  it('that is replaced does not change the schema of an open stream', async () => {
    const events = gateway.subscribe(null, 'subscription { tick { id price } }');
    expect((await events.next()).value).toEqual({ data: { tick: { id: '1', price: 10 } } });
    gateway.replaceSupergraph(
      compose([{ name: 'shop', url: new Map(subgraphUrls(served.supergraph)).get('shop')!, sdl: shop(version(3)) }]),
    );
    await waitForResponse('{ v3 }');
    expect((await ask('{ products { price } }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    letGo();
    expect((await events.next()).value).toEqual({ data: { tick: { id: '2', price: 20 } } });
    expect((await events.next()).done).toBe(true);
  });

  it('sends requests to the subgraph URL of the new supergraph', async () => {
    const elsewhere = await serveSubgraphs({ shop: { typeDefs: shop(version(7)), resolvers: { Query: { v7: () => 77 } } } });
    const [[, url]] = subgraphUrls(elsewhere.supergraph) as [[string, string]];
    gateway.replaceSupergraph(compose([{ name: 'shop', url, sdl: shop(version(7)) }]));
    expect(await waitForResponse('{ v7 }')).toEqual({ data: { v7: 77 } });
    await elsewhere.close();
  });

  it.each([
    ['garbage', () => 'type Query {', 'the current supergraph stays'],
    ['half a supergraph', () => supergraphWith(version(1)).slice(0, 900), 'the current supergraph stays'],
    ['a supergraph that does not load', () => supergraphWith(version(1)).replaceAll('join__type(', 'join__none('), 'failed to load'],
    ['one that demands what the gateway cannot do', () => demanding(supergraphWith(version(1))), 'failed to load'],
  ])('that becomes %s is ignored, and is logged once', async (_, content, message) => {
    gateway.replaceSupergraph(content());
    for (const deadline = Date.now() + 20_000; logLines(message).length === 0 && Date.now() < deadline;) await sleep(20);
    gateway.replaceSupergraph(content());
    await sleep(300);
    expect(logLines('the current supergraph stays')).toHaveLength(1);
    expect(logLines(message)).toHaveLength(1);
    expect(await ask('{ v0 products { price } }')).toEqual({ data: { v0: 0, products: [{ price: 10 }, { price: 20 }] } });
    gateway.replaceSupergraph(supergraphWith(version(2)));
    expect(await waitForResponse('{ v2 }')).toEqual({ data: { v2: 2 } });
  });
});

/** A feature that a gateway must know, and that there is none of. */
const demanding = (supergraph: string): string =>
  supergraph.replace('schema\n', 'schema\n  @link(url: "https://specs.example.com/curfew/v1.0", for: SECURITY)\n');

describe('a running subgraph', () => {
  it('whose schema changes is composed again', async () => {
    const sdl = (field: string) => ({ typeDefs: parse(`${LINK} type Query { ${field}: String }`) });
    let schema = buildSubgraphSchema(sdl('before'));
    const server: Server = createServer(async (request, response) => {
      const { query } = JSON.parse(await text(request)) as { query: string };
      const answer = await graphql({ schema, source: query, rootValue: { before: 'then', after: 'now' } });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    await gateway.close();
    const address = { name: 'datasets' as const, url, key: { id: 'test', secret: randomBytes(32) } };
    gateway = await openGateway('', { supergraphFile: null, subgraphs: [address] });
    expect(await ask('{ before }')).toEqual({ data: { before: 'then' } });
    schema = buildSubgraphSchema(sdl('after'));
    expect(await waitForResponse('{ after }')).toEqual({ data: { after: 'now' } });
    expect((await ask('{ before }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
