import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { createApiKey, createTeam, createUser, runServing, type Serving } from './identity.arrange.js';
import { graphql } from '../../kit/documents/serving.js';
import type { Connection, GraphQLResponse } from '../../kit/documents/response.js';

let subgraph: Serving;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const FIELDS = 'id name prefix lastFour scopes createdAt expiresAt revokedAt lastUsedAt isActive user { id }';
const CREATE = graphql(`
  mutation ($input: ApiKeyCreateInput!) {
    apiKeyCreate(input: $input) {
      apiKey {
        ${FIELDS}
      }
      token
      userErrors {
        code
        field
      }
    }
  }
`);
const ROTATE = graphql(`
  mutation ($id: ID!, $overlap: Int!) {
    apiKeyRotate(input: {id: $id, overlapSeconds: $overlap}) {
      apiKey {
        ${FIELDS}
      }
      token
      userErrors {
        code
        field
      }
    }
  }
`);
const REVOKE = graphql(`
  mutation ($id: ID!) {
    apiKeyRevoke(input: { id: $id }) {
      apiKey {
        isActive
        revokedAt
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const READ = graphql(`query ($id: ID!) { apiKey(id: $id) { ${FIELDS} } }`);

const error = (code: string, ...field: string[]) => ({ code, field: field.length === 0 ? null : ['input', ...field] });
const read = async (viewer: Viewer, id: string) => (await subgraph.execute(viewer, READ, { id })).data.apiKey;
const countKeys = (viewer: Viewer) => subgraph.client.apiKey.count({ where: { userId: viewer.userId } });
const aMember = async () => createUser(subgraph, await createTeam(subgraph));
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

describe('creating an API key', () => {
  it('returns the token once, and stores only its digest', async () => {
    const me = await aMember();
    const expiresAt = inSeconds(60).toISOString();
    const { data } = await subgraph.execute(me, CREATE, { input: { name: 'Production', scopes: ['READ'], expiresAt } });
    const { apiKey, token, userErrors } = data.apiKeyCreate;
    expect(userErrors).toEqual([]);
    expect(token).toMatch(/^mlp_live_[0-9A-Za-z]{36}$/);
    const shown = {
      name: 'Production',
      prefix: 'mlp_live_',
      lastFour: token.slice(-4),
      scopes: ['READ'],
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
      isActive: true,
    };
    expect(apiKey).toMatchObject({ ...shown, user: { id: me.userId } });
    expect(await read(me, apiKey.id)).toEqual(apiKey);
    const row = await subgraph.client.apiKey.findFirstOrThrow({ where: { id: apiKey.id } });
    expect(row.tokenHash).toHaveLength(32);
    const secret = token.slice('mlp_live_'.length, -6);
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it('creates a different token each time', async () => {
    const me = await aMember();
    const keys = await Promise.all(Array.from({ length: 10 }, () => createApiKey(subgraph, me)));
    expect(new Set(keys.map(({ token }) => token)).size).toBe(10);
    expect(await countKeys(me)).toBe(10);
  });

  it.each([
    ['a blank name', { name: ' ' }, error('BLANK', 'name')],
    ['a long name', { name: 'x'.repeat(256) }, error('TOO_LONG', 'name')],
    ['no scope', { scopes: [] }, error('BLANK', 'scopes')],
    ['a scope twice', { scopes: ['READ', 'READ'] }, error('INVALID', 'scopes', '1')],
    ['an expiry in the past', { expiresAt: inSeconds(-1) }, error('INVALID', 'expiresAt')],
    ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, error('TOO_LONG', 'idempotencyKey')],
  ])('refuses %s', async (_, change, userError) => {
    const me = await aMember();
    const { data } = await subgraph.execute(me, CREATE, { input: { name: 'key', scopes: ['READ'], ...change } });
    expect(data.apiKeyCreate).toEqual({ apiKey: null, token: null, userErrors: [userError] });
    expect(await countKeys(me)).toBe(0);
  });

  it('returns the same key without its token for a repeated idempotency key, and only to its user', async () => {
    const team = await createTeam(subgraph);
    const me = await createUser(subgraph, team);
    const create = async (viewer: Viewer, name = 'key') =>
      (await subgraph.execute(viewer, CREATE, { input: { name, scopes: ['READ'], idempotencyKey: 'once' } })).data.apiKeyCreate;
    const first = await create(me);
    expect(await create(me)).toEqual({ apiKey: first.apiKey, token: null, userErrors: [] });
    expect(await create(me, 'other')).toEqual({ apiKey: null, token: null, userErrors: [error('CONFLICT', 'idempotencyKey')] });
    const others = await create(team.admin);
    expect(others.token).not.toBeNull();
    expect(others.apiKey.id).not.toBe(first.apiKey.id);
  });

  it('creates one key and returns its token once for ten concurrent requests', async () => {
    const me = await aMember();
    const input = { name: 'key', scopes: ['READ'], idempotencyKey: 'at once' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => subgraph.execute(me, CREATE, { input })));
    expect(new Set(answers.map(({ data }) => data.apiKeyCreate.apiKey.id)).size).toBe(1);
    expect(answers.filter(({ data }) => data.apiKeyCreate.token !== null)).toHaveLength(1);
    expect(await countKeys(me)).toBe(1);
  });

  it('is refused for a deactivated user with a valid session', async () => {
    const me = await aMember();
    const { id } = await createApiKey(subgraph, me);
    await subgraph.client.user.updateMany({ where: { id: me.userId }, data: { isActive: false } });
    const { data } = await subgraph.execute(me, CREATE, { input: { name: 'key', scopes: ['READ'] } });
    expect(data.apiKeyCreate.userErrors).toEqual([error('FORBIDDEN')]);
    expect((await subgraph.execute(me, ROTATE, { id, overlap: 0 })).data.apiKeyRotate.userErrors).toEqual([error('FORBIDDEN')]);
    expect(await countKeys(me)).toBe(1);
  });

  it('refuses scopes that the credential lacks', async () => {
    const me = await aMember();
    const { id } = await createApiKey(subgraph, me);
    const writer = { ...me, scopes: ['WRITE'] };
    const { data } = await subgraph.execute(writer, CREATE, { input: { name: 'key', scopes: ['WRITE', 'READ'] } });
    expect(data.apiKeyCreate.userErrors).toEqual([error('FORBIDDEN', 'scopes', '1')]);
    expect((await subgraph.execute(writer, ROTATE, { id, overlap: 0 })).data.apiKeyRotate.userErrors).toEqual([error('FORBIDDEN', 'id')]);
    expect((await subgraph.execute(writer, CREATE, { input: { name: 'key', scopes: ['WRITE'] } })).data.apiKeyCreate.userErrors).toEqual(
      [],
    );
  });
});

describe('reading API keys', () => {
  it('returns their own keys to members, and all keys of the organization to administrators', async () => {
    const team = await createTeam(subgraph);
    const [me, other] = [await createUser(subgraph, team), await createUser(subgraph, team)];
    const [mine, theirs] = [await createApiKey(subgraph, me, { name: 'mine' }), await createApiKey(subgraph, other, { name: 'theirs' })];
    const page = async (viewer: Viewer, filter?: object) => {
      const { data } = await subgraph.execute(
        viewer,
        graphql(`
          query ($filter: ApiKeyFilter) {
            apiKeys(filter: $filter, orderBy: { field: NAME, direction: ASC }) {
              totalCount
              nodes {
                name
              }
            }
          }
        `),
        { filter },
      );
      expect(data.apiKeys.totalCount).toBe(data.apiKeys.nodes.length);
      return data.apiKeys.nodes.map(({ name }) => name);
    };
    expect(await page(me)).toEqual(['mine']);
    expect(await page(me, { userId: other.userId })).toEqual([]);
    expect(await page(team.admin)).toEqual(['First key', 'mine', 'theirs']);
    expect(await page(team.admin, { userId: other.userId })).toEqual(['theirs']);
    expect(await read(me, theirs.id)).toBeNull();
    expect((await read(team.admin, theirs.id)).name).toBe('theirs');
    const of = [theirs.id, mine.id, uuidv7(), 'x'].map((id) => ({ __typename: 'ApiKey', id }));
    const { data } = await subgraph.execute(
      me,
      graphql('query ($of: [_Any!]!) { _entities(representations: $of) { ... on ApiKey { name } } }'),
      { of },
    );
    expect(data._entities).toEqual([null, { name: 'mine' }, null, null]);
  });

  it('pages in order, forward and backward, with unused keys last', async () => {
    const me = await aMember();
    const aMinuteAgo = inSeconds(-60);
    const used = { a: null, b: aMinuteAgo, c: null, d: inSeconds(-5), e: aMinuteAgo };
    for (const [name, lastUsedAt] of Object.entries(used)) {
      const { id } = await createApiKey(subgraph, me, { name });
      await subgraph.client.apiKey.updateMany({ where: { id }, data: { lastUsedAt } });
    }
    expect(await walk(me, 'LAST_USED_AT', 'DESC')).toEqual(['d', 'e', 'b', 'c', 'a']);
    expect(await walk(me, 'LAST_USED_AT', 'ASC')).toEqual(['b', 'e', 'd', 'a', 'c']);
    expect(await walk(me, 'LAST_USED_AT', 'ASC', true)).toEqual(['c', 'a', 'd', 'e', 'b']);
    expect(await walk(me, 'NAME', 'DESC')).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await walk(me, 'CREATED_AT', 'ASC')).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('filters by validity', async () => {
    const me = await aMember();
    await createApiKey(subgraph, me, { name: 'for ever' });
    await createApiKey(subgraph, me, { name: 'for now', expiresAt: inSeconds(60) });
    const [expired, revoked] = [
      await createApiKey(subgraph, me, { name: 'expired' }),
      await createApiKey(subgraph, me, { name: 'revoked' }),
    ];
    await subgraph.client.apiKey.updateMany({ where: { id: expired.id }, data: { expiresAt: inSeconds(-1) } });
    await subgraph.execute(me, REVOKE, { id: revoked.id });
    const page = async (isActive: boolean) =>
      (
        await subgraph.execute(
          me,
          graphql(`
            query ($on: Boolean) {
              apiKeys(filter: { isActive: $on }, orderBy: { field: NAME, direction: ASC }) {
                nodes {
                  name
                  isActive
                }
              }
            }
          `),
          { on: isActive },
        )
      ).data.apiKeys.nodes;
    expect(await page(true)).toEqual([
      { name: 'for ever', isActive: true },
      { name: 'for now', isActive: true },
    ]);
    expect(await page(false)).toEqual([
      { name: 'expired', isActive: false },
      { name: 'revoked', isActive: false },
    ]);
  });

  it('returns BAD_USER_INPUT for malformed ids and UNAUTHENTICATED to an anonymous viewer', async () => {
    const me = await aMember();
    for (const query of ['{ apiKey(id: "1") { id } }', '{ apiKeys(filter: { userId: "1" }) { totalCount } }']) {
      expect((await subgraph.execute(me, query)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect((await subgraph.execute(null, graphql('{ apiKeys { totalCount } }'))).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  it('takes as many statements for many keys as for one', async () => {
    const cost = async (count: number) => {
      const team = await createTeam(subgraph);
      for (let index = 1; index < count; index += 1) await createApiKey(subgraph, team.admin);
      subgraph.statements.take();
      const { data } = await subgraph.execute(
        team.admin,
        graphql('{ apiKeys(first: 50) { totalCount nodes { name user { email organization { name } } } } }'),
      );
      expect(data.apiKeys.nodes).toHaveLength(count);
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(4);
  });

  async function walk(viewer: Viewer, field: string, direction: string, backward = false): Promise<string[]> {
    const [size, from, end, more] = backward
      ? (['last', 'before', 'startCursor', 'hasPreviousPage'] as const)
      : (['first', 'after', 'endCursor', 'hasNextPage'] as const);
    const names: string[] = [];
    for (let cursor: string | null = null; ;) {
      const query = `query ($cursor: String) {
          apiKeys(${size}: 2, ${from}: $cursor, orderBy: { field: ${field}, direction: ${direction} }) {
            nodes { name } pageInfo { ${end} ${more} } } }`;
      const { data }: GraphQLResponse<{ apiKeys: Connection<{ name: string }> }> = await subgraph.execute(viewer, query, { cursor });
      const page = data.apiKeys.nodes.map((node) => node.name);
      names.push(...(backward ? page.reverse() : page));
      if (!data.apiKeys.pageInfo[more]) return names;
      cursor = data.apiKeys.pageInfo[end];
    }
  }
});
