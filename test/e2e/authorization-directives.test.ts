import { request } from 'undici';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, type OpenGateway, type ViewersByApiKey } from '../kit/gateway.js';

import { aMember, anAdmin } from '../kit/viewers.js';
import { begin, COMPLETE, runScripts } from '../unit/subscriptions/subgraph.js';

const NAMES = ['@key', '@external', '@requires', '@authenticated', '@requiresScopes', '@policy'].map((name) => `"${name}"`).join(', ');
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${NAMES}])`;
const ADMIN = '@policy(policies: [["role:ADMIN"]])';
const WRITE = '@requiresScopes(scopes: [["WRITE"]])';

const ANN = { id: '1', badge: 'b1', name: 'Ann', email: 'ann@example.com', salary: 100, pay: 7, __typename: 'User' };
const R2 = { id: '2', name: 'R2', serial: 'x', __typename: 'Robot' };
const hired: string[] = [];

const PEOPLE = {
  typeDefs: `${LINK}
    type Query { open: String audit: [String!] ${ADMIN} users: [User!]! first: User nodes: [Node!] vault: Vault }
    type Mutation { hire(name: String!): String fire(name: String!): String ${ADMIN} }
    interface Node { id: ID! name: String }
    type User implements Node @key(fields: "id") @key(fields: "badge") {
      id: ID! name: String badge: ID @authenticated email: String @authenticated salary: Int ${ADMIN} pay: Int! ${WRITE}
    }
    type Robot implements Node ${ADMIN} { id: ID! name: String serial: String }
    type Vault @authenticated { code: String }`,
  resolvers: {
    Query: {
      open: () => 'open',
      audit: () => ['fired'],
      users: () => [ANN],
      first: () => ANN,
      nodes: () => [ANN, R2],
      vault: () => ({ code: '1234' }),
    },
    Mutation: {
      hire: (_: unknown, { name }: { name: string }) => (hired.push(name), name),
      fire: (_: unknown, { name }: { name: string }) => (hired.splice(hired.indexOf(name), 1), name),
    },
    User: { __resolveReference: () => ANN },
  },
};
/** Knows users by their badge alone, and needs their salary. */
const LEDGER = {
  typeDefs: `${LINK}
    type User @key(fields: "badge") { badge: ID salary: Int @external balance: Int limit: Int ${ADMIN}
      bonus: Int @requires(fields: "salary") ${ADMIN} }`,
  resolvers: { User: { balance: () => 5, limit: () => 9, bonus: ({ salary }: { salary: number }) => salary / 10 } },
};
const NEWS = {
  typeDefs: `${LINK} type Query { news: Int } type Subscription { joined: User left: User ${ADMIN} }
    type User @key(fields: "id") { id: ID! }`,
};

const viewers: ViewersByApiKey = new Map([
  ['member', aMember()],
  ['admin', anAdmin()],
  ['reader', { ...aMember(), scopes: ['READ'] }],
]);
let news: Awaited<ReturnType<typeof runScripts>>;
let served: ServedSubgraphs;
let gateway: OpenGateway;
beforeAll(async () => {
  const joined = JSON.stringify({ data: { joined: { __typename: 'User', id: '1' } } });
  news = await runScripts(({ response }) => void begin(response).end(`event: next\ndata: ${joined}\n\n${COMPLETE}`));
  served = await serveSubgraphs({ people: PEOPLE, ledger: LEDGER, news: { ...NEWS, url: news.url } });
  gateway = await openGateway(served.supergraph, { viewers });
});
afterAll(async () => {
  await gateway.close();
  await served.close();
  await news.close();
});
beforeEach(() => {
  served.requests.length = 0;
  news.requests.length = 0;
});

/** The data, and codes by path. */
const brief = ({ data, errors = [] }: GraphQLResponse) => ({
  data: data as unknown,
  refused: Object.fromEntries(errors.map(({ path = [], extensions }) => [path.join('.'), extensions.code])),
});
const ask = async (who: string | null, query: string) => brief(await gateway.execute(who, query));
/** What was asked of subgraphs since the test began. */
const asked = () => served.requests.map(({ query }) => query).join('\n');

describe('a field that the viewer is not authorized to read', () => {
  it.each([
    [
      '@authenticated',
      null,
      'first { name email }',
      { first: { name: 'Ann', email: null } },
      { 'first.email': 'UNAUTHENTICATED' },
      /email/,
    ],
    ['@policy', 'member', 'users { name salary }', { users: [{ name: 'Ann', salary: null }] }, { 'users.0.salary': 'FORBIDDEN' }, /salary/],
    ['@requiresScopes', 'reader', 'open users { pay }', null, { 'users.0.pay': 'FORBIDDEN' }, /pay/],
    ['@requiresScopes', 'reader', 'open first { name pay }', { open: 'open', first: null }, { 'first.pay': 'FORBIDDEN' }, /pay/],
    ['a type with a directive', null, 'open vault { code }', { open: 'open', vault: null }, { vault: 'UNAUTHENTICATED' }, /vault|code/],
    ['a root field', 'member', 'open audit', { open: 'open', audit: null }, { audit: 'FORBIDDEN' }, /audit/],
    [
      'another name',
      'member',
      'first { __proto__: salary }',
      { first: { ['__proto__']: null } },
      { 'first.__proto__': 'FORBIDDEN' },
      /salary/,
    ],
    [
      'another name that plans use',
      'member',
      'first { _required_0: salary }',
      { first: { _required_0: null } },
      { 'first._required_0': 'FORBIDDEN' },
      /salary/,
    ],
  ])('is null with an error at its path, and no subgraph gets a request for it: %s', async (_, who, fields, data, refused, secret) => {
    expect(await ask(who, `{ ${fields} }`)).toEqual({ data, refused });
    expect(asked()).not.toMatch(secret);
    const admin = await ask('admin', `{ ${fields} }`);
    expect(admin.refused).toEqual({});
    expect(JSON.stringify(admin.data)).not.toContain('null');
  });

  it('sends no request if it is the only selected field', async () => {
    expect(await ask('member', '{ audit }')).toEqual({ data: { audit: null }, refused: { audit: 'FORBIDDEN' } });
    expect(await ask('member', '{ audit __typename }')).toEqual({
      data: { audit: null, __typename: 'Query' },
      refused: { audit: 'FORBIDDEN' },
    });
    expect(served.requests).toEqual([]);
  });

  it('is fetched if the query plan needs it as a key, and stays out of the response', async () => {
    expect(await ask(null, '{ first { name badge balance } }')).toEqual({
      data: { first: { name: 'Ann', badge: null, balance: 5 } },
      refused: { 'first.badge': 'UNAUTHENTICATED' },
    });
    expect(asked()).toContain('badge');
    expect(await ask('member', '{ first { badge balance } }')).toEqual({ data: { first: { badge: 'b1', balance: 5 } }, refused: {} });
  });

  it('keeps the other fields of an entity of another subgraph', async () => {
    expect(await ask('member', '{ users { balance limit } }')).toEqual({
      data: { users: [{ balance: 5, limit: null }] },
      refused: { 'users.0.limit': 'FORBIDDEN' },
    });
    expect(asked()).not.toContain('limit');
  });

  it('is not fetched if it has @requires, nor are its required fields', async () => {
    expect(await ask('member', '{ first { name bonus } }')).toEqual({
      data: { first: { name: 'Ann', bonus: null } },
      refused: { 'first.bonus': 'FORBIDDEN' },
    });
    expect(asked()).not.toMatch(/salary|bonus/);
    expect(await ask('admin', '{ first { bonus } }')).toEqual({ data: { first: { bonus: 10 } }, refused: {} });
  });

  it('is refused only if @skip and @include select it', async () => {
    const query = `query ($with: Boolean!, $without: Boolean!) {
        first { name salary @include(if: $with) @skip(if: $without) ... @include(if: $with) { limit } } }`;
    const variables = (one: boolean, other: boolean) => ({ with: one, without: other });
    const answer = async (one: boolean, other: boolean) => brief(await gateway.execute('member', query, variables(one, other)));
    expect(await answer(false, false)).toEqual({ data: { first: { name: 'Ann' } }, refused: {} });
    expect(await answer(true, true)).toEqual({ data: { first: { name: 'Ann', limit: null } }, refused: { 'first.limit': 'FORBIDDEN' } });
    expect(await answer(true, false)).toEqual({
      data: { first: { name: 'Ann', salary: null, limit: null } },
      refused: { 'first.salary': 'FORBIDDEN', 'first.limit': 'FORBIDDEN' },
    });
    expect(asked()).not.toMatch(/salary|limit/);
  });

  it('keeps the fields of other implementations of an interface if the selection has type conditions', async () => {
    expect(await ask('member', '{ nodes { __typename ... on User { name } ... on Robot { serial } } }')).toEqual({
      data: {
        nodes: [
          { __typename: 'User', name: 'Ann' },
          { __typename: 'Robot', serial: null },
        ],
      },
      refused: { 'nodes.1.serial': 'FORBIDDEN' },
    });
    expect(asked()).not.toContain('serial');
    expect(await ask('member', '{ open nodes { name } }')).toEqual({
      data: { open: 'open', nodes: null },
      refused: { nodes: 'FORBIDDEN' },
    });
    expect(await ask('admin', '{ nodes { name } }')).toEqual({ data: { nodes: [{ name: 'Ann' }, { name: 'R2' }] }, refused: {} });
  });
});

describe('a mutation', () => {
  it('runs all of its fields except the refused one', async () => {
    hired.length = 0;
    const query = 'mutation { a: hire(name: "a") fire(name: "a") b: hire(name: "b") }';
    expect(await ask('member', query)).toEqual({ data: { a: 'a', fire: null, b: 'b' }, refused: { fire: 'FORBIDDEN' } });
    expect(hired).toEqual(['a', 'b']);
    expect(await ask('admin', query)).toEqual({ data: { a: 'a', fire: 'a', b: 'b' }, refused: {} });
    expect(hired).toEqual(['b', 'a', 'b']);
  });
});

describe('a subscription', () => {
  const all = async (who: string | null, query: string) => {
    const answers = [];
    for await (const answer of gateway.subscribe(who, query)) answers.push(brief(answer));
    return answers;
  };

  it('returns an HTTP error status and sends no request to the subgraph if its root field is refused', async () => {
    for (const [who, status, code] of [
      ['member', 403, 'FORBIDDEN'],
      [null, 401, 'UNAUTHENTICATED'],
    ] as const) {
      const { statusCode, body } = await request(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...(who && { 'x-api-key': who }) },
        body: JSON.stringify({ query: 'subscription { left { id } }' }),
      });
      const { errors } = (await body.json()) as GraphQLResponse;
      expect([statusCode, errors?.map(({ path, extensions }) => [path, extensions.code])]).toEqual([status, [[['left'], code]]]);
    }
    expect(news.requests).toEqual([]);
  });

  it('returns the other fields in each event if some fields are refused', async () => {
    expect(await all('member', 'subscription { joined { id name salary limit } }')).toEqual([
      {
        data: { joined: { id: '1', name: 'Ann', salary: null, limit: null } },
        refused: { 'joined.salary': 'FORBIDDEN', 'joined.limit': 'FORBIDDEN' },
      },
    ]);
    expect(asked()).not.toMatch(/salary|limit/);
    expect(await all('admin', 'subscription { joined { salary limit } }')).toEqual([
      { data: { joined: { salary: 100, limit: 9 } }, refused: {} },
    ]);
  });
});

describe('the plan of an operation', () => {
  it('is not reused for a viewer with other permissions, in any order and concurrently', async () => {
    const query = '{ first { email salary } }';
    const right: Record<string, object> = {
      admin: { data: { first: { email: 'ann@example.com', salary: 100 } }, refused: {} },
      member: { data: { first: { email: 'ann@example.com', salary: null } }, refused: { 'first.salary': 'FORBIDDEN' } },
      nobody: {
        data: { first: { email: null, salary: null } },
        refused: { 'first.email': 'UNAUTHENTICATED', 'first.salary': 'UNAUTHENTICATED' },
      },
    };
    const orders = ['admin member nobody admin', 'nobody admin member nobody'].map((order) => order.split(' '));
    for (const order of orders) {
      for (const who of order) expect([who, await ask(who === 'nobody' ? null : who, query)]).toEqual([who, right[who]]);
    }
    const crowd = Array.from({ length: 60 }, (_, index) => Object.keys(right)[index % 3]!);
    const fresh = query.replace('first', 'first: first');
    const answers = await Promise.all(crowd.map((who) => ask(who === 'nobody' ? null : who, fresh)));
    expect(answers).toEqual(crowd.map((who) => right[who]));
  });
});
