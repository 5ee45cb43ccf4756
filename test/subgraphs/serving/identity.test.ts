import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { ApiKeyTokens, isApiKeyToken } from '../../../subgraphs/serving/identity/api-key-token.js';
import { sign, MAX_CLOCK_SKEW_MS } from '../../../subgraphs/shared/viewer/signature.js';
import { createApiKey, createTeam, createUser, runServing, secrets, viewerAs, type Serving } from './identity.arrange.js';
import { graphql } from '../../kit/documents/serving.js';

let subgraph: Serving;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const at = (path: string) => new URL(path, subgraph.url).toString();
const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends a request like the gateway, without a viewer, because the response identifies the viewer. */
async function post(path: string, content: unknown) {
  const body = JSON.stringify(content);
  const headers = { ...JSON_TYPE, ...sign('serving', subgraph.key, { requestId: 'test', viewer: null }, body) };
  const response = await fetch(at(path), { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
}

const identify = async (token: unknown) => (await post('/identity/api-key', { token })).body;
const NOBODY = { viewer: null, expiresAt: null };

describe('the lookup of an API key', () => {
  it('returns the user with the roles of the row and the scopes of the key', async () => {
    const team = await createTeam(subgraph, { isPlatformAdmin: true });
    const roles = ['MEMBER', 'ADMIN', 'PLATFORM_ADMIN'];
    const viewer = { organizationId: team.organizationId, userId: team.userId, roles, scopes: ['READ', 'WRITE'] };
    expect(await identify(team.apiKeyToken)).toEqual({ viewer, expiresAt: null });
    const member = await createUser(subgraph, team);
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { token } = await createApiKey(subgraph, member, { scopes: ['READ'], expiresAt });
    expect(await identify(token)).toEqual({ viewer: { ...member, scopes: ['READ'] }, expiresAt });
    await subgraph.client.user.updateMany({ where: { id: member.userId }, data: { role: 'ADMIN' } });
    expect((await identify(token)).viewer.roles).toEqual(['MEMBER', 'ADMIN']);
  });

  it('returns null for revoked and expired keys, and for keys of a deactivated user', async () => {
    const team = await createTeam(subgraph);
    const key = async () => {
      const member = await createUser(subgraph, team);
      return { member, ...(await createApiKey(subgraph, member)) };
    };
    const [revoked, expired, locked] = [await key(), await key(), await key()];
    for (const { token } of [revoked, expired, locked]) expect((await identify(token)).viewer).not.toBeNull();
    await subgraph.execute(revoked.member, graphql('mutation ($id: ID!) { apiKeyRevoke(input: { id: $id }) { apiKey { id } } }'), {
      id: revoked.id,
    });
    await subgraph.client.apiKey.updateMany({ where: { id: expired.id }, data: { expiresAt: new Date() } });
    await subgraph.execute(team.admin, graphql('mutation ($id: ID!) { userDeactivate(input: { id: $id }) { user { id } } }'), {
      id: locked.member.userId,
    });
    for (const { token } of [revoked, expired, locked]) expect(await identify(token)).toEqual(NOBODY);
    await subgraph.execute(team.admin, graphql('mutation ($id: ID!) { userActivate(input: { id: $id }) { user { id } } }'), {
      id: locked.member.userId,
    });
    expect((await identify(locked.token)).viewer).toEqual({ ...locked.member, scopes: ['READ', 'WRITE'] });
  });

  it('accepts a rotated key until the overlap ends, and its successor at once', async () => {
    const { admin, apiKeyToken } = await createTeam(subgraph);
    const { data } = await subgraph.execute(admin, graphql('{ apiKeys { nodes { id } } }'));
    const rotate = graphql('mutation ($id: ID!) { apiKeyRotate(input: { id: $id, overlapSeconds: 60 }) { token } }');
    const { token } = (await subgraph.execute(admin, rotate, { id: data.apiKeys.nodes[0]!.id })).data.apiKeyRotate;
    const old = await identify(apiKeyToken);
    expect([old.viewer.userId, (await identify(token)).viewer.userId]).toEqual([admin.userId, admin.userId]);
    expect(Math.abs(Date.parse(old.expiresAt) - Date.now() - 60_000)).toBeLessThan(10_000);
  });

  it('returns null without a statement for an invalid checksum', async () => {
    const { apiKeyToken: token } = await createTeam(subgraph);
    const other = (character: string) => (character === 'a' ? 'b' : 'a');
    const altered = [...token].map((character, index) => token.slice(0, index) + other(character) + token.slice(index + 1));
    subgraph.statements.take();
    for (const wrong of [
      ...altered,
      '',
      token.slice(0, -1),
      `${token}a`,
      `${token}\n`,
      token.toUpperCase(),
      null,
      1,
      { not: 'x' },
      ['x'],
      undefined,
    ]) {
      expect([wrong, await identify(wrong)]).toEqual([wrong, NOBODY]);
    }
    for (const body of [null, [], 'x', 1]) expect((await post('/identity/api-key', body)).body).toEqual(NOBODY);
    expect(subgraph.statements.take()).toEqual([]);
  });

  it('returns null for an unknown token', async () => {
    const { token } = new ApiKeyTokens(secrets.apiKeyPepper).issue();
    expect(isApiKeyToken(token)).toBe(true);
    expect(await identify(token)).toEqual(NOBODY);
  });

  it('updates lastUsedAt at most once a minute', async () => {
    const team = await createTeam(subgraph);
    const { id, token } = await createApiKey(subgraph, team.admin);
    const lastUse = async () => (await subgraph.client.apiKey.findFirstOrThrow({ where: { id } })).lastUsedAt?.getTime() ?? null;
    expect(await lastUse()).toBeNull();
    await identify(token);
    const first = await lastUse();
    expect(Math.abs(first! - Date.now())).toBeLessThan(30_000);
    subgraph.statements.take();
    await identify(token);
    expect(subgraph.statements.take().some((statement) => statement.startsWith('UPDATE'))).toBe(false);
    expect(await lastUse()).toBe(first);
    await subgraph.client.apiKey.updateMany({ where: { id }, data: { lastUsedAt: new Date(first! - 61_000) } });
    await identify(token);
    expect(await lastUse()).toBeGreaterThanOrEqual(first!);
  });

  it('depends on the pepper', async () => {
    const { apiKeyToken, organizationId } = await createTeam(subgraph);
    const { tokenHash } = await subgraph.client.apiKey.findFirstOrThrow({ where: { orgId: organizationId } });
    expect(new ApiKeyTokens(secrets.apiKeyPepper).digest(apiKeyToken)).toEqual(tokenHash);
    expect(new ApiKeyTokens(randomBytes(32)).digest(apiKeyToken)).not.toEqual(tokenHash);
  });
});

describe('the keys of session tokens', () => {
  it('contain only the public key, with its thumbprint as kid', async () => {
    const { status, body } = await post('/identity/keys', {});
    const { d } = secrets.sessionPrivateKey.export({ format: 'jwk' });
    expect(status).toBe(200);
    expect(body.keys).toHaveLength(1);
    const [key] = body.keys as [JWK];
    expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: await calculateJwkThumbprint(key) });
    expect(JSON.stringify(body)).not.toContain(d);
  });
});

