import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { createApiKey, createTeam, createUser, runServing, type Serving } from './identity.arrange.js';
import { graphql } from '../../kit/documents/serving.js';

let subgraph: Serving;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const FIELDS = 'id name prefix lastFour scopes createdAt expiresAt revokedAt lastUsedAt isActive user { id }';
const UPDATE = graphql(`
  mutation ($id: ID!, $name: String!) {
    apiKeyUpdate(input: { id: $id, name: $name }) {
      apiKey {
        name
      }
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

describe('renaming and revoking an API key', () => {
  it('is allowed for its user and for administrators', async () => {
    const team = await createTeam(subgraph);
    const me = await createUser(subgraph, team);
    const { id } = await createApiKey(subgraph, me);
    expect((await subgraph.execute(me, UPDATE, { id, name: 'mine' })).data.apiKeyUpdate).toEqual({
      apiKey: { name: 'mine' },
      userErrors: [],
    });
    expect((await subgraph.execute(team.admin, UPDATE, { id, name: 'theirs' })).data.apiKeyUpdate.apiKey).toEqual({ name: 'theirs' });
    expect((await subgraph.execute(team.admin, REVOKE, { id })).data.apiKeyRevoke).toMatchObject({
      apiKey: { isActive: false },
      userErrors: [],
    });
  });

  it('is idempotent', async () => {
    const me = await aMember();
    const { id } = await createApiKey(subgraph, me);
    const [first, second] = [await subgraph.execute(me, REVOKE, { id }), await subgraph.execute(me, REVOKE, { id })];
    expect(first.data.apiKeyRevoke.apiKey.revokedAt).not.toBeNull();
    expect(second.data).toEqual(first.data);
  });

  it.each([
    ['a blank name', { name: ' ' }, error('BLANK', 'name')],
    ['a long name', { name: 'x'.repeat(256) }, error('TOO_LONG', 'name')],
    ['a malformed id', { id: 'x' }, error('INVALID', 'id')],
    ['an unknown id', { id: uuidv7() }, error('NOT_FOUND', 'id')],
  ])('refuses %s', async (_, change, userError) => {
    const me = await aMember();
    const { id } = await createApiKey(subgraph, me);
    expect((await subgraph.execute(me, UPDATE, { id, name: 'new', ...change })).data.apiKeyUpdate).toEqual({
      apiKey: null,
      userErrors: [userError],
    });
    expect((await read(me, id)).name).toBe('key');
  });

  it('does not find a key of another member or organization, nor does rotating', async () => {
    const team = await createTeam(subgraph);
    const { id } = await createApiKey(subgraph, await createUser(subgraph, team));
    for (const stranger of [await createUser(subgraph, team), (await createTeam(subgraph)).admin]) {
      const notFound = { apiKey: null, userErrors: [error('NOT_FOUND', 'id')] };
      expect((await subgraph.execute(stranger, UPDATE, { id, name: 'x' })).data.apiKeyUpdate).toEqual(notFound);
      expect((await subgraph.execute(stranger, REVOKE, { id })).data.apiKeyRevoke).toEqual(notFound);
      expect((await subgraph.execute(stranger, ROTATE, { id, overlap: 0 })).data.apiKeyRotate).toEqual({ ...notFound, token: null });
      expect(await read(stranger, id)).toBeNull();
    }
    expect(await read(team.admin, id)).toMatchObject({ name: 'key', isActive: true, expiresAt: null });
  });
});

describe('rotating an API key', () => {
  it('creates a key with the same lifetime, and keeps the old one valid for the overlap', async () => {
    const me = await aMember();
    const { id, token } = await createApiKey(subgraph, me, { name: 'Production', scopes: ['READ'], expiresAt: inSeconds(10 * 86_400) });
    await subgraph.client.apiKey.updateMany({ where: { id }, data: { createdAt: inSeconds(-5 * 86_400) } });
    const { apiKey, token: newToken, userErrors } = (await subgraph.execute(me, ROTATE, { id, overlap: 3600 })).data.apiKeyRotate;
    expect(userErrors).toEqual([]);
    expect(newToken).not.toBe(token);
    expect(apiKey).toMatchObject({ name: 'Production', scopes: ['READ'], lastFour: newToken.slice(-4), isActive: true, revokedAt: null });
    expect((Date.parse(apiKey.expiresAt) - Date.parse(apiKey.createdAt)) / 86_400_000).toBeCloseTo(15, 3);
    const old = await read(me, id);
    expect(old).toMatchObject({ isActive: true, revokedAt: null });
    expect(Math.abs(Date.parse(old.expiresAt) - inSeconds(3600).getTime())).toBeLessThan(30_000);
  });

  it('never extends the old one, and ends it at once without overlap', async () => {
    const me = await aMember();
    const soon = inSeconds(60);
    const { id } = await createApiKey(subgraph, me, { expiresAt: soon });
    await subgraph.execute(me, ROTATE, { id, overlap: 86_400 });
    expect((await read(me, id)).expiresAt).toBe(soon.toISOString());
    const other = await createApiKey(subgraph, me);
    const { data } = await subgraph.execute(me, ROTATE, { id: other.id, overlap: 0 });
    expect(data.apiKeyRotate.apiKey).toMatchObject({ expiresAt: null, isActive: true });
    expect((await read(me, other.id)).isActive).toBe(false);
  });

  it.each([
    ['a negative overlap', { overlap: -1 }, error('INVALID', 'overlapSeconds')],
    ['an overlap of more than a day', { overlap: 86_401 }, error('INVALID', 'overlapSeconds')],
    ['a malformed id', { id: 'x' }, error('INVALID', 'id')],
    ['an unknown id', { id: uuidv7() }, error('NOT_FOUND', 'id')],
  ])('refuses %s', async (_, change, userError) => {
    const me = await aMember();
    const { id } = await createApiKey(subgraph, me);
    const { data } = await subgraph.execute(me, ROTATE, { id, overlap: 0, ...change });
    expect(data.apiKeyRotate).toEqual({ apiKey: null, token: null, userErrors: [userError] });
    expect(await countKeys(me)).toBe(1);
    expect((await read(me, id)).isActive).toBe(true);
  });

  it('refuses expired and revoked keys', async () => {
    const me = await aMember();
    const [revoked, expired] = [await createApiKey(subgraph, me), await createApiKey(subgraph, me)];
    await subgraph.execute(me, REVOKE, { id: revoked.id });
    await subgraph.client.apiKey.updateMany({ where: { id: expired.id }, data: { expiresAt: inSeconds(-1) } });
    for (const { id } of [revoked, expired]) {
      expect((await subgraph.execute(me, ROTATE, { id, overlap: 60 })).data.apiKeyRotate).toEqual({
        apiKey: null,
        token: null,
        userErrors: [error('CONFLICT', 'id')],
      });
    }
    expect(await countKeys(me)).toBe(2);
  });

  it('is allowed for its user only, because the token acts as the user', async () => {
    const team = await createTeam(subgraph);
    const { id } = await createApiKey(subgraph, await createUser(subgraph, team));
    expect((await subgraph.execute(team.admin, ROTATE, { id, overlap: 0 })).data.apiKeyRotate).toEqual({
      apiKey: null,
      token: null,
      userErrors: [error('FORBIDDEN', 'id')],
    });
    expect((await read(team.admin, id)).isActive).toBe(true);
  });

  it.each([
    ['a key that ends with the overlap', 0, undefined],
    ['a key that ends before the overlap does', 3600, 60],
  ])('creates one key for ten concurrent rotations of %s', async (_, overlap, lifeSeconds) => {
    const me = await aMember();
    const { id } = await createApiKey(subgraph, me, { expiresAt: lifeSeconds && inSeconds(lifeSeconds) });
    const answers = await Promise.all(Array.from({ length: 10 }, () => subgraph.execute(me, ROTATE, { id, overlap })));
    expect(answers.filter(({ data }) => data.apiKeyRotate.token !== null)).toHaveLength(1);
    expect(answers.flatMap(({ data }) => data.apiKeyRotate.userErrors)).toEqual(Array(9).fill(error('CONFLICT', 'id')));
    expect(await countKeys(me)).toBe(2);
  });
});
