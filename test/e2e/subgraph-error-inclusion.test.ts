import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import { request } from 'undici';
import { subgraphErrorRules } from '../../gateway/http/subgraph-errors.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, subscribeByEventStream, type OpenGateway } from '../kit/gateway.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const SECRET = 'connect ECONNREFUSED 10.0.0.7:5432';
const fail = (code?: string, extensions: Record<string, unknown> = {}) => {
  throw new GraphQLError(SECRET, { extensions: { ...extensions, ...(code && { code }) } });
};
/** Extensions of which some are internal, and some try to steer the response of the gateway. */
const EXTENSIONS = {
  reason: 'limit',
  retryAfter: 7,
  http: { status: 418, headers: { 'x-steered': '1' } },
  stacktrace: ['at /srv/billing.js'],
  exception: { errno: 1 },
  serviceName: 'billing',
};

const SUBGRAPHS = {
  accounts: {
    typeDefs: `${LINK} type Query { users: [User!]! broken: Int denied: Int plain: Int } type Subscription { seen: User broken: Int }
      type User @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Query: {
        users: () => ['1', '2', '3'].map((id) => ({ id })),
        broken: () => fail('DATABASE_DOWN', EXTENSIONS),
        denied: () => fail('FORBIDDEN', EXTENSIONS),
        plain: () => fail(),
      },
      Subscription: {
        seen: {
          subscribe: async function* () {
            yield { seen: { id: '2' } };
          },
        },
        broken: { subscribe: () => fail('DATABASE_DOWN', EXTENSIONS) },
      },
      User: { name: () => 'Ann' },
    },
  },
  billing: {
    typeDefs: `${LINK} type Query { rate: Int }
      type User @key(fields: "id") { id: ID! balance: Int bills: [Bill!] } type Bill { total: Int }`,
    resolvers: {
      Query: { rate: () => fail('RATE_UNKNOWN', EXTENSIONS) },
      User: {
        __resolveReference: async ({ id }: { id: string }) => (id === '3' ? fail('GONE', EXTENSIONS) : { id }),
        balance: ({ id }: { id: string }) => (id === '2' ? fail('OVERDRAWN', EXTENSIONS) : 5),
        bills: () => [{ total: 1 }, { total: () => fail('OVERDRAWN', EXTENSIONS) }],
      },
    },
  },
};

let served: ServedSubgraphs;
beforeAll(async () => (served = await serveSubgraphs(SUBGRAPHS)));
afterAll(() => served.close());
const open: OpenGateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});
async function gatewayWith(rules: object): Promise<OpenGateway> {
  const gateway = await openGateway(served.supergraph, { subgraphErrors: subgraphErrorRules.parse(rules) });
  open.push(gateway);
  return gateway;
}

async function send({ url }: OpenGateway, query: string, accept = 'application/json') {
  const headers = { 'content-type': 'application/json', accept };
  const { statusCode, headers: received, body } = await request(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return { status: statusCode, headers: received, text: await body.text() };
}
/** The errors of a response by path: code, message unless it is masked, and other extensions. */
const errorsIn = ({ errors = [] }: FormattedExecutionResult) =>
  Object.fromEntries(
    errors.map(({ path, message, extensions: { code, requestId, ...others } = {} }) => [
      path?.join('.') ?? '',
      [code, ...(requestId ? [] : [message]), ...(Object.keys(others).length > 0 ? [others] : [])],
    ]),
  );
const ask = async (gateway: OpenGateway, query: string) => {
  // The operation is sent twice: to Apollo Server, and as a known operation.
  const [first, second] = [await send(gateway, query), await send(gateway, query)];
  const results = [first, second].map(({ text }) => errorsIn(JSON.parse(text) as FormattedExecutionResult));
  expect(results[0]).toEqual(results[1]);
  expect([first.status, second.status]).toEqual([200, 200]);
  for (const { headers } of [first, second]) expect(headers).not.toHaveProperty('x-steered');
  return results[0];
};

const PAGE = '{ broken denied plain rate users { name balance b: bills { total } } }';
const PASSED = { reason: 'limit', retryAfter: 7 };

describe('the errors of subgraphs', () => {
  it('are masked by default, except those with a public code', async () => {
    const gateway = await gatewayWith({});
    const masked = ['INTERNAL_SERVER_ERROR'];
    expect(await ask(gateway, PAGE)).toEqual({
      broken: masked,
      denied: ['FORBIDDEN', SECRET],
      plain: masked,
      rate: masked,
      'users.1.balance': masked,
      'users.2': masked,
      'users.0.b.1.total': masked,
      'users.1.b.1.total': masked,
    });
  });

  it('are passed with their code, message and extensions, at their paths', async () => {
    expect(await ask(await gatewayWith({ all: 'passed' }), PAGE)).toEqual({
      broken: ['DATABASE_DOWN', SECRET, PASSED],
      denied: ['FORBIDDEN', SECRET, PASSED],
      plain: ['INTERNAL_SERVER_ERROR', SECRET],
      rate: ['RATE_UNKNOWN', SECRET, PASSED],
      'users.1.balance': ['OVERDRAWN', SECRET, PASSED],
      'users.2': ['GONE', SECRET, PASSED],
      'users.0.b.1.total': ['OVERDRAWN', SECRET, PASSED],
      'users.1.b.1.total': ['OVERDRAWN', SECRET, PASSED],
    });
  });

  it('are passed for the subgraphs that the rules name, with the parts that they name', async () => {
    const rules = { subgraphs: { accounts: { extensions: ['reason'] }, billing: { message: true, extensions: ['retryAfter', 'none'] } } };
    expect(await ask(await gatewayWith(rules), '{ broken denied rate users { balance } }')).toMatchObject({
      broken: ['INTERNAL_SERVER_ERROR', { reason: 'limit' }],
      denied: ['FORBIDDEN', SECRET, { reason: 'limit' }],
      rate: ['RATE_UNKNOWN', SECRET, { retryAfter: 7 }],
      'users.1.balance': ['OVERDRAWN', SECRET, { retryAfter: 7 }],
    });
    const exception = { all: 'passed', subgraphs: { billing: 'masked' } };
    expect(await ask(await gatewayWith(exception), '{ plain rate }')).toEqual({
      plain: ['INTERNAL_SERVER_ERROR', SECRET],
      rate: ['INTERNAL_SERVER_ERROR'],
    });
  });

  it('are passed in deferred fragments and in events', async () => {
    const gateway = await gatewayWith({ subgraphs: { billing: 'passed' } });
    const { text } = await send(gateway, '{ users { name ... @defer { balance } } }', 'multipart/mixed; deferSpec=20220824');
    const parts = [...text.matchAll(/^\{.*\}$/gm)].map(([json]) => JSON.parse(json) as { incremental?: FormattedExecutionResult[] });
    const errors = parts.flatMap(({ incremental = [] }) => incremental.map(errorsIn));
    expect(Object.assign({}, ...errors)).toEqual({
      'users.1.balance': ['OVERDRAWN', SECRET, PASSED],
      'users.2': ['GONE', SECRET, PASSED],
    });
    const events = subscribeByEventStream(gateway.url, {}, 'subscription { seen { balance } }');
    expect(errorsIn((await events.next()).value as FormattedExecutionResult)).toEqual({ 'seen.balance': ['OVERDRAWN', SECRET, PASSED] });
    await events.return!();
  });

  it('leak nothing if they are masked, and are logged as the subgraph sent them', async () => {
    const gateway = await gatewayWith({ subgraphs: { accounts: 'masked' } });
    const texts = [await send(gateway, '{ broken plain rate users { balance bills { total } } }')];
    texts.push(await send(gateway, '{ users { ... @defer { balance } } }', 'multipart/mixed; deferSpec=20220824'));
    texts.push(await send(gateway, 'subscription { broken }', 'text/event-stream'));
    for (const { text } of texts) {
      expect(text).toContain('INTERNAL_SERVER_ERROR');
      expect(text).not.toMatch(/ECONNREFUSED|10\.0\.0\.7|billing|accounts|srv|errno|reason|limit|OVERDRAWN|DATABASE/);
    }
    const logged = gateway.log.join('\n');
    for (const original of [SECRET, '"subgraph":"billing"', 'at /srv/billing.js', 'OVERDRAWN', '"status":418'])
      expect(logged).toContain(original);
  });
});

it('refuses rules for errors that are not valid, all at once', () => {
  const rules = {
    all: 'hidden',
    subgraphs: { a: { message: 'yes' }, b: { extensions: ['http'] }, c: { extensions: 'reason' }, d: { massage: true } },
  };
  expect(subgraphErrorRules.safeParse(rules).error!.issues.map(({ path }) => path.slice(0, 2).join('.'))).toEqual([
    'all',
    'subgraphs.a',
    'subgraphs.b',
    'subgraphs.c',
    'subgraphs.d',
  ]);
});