describe('a request without a valid signature of the gateway', () => {
  const PATHS = ['/graphql', '/identity/api-key', '/identity/keys'];

  it.each(PATHS)('gets status 401 at %s', async (path) => {
    const team = await createTeam(subgraph);
    const body = JSON.stringify({ query: graphql('{ viewer { email } _service { sdl } }'), token: team.apiKeyToken });
    const request = { requestId: 'test', viewer: team.admin };
    const signed = (audience = 'serving', key = subgraph.key, now?: number) => sign(audience, key, request, body, { now });
    const post = (headers: Record<string, string>, content = body) =>
      fetch(at(path), { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: content });
    const once = signed();
    expect((await post(once)).status).toBe(200);
    const [mine, hers] = [
      signed(),
      sign('serving', subgraph.key, { ...request, viewer: viewerAs(team.organizationId, team.userId, ['PLATFORM_ADMIN']) }, body),
    ];
    const attempts: Record<string, Promise<Response>> = {
      unsigned: post({}),
      replayed: post(once),
      stale: post(signed('serving', subgraph.key, Date.now() - MAX_CLOCK_SKEW_MS - 1000)),
      'from the future': post(signed('serving', subgraph.key, Date.now() + MAX_CLOCK_SKEW_MS + 1000)),
      'with another body': post(signed(), body.replace('email', 'id')),
      'with another viewer': post({ 'x-viewer': hers['x-viewer']!, 'x-viewer-signature': mine['x-viewer-signature']! }),
      'for another subgraph': post(signed('datasets')),
      'with another secret': post(signed('serving', { id: subgraph.key.id, secret: randomBytes(32) })),
      'with an unknown key': post(signed('serving', { ...subgraph.key, id: 'other' })),
      'without its statement': post({ 'x-viewer-signature': mine['x-viewer-signature']! }),
    };
    subgraph.statements.take();
    for (const [name, attempt] of Object.entries(attempts)) {
      const response = await attempt;
      const message = 'This server only accepts requests that the gateway has signed. Send the request to the gateway.';
      const refusal = { errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] };
      expect([name, response.status, await response.json()]).toEqual([name, 401, refusal]);
    }
    expect(subgraph.statements.take()).toEqual([]);
  });
});
