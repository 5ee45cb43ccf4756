import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { serveSubgraphs, type SubsequentResult, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type GatewaySettings, type OpenGateway } from '../kit/gateway.js';
import { mergeIncrementalResults } from '../kit/merge-incremental-results.js';
import { readParts } from '../unit/subscriptions/multipart-reader.js';

const KEYS = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])';
const PRODUCTS = ['1', '2'].map((id) => ({ id, name: `product ${id}` }));
/** The Accept header of Apollo Client. */
const APOLLO = 'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9';
const OPERATION = '{ products { name ... @defer(label: "ratings") { rating } } }';
const WHOLE = {
  products: [
    { name: 'product 1', rating: 11 },
    { name: 'product 2', rating: 12 },
  ],
};

/** A gate at which requests for `rating` wait while it is shut. */
class Gate {
  arrived = Promise.resolve();
  open = (): void => undefined;
  passed = Promise.resolve();
  #arrive = (): void => undefined;

  shut(): void {
    this.passed = new Promise((resolve) => (this.open = resolve));
    this.arrived = new Promise((resolve) => (this.#arrive = resolve));
  }

  async pass(): Promise<void> {
    this.#arrive();
    await this.passed;
  }
}

const gate = new Gate();
const SUBGRAPHS = {
  catalog: {
    typeDefs: `${KEYS} type Query { products: [Product!] } type Mutation { rename: Product }
      type Product @key(fields: "id") { id: ID! name: String! }`,
    resolvers: {
      Query: { products: () => PRODUCTS },
      Mutation: { rename: () => PRODUCTS[0] },
      Product: { __resolveReference: ({ id }: { id: string }) => PRODUCTS[Number(id) - 1] },
    },
  },
  ratings: {
    typeDefs: `${KEYS} type Product @key(fields: "id") { id: ID! rating: Int broken: Int secret: Int @authenticated }`,
    resolvers: {
      Product: {
        rating: async ({ id }: { id: string }) => {
          await gate.pass();
          return 10 + Number(id);
        },
        broken: () => {
          throw new Error('postgres at 10.0.0.1 is away');
        },
        secret: () => 7,
      },
    },
  },
};

let served: ServedSubgraphs;
let gateway: OpenGateway;
const gateways: OpenGateway[] = [];
const open = async (settings?: GatewaySettings): Promise<OpenGateway> => {
  const opened = await openGateway(served.supergraph, settings);
  gateways.push(opened);
  return opened;
};
beforeAll(async () => {
  served = await serveSubgraphs(SUBGRAPHS);
  gateway = await open();
});
afterAll(async () => {
  for (const one of gateways) await one.close();
  await served.close();
});
afterEach(() => gate.open());

/** Sends an operation on a new connection. */
async function send(
  query: string,
  { accept = APOLLO, variables, to = gateway }: { accept?: string; variables?: object; to?: OpenGateway } = {},
) {
  const headers = { 'content-type': 'application/json', accept };
  const request = httpRequest(to.url, { method: 'POST', headers, agent: false }).on('error', () => undefined);
  request.end(JSON.stringify({ query, variables }));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const type = response.headers['content-type']!;
  return { request, response, type, parts: readParts(response, '-') };
}

async function json(response: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return JSON.parse(text);
}

async function collected<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Returns the initial result and all subsequent results of an operation. */
async function all(query: string, options?: Parameters<typeof send>[1]) {
  const { type, response, parts } = await send(query, options);
  expect([response.statusCode, type]).toEqual([200, 'multipart/mixed; boundary="-"; deferSpec=20220824']);
  const [first, ...later] = await collected(parts);
  return { first: first as FormattedExecutionResult & { hasNext: boolean }, later: later as SubsequentResult[] };
}

describe('an operation with @defer', () => {
  it('returns the initial response without the slow fields and delivers them later', async () => {
    gate.shut();
    const { parts, type } = await send(OPERATION);
    expect(type).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
    expect((await parts.next()).value).toEqual({ data: { products: PRODUCTS.map(({ name }) => ({ name })) }, hasNext: true });
    await gate.arrived; // The slow subgraph has received the request, and has not responded yet.
    gate.open();
    expect((await parts.next()).value).toEqual({
      incremental: [
        { label: 'ratings', path: ['products', 0], data: { rating: 11 } },
        { label: 'ratings', path: ['products', 1], data: { rating: 12 } },
      ],
      hasNext: false,
    });
    expect(await parts.next()).toEqual({ done: true, value: '--\r\n' });
  });

  it('returns the same parts when it is repeated, and a single response to clients without incremental delivery', async () => {
    for (let times = 0; times < 3; times++) {
      const { first, later } = await all(OPERATION);
      expect(mergeIncrementalResults(first, later)).toEqual({ data: WHOLE, errors: [] });
      for (const accept of ['application/json', '*/*', 'multipart/mixed;deferSpec=20991231, application/json']) {
        const { response, type } = await send(OPERATION, { accept });
        expect(type).toBe('application/json; charset=utf-8');
        expect(await json(response)).toEqual({ data: WHOLE });
      }
    }
  });

  it('returns parts to a client that accepts nothing else, or that accepts parts of any version', async () => {
    for (const accept of ['multipart/mixed, application/json', 'application/json, text/event-stream, multipart/mixed'])
      expect((await send(OPERATION, { accept })).type).toMatch(/^multipart\/mixed/);
    const { first, later } = await all(OPERATION, { accept: 'multipart/mixed;deferSpec=20220824' });
    expect(mergeIncrementalResults(first, later).data).toEqual(WHOLE);
  });

  it.each([
    ['its variable says no', 'query ($later: Boolean!) { products { name ... @defer(if: $later) { rating } } }', { later: false }],
    [
      'all of the fragment is skipped',
      'query ($all: Boolean!) { products { name rating ... @defer { id @include(if: $all) } } }',
      { all: false },
    ],
    ['there is no such object', '{ products { name rating ... on Product @skip(if: true) @defer { id } } }', undefined],
  ])('returns a single JSON response if %s', async (_, query, variables) => {
    const { response, type } = await send(query, { variables });
    expect(type).toBe('application/graphql-response+json; charset=utf-8');
    expect(await json(response)).toEqual({ data: WHOLE });
  });

  it('evaluates the variable of @defer for each request', async () => {
    const query = 'query ($later: Boolean!) { products { name ... @defer(if: $later) { rating } } }';
    for (const later of [true, false, true, false]) {
      const { response, type } = await send(query, { variables: { later } });
      expect(type.startsWith('multipart/mixed')).toBe(later);
      response.resume();
    }
  });

  it.each([
    [
      'of one label twice',
      '{ products { ... @defer(label: "a") { id } ... @defer(label: "a") { name } } }',
      'The label "a" is used by more than one @defer. Give each @defer a label of its own.',
    ],
    [
      'with a variable for a label',
      'query ($a: String) { products { ... @defer(label: $a) { id } } }',
      'The label of @defer must be a string literal, not a variable.',
    ],
    [
      'of the fields of a mutation',
      'mutation { ... @defer { rename { id } } }',
      'Fields of "Mutation" cannot be deferred. Use @defer on a fragment below them.',
    ],
    ['of a field', '{ products @defer { id } }', 'Directive "@defer" may not be used on FIELD.'],
  ])('%s is refused with a JSON response', async (_, query, message) => {
    const { response, type } = await send(query);
    expect([response.statusCode, type]).toEqual([400, 'application/graphql-response+json; charset=utf-8']);
    expect(await json(response)).toMatchObject({ errors: [{ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });

  it('is refused if it has more than 20 deferred fragments', async () => {
    const { response } = await send(`{ products { ${Array.from({ length: 21 }, () => '... @defer { id }').join(' ')} } }`);
    expect(await json(response)).toMatchObject({
      errors: [{ message: 'The operation has 21 deferred fragments; the limit is 20. Split it into several operations.' }],
    });
  });

  it('returns subgraph errors with codes and without internal details, and logs them', async () => {
    const { first, later } = await all('{ products { name ... @defer { broken } } }');
    const { errors } = mergeIncrementalResults(first, later);
    expect(errors.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
      [['products', 0, 'broken'], 'INTERNAL_SERVER_ERROR'],
      [['products', 1, 'broken'], 'INTERNAL_SERVER_ERROR'],
    ]);
    expect(JSON.stringify(errors)).not.toContain('postgres');
    expect(gateway.log.filter((line) => line.includes('postgres at 10.0.0.1 is away'))).toHaveLength(2);
  });

  it('returns the error of an unauthorized field in the deferred part, and sends no request for the field', async () => {
    served.requests.length = 0;
    const { first, later } = await all('{ products { name ... @defer { secret } } }');
    expect(first.data).toEqual({ products: PRODUCTS.map(({ name }) => ({ name })) });
    expect(later.flatMap(({ incremental }) => incremental)).toMatchObject(
      [0, 1].map((index) => ({
        path: ['products', index],
        data: { secret: null },
        errors: [{ path: ['products', index, 'secret'], extensions: { code: 'UNAUTHENTICATED' } }],
      })),
    );
    expect(served.requests.map(({ subgraph }) => subgraph)).toEqual(['catalog']);
  });

  it('can defer fields of a mutation payload', async () => {
    const { first, later } = await all('mutation { rename { name ... @defer { rating } } }');
    expect(first).toEqual({ data: { rename: { name: 'product 1' } }, hasNext: true });
    expect(later).toEqual([{ incremental: [{ path: ['rename'], data: { rating: 11 } }], hasNext: false }]);
  });

  it('can be read by a client that implements the protocol', async () => {
    const fetcher = createGraphiQLFetcher({ url: gateway.url, fetch, headers: { accept: APOLLO } });
    const [first, ...later] = (await collected((await fetcher({ query: OPERATION })) as AsyncIterable<unknown[]>)).flat() as [
      { data: unknown },
      ...SubsequentResult[],
    ];
    expect(mergeIncrementalResults(first as never, later)).toEqual({ data: WHOLE, errors: [] });
    expect(await collected((await fetcher({ query: '{ products { name } }' })) as AsyncIterable<unknown>)).toEqual([
      { data: { products: PRODUCTS.map(({ name }) => ({ name })) } },
    ]);
  });
});

describe('a slow deferred part', () => {
  it('fails at the timeout of its subgraph', async () => {
    gate.shut();
    const { first, later } = await all(OPERATION, { to: await open({ subgraphTimeoutMs: 1000 }) });
    expect(mergeIncrementalResults(first, later).errors.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
      [['products', 0, 'rating'], 'TIMEOUT'],
      [['products', 1, 'rating'], 'TIMEOUT'],
    ]);
  });

  it('is aborted when its client disconnects', async () => {
    gate.shut();
    const own = await open({ subgraphTimeoutMs: 600_000 });
    const { request, parts } = await send(OPERATION, { to: own });
    await parts.next();
    await gate.arrived;
    request.destroy();
    // The gateway closes only after all subgraph requests have ended. The gate is still shut and the timeout is longer than the test's.
    await own.close();
    gateways.splice(gateways.indexOf(own), 1);
  });

  it('is delivered before the gateway closes', async () => {
    gate.shut();
    const own = await open();
    const { parts } = await send(OPERATION, { to: own });
    await parts.next();
    await gate.arrived;
    const closed = own.close();
    gateways.splice(gateways.indexOf(own), 1);
    gate.open();
    expect((await parts.next()).value).toMatchObject({ hasNext: false });
    await closed;
  });
});
