import type { IncomingHttpHeaders } from 'node:http';
import type { JWTPayload } from 'jose';
import { request } from 'undici';
import { headerRules } from '../../gateway/headers/header-rules.js';
import { TOKEN_ALGORITHMS } from '../../gateway/identity/token-verifier.js';
import type { GraphQLResponse } from '../kit/documents/response.js';
import { serveSubgraphs, type ServedSubgraphs } from '../kit/federation.js';
import { openGateway, subscribeByEventStream, type OpenGateway } from '../kit/gateway.js';
import { AUDIENCE, createKeyPair, ISSUER, serveKeys, signToken, type KeyPair, type KeyServer } from '../kit/issuer.js';

const NAMES = ['@key', '@authenticated', '@requiresScopes', '@policy'].map((name) => `"${name}"`).join(', ');
const TYPE_DEFS = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${NAMES}])
  type Query {
    open: String
    known: String @authenticated
    orders: String @requiresScopes(scopes: [["orders:read", "orders:list"], ["admin"]])
    reports: String @policy(policies: [["reports"]])
  }
  type Subscription { ticks: Int @authenticated }`;
const value = () => 'yes';
const ticks = async function* () {
  for (let count = 1; ; count++) {
    yield { ticks: count };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

let key: KeyPair;
let issuer: KeyServer;
let served: ServedSubgraphs;
let gateway: OpenGateway;
/** The headers of the requests to the subgraph, the last one first. */
let received: IncomingHttpHeaders[];
beforeAll(async () => {
  key = await createKeyPair('RS256');
  issuer = await serveKeys(key.publicJwk);
  const resolvers = { Query: { open: value, known: value, orders: value, reports: value }, Subscription: { ticks: { subscribe: ticks } } };
  served = await serveSubgraphs({ shop: { typeDefs: TYPE_DEFS, resolvers } }, (_, { headers }) => void received.unshift(headers));
  const request = [
    { propagate: { matching: '^x-' } },
    { insert: { name: 'X-User', claim: 'sub' } },
    { insert: { name: 'X-Name', claim: 'profile.name' } },
  ];
  gateway = await openGateway(served.supergraph, {
    tokens: {
      keys: { url: issuer.url },
      issuers: [ISSUER],
      audiences: [AUDIENCE],
      algorithms: TOKEN_ALGORITHMS,
      scopesClaims: ['scope', 'scp', 'scopes'],
      policiesClaim: 'policies',
    },
    headerRules: headerRules.parse({ all: { request } }),
  });
});
afterAll(async () => {
  await gateway.close();
  await served.close();
  await issuer.close();
});
beforeEach(() => (received = []));

async function ask(query: string, headers: Record<string, string> = {}) {
  const all = { 'content-type': 'application/json', ...headers };
  const response = await request(gateway.url, { method: 'POST', headers: all, body: JSON.stringify({ query }) });
  const { data, errors = [] } = (await response.body.json()) as GraphQLResponse;
  const refused = Object.fromEntries(errors.map(({ path = [], extensions }) => [path.join('.'), extensions.code]));
  return { status: response.statusCode, data: data as unknown, refused, challenge: response.headers['www-authenticate'] };
}
const bearer = async (claims: JWTPayload = {}) => ({ authorization: `Bearer ${await signToken(key, claims)}` });

const ALL = '{ open known orders reports }';
const yes = { open: 'yes', known: 'yes', orders: 'yes', reports: 'yes' };

describe('a client with a token', () => {
  it.each<[string, JWTPayload | null, string[], string]>([
    ['nobody', null, ['known', 'orders', 'reports'], 'UNAUTHENTICATED'],
    ['a token without scopes', {}, ['orders', 'reports'], 'FORBIDDEN'],
    ['one of two scopes', { scope: 'orders:read' }, ['orders', 'reports'], 'FORBIDDEN'],
    ['both scopes', { scope: 'orders:list orders:read' }, ['reports'], 'FORBIDDEN'],
    ['a list of scopes', { scp: ['admin'] }, ['reports'], 'FORBIDDEN'],
    ['a policy', { policies: ['reports'] }, ['orders'], 'FORBIDDEN'],
    ['a role of the same name', { roles: ['reports'], scope: 'admin' }, ['reports'], 'FORBIDDEN'],
    ['scopes and policies', { scopes: ['admin'], policies: 'other reports' }, [], ''],
  ])('%s reads what the directives allow', async (_, claims, refused, code) => {
    const { data, refused: errors } = await ask(ALL, claims ? await bearer(claims) : {});
    expect(data).toEqual({ ...yes, ...Object.fromEntries(refused.map((field) => [field, null])) });
    expect(errors).toEqual(Object.fromEntries(refused.map((field) => [field, code])));
  });

  it.each<[string, () => Promise<string> | string]>([
    ['that expired', async () => (await bearer({ exp: 1 })).authorization],
    ['of another issuer', async () => (await bearer({ iss: 'x' })).authorization],
    ['that is no token', () => 'Bearer abc'],
    ['that is empty', () => 'Bearer '],
    ['of another scheme', () => 'Basic YTpi'],
    ['with characters of no token', () => 'Bearer a,b'],
  ])('%s is refused, also for public fields', async (_, authorization) => {
    const response = await ask('{ open }', { authorization: await authorization() });
    expect(response).toMatchObject({ status: 401, refused: { '': 'UNAUTHENTICATED' }, challenge: 'Bearer error="invalid_token"' });
    expect(received).toEqual([]);
  });

  it('is known to subgraphs by its claims, which no client can forge', async () => {
    const forged = { 'x-user': 'root', 'x-name': 'root', 'x-tenant': 'acme' };
    await ask('{ open }', { ...forged, ...(await bearer({ profile: { name: 'Ann' } })) });
    expect(received[0]).toMatchObject({ 'x-user': 'ann', 'x-name': 'Ann', 'x-tenant': 'acme' });
    expect(received[0]).not.toHaveProperty('authorization');
    await ask('{ open }', forged);
    expect(received[0]).toMatchObject({ 'x-tenant': 'acme' });
    expect(received[0]).not.toHaveProperty('x-user');
  });

  it.each(['ann\r\nx-admin: 1', 'ann\nx-admin: 1', 'ann\u0000', 'ann\u007f'])(
    'is named by a claim %j that injects no header',
    async (sub) => {
      expect(await ask('{ open }', await bearer({ sub }))).toMatchObject({ data: { open: 'yes' } });
      expect(received[0]).not.toHaveProperty('x-user');
      expect(received[0]).not.toHaveProperty('x-admin');
      expect(gateway.log.join()).toContain('a claim was not sent');
    },
  );

  it('is disconnected from a stream when the token expires', async () => {
    const headers = await bearer({ exp: Math.floor(Date.now() / 1000) - 3 }); // Two seconds of the leeway are left.
    const codes: unknown[] = [];
    for await (const { errors } of subscribeByEventStream(gateway.url, headers, 'subscription { ticks }'))
      for (const { extensions } of errors ?? []) codes.push(extensions.code);
    expect(codes).toEqual(['UNAUTHENTICATED']);
    await expect(subscribeByEventStream(gateway.url, {}, 'subscription { ticks }').next()).rejects.toBeDefined();
  });
});
