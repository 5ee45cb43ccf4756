import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { createTeam, createUser, PASSWORD, runServing, type Serving } from './identity.arrange.js';
import { graphql } from '../../kit/documents/serving.js';
import type { Connection, GraphQLResponse } from '../../kit/documents/response.js';

let subgraph: Serving;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const FIELDS = 'id email username fullName role isActive preferences createdAt updatedAt';
const CREATE = graphql(`
  mutation ($input: UserCreateInput!) {
    userCreate(input: $input) {
      user {
        ${FIELDS}
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const UPDATE = graphql(`
  mutation ($input: UserUpdateInput!) {
    userUpdate(input: $input) {
      user {
        ${FIELDS}
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const DEACTIVATE = graphql(`
  mutation ($id: ID!) {
    userDeactivate(input: { id: $id }) {
      user {
        isActive
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const ACTIVATE = graphql(`
  mutation ($id: ID!) {
    userActivate(input: { id: $id }) {
      user {
        isActive
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const SIGN_IN = graphql(`
  mutation ($slug: String!, $email: String!, $password: String!) {
    sessionCreate(input: { organizationSlug: $slug, email: $email, password: $password }) {
      session {
        expiresAt
      }
    }
  }
`);

const valid = { email: 'New.User@Example.com', fullName: 'New User', username: 'newuser', role: 'MEMBER', password: PASSWORD };
const refused = (code: string, ...field: string[]) => ({
  user: null,
  userErrors: [{ code, field: field.length === 0 ? null : ['input', ...field] }],
});
const countUsers = (orgId: string) => subgraph.client.user.count({ where: { orgId } });

describe('adding a user', () => {
  it('returns the new user, who can sign in with any case of the email', async () => {
    const team = await createTeam(subgraph);
    const { data } = await subgraph.execute(team.admin, CREATE, { input: valid });
    const { password: _, ...shown } = valid;
    expect(data.userCreate).toMatchObject({ user: { ...shown, isActive: true, preferences: {} }, userErrors: [] });
    const signIn = await subgraph.execute(null, SIGN_IN, { slug: team.slug, email: 'NEW.user@example.COM', password: PASSWORD });
    expect(signIn.data.sessionCreate.session).not.toBeNull();
  });

  it('stores the password as argon2id with 19 MiB and two iterations', async () => {
    const team = await createTeam(subgraph);
    const { userId } = await createUser(subgraph, team);
    const { passwordHash } = await subgraph.client.user.findFirstOrThrow({ where: { id: userId } });
    expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it.each([
    ['a blank email', { email: ' ' }, refused('BLANK', 'email')],
    ['an email without an @', { email: 'somebody' }, refused('INVALID', 'email')],
    ['an email with a NUL', { email: 'a\0@b.example' }, refused('INVALID', 'email')],
    ['an email that is too long', { email: `${'a'.repeat(250)}@b.example` }, refused('TOO_LONG', 'email')],
    ['a blank full name', { fullName: '' }, refused('BLANK', 'fullName')],
    ['a full name that is too long', { fullName: 'x'.repeat(256) }, refused('TOO_LONG', 'fullName')],
    ['a username with a space', { username: 'a b' }, refused('INVALID', 'username')],
    ['a short password', { password: 'x'.repeat(11) }, refused('INVALID', 'password')],
    ['a blank password', { password: ' '.repeat(12) }, refused('BLANK', 'password')],
    ['a password that is too long', { password: 'x'.repeat(1001) }, refused('TOO_LONG', 'password')],
    ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, refused('TOO_LONG', 'idempotencyKey')],
    ['the email of another user in another case', { email: 'ADMIN@example.com' }, refused('TAKEN', 'email')],
  ])('refuses %s', async (_, change, payload) => {
    const team = await createTeam(subgraph);
    expect((await subgraph.execute(team.admin, CREATE, { input: { ...valid, ...change } })).data.userCreate).toEqual(payload);
    expect(await countUsers(team.organizationId)).toBe(1);
  });

  it('reports all user errors at once', async () => {
    const team = await createTeam(subgraph);
    const first = await subgraph.execute(team.admin, CREATE, { input: { ...valid, email: 'x', password: 'x', username: '!' } });
    expect(first.data.userCreate.userErrors.map((error) => error.field[1])).toEqual(['email', 'username', 'password']);
    await subgraph.execute(team.admin, CREATE, { input: valid });
    const second = await subgraph.execute(team.admin, CREATE, { input: { ...valid, username: 'NEWUSER' } });
    expect(second.data.userCreate.userErrors).toEqual([
      { code: 'TAKEN', field: ['input', 'email'] },
      { code: 'TAKEN', field: ['input', 'username'] },
    ]);
  });

  it('allows the same email and username in another organization', async () => {
    for (const team of [await createTeam(subgraph), await createTeam(subgraph)]) {
      expect((await subgraph.execute(team.admin, CREATE, { input: valid })).data.userCreate.userErrors).toEqual([]);
    }
  });

  it('adds one of ten concurrent users with the same email', async () => {
    const team = await createTeam(subgraph);
    const inputs = Array.from({ length: 10 }, (_, index) => ({
      ...valid,
      username: null,
      email: index % 2 ? 'race@example.com' : 'RACE@example.com',
    }));
    const answers = await Promise.all(inputs.map((input) => subgraph.execute(team.admin, CREATE, { input })));
    const payloads = answers.map(({ data }) => data.userCreate);
    expect(payloads.filter(({ user }) => user)).toHaveLength(1);
    expect(payloads.filter(({ user }) => !user)).toEqual(Array(9).fill(refused('TAKEN', 'email')));
    expect(await countUsers(team.organizationId)).toBe(2);
  });

  it('returns the same user for a repeated idempotency key, even with another password, and refuses a different input', async () => {
    const team = await createTeam(subgraph);
    const input = { ...valid, idempotencyKey: 'once' };
    const ids = await Promise.all(
      ['first password', 'other password'].map(
        async (password) => (await subgraph.execute(team.admin, CREATE, { input: { ...input, password } })).data.userCreate.user.id,
      ),
    );
    expect(ids[0]).toBe(ids[1]);
    expect((await subgraph.execute(team.admin, CREATE, { input: { ...input, role: 'ADMIN' } })).data.userCreate).toEqual(
      refused('CONFLICT', 'idempotencyKey'),
    );
    expect(await countUsers(team.organizationId)).toBe(2);
  });
});

describe('reading users', () => {
  it('returns the viewer', async () => {
    const team = await createTeam(subgraph);
    const member = await createUser(subgraph, team, { email: 'me@example.com' });
    expect((await subgraph.execute(member, graphql('{ viewer { id email role } }'))).data.viewer).toEqual({
      id: member.userId,
      email: 'me@example.com',
      role: 'MEMBER',
    });
    for (const nobody of [null, { ...member, userId: uuidv7() }]) {
      expect((await subgraph.execute(nobody, graphql('{ viewer { id } }'))).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  it('pages in order, forward and backward, with users without a name last', async () => {
    const team = await createTeam(subgraph);
    for (const fullName of ['b', null, 'a', null, 'a']) await createUser(subgraph, team, { fullName });
    expect(await walk(team.admin, 'FULL_NAME', 'ASC')).toEqual(['Admin', 'a', 'a', 'b', null, null]);
    expect(await walk(team.admin, 'FULL_NAME', 'DESC')).toEqual(['b', 'a', 'a', 'Admin', null, null]);
    expect(await walk(team.admin, 'CREATED_AT', 'ASC')).toEqual(['Admin', 'b', null, 'a', null, 'a']);
    expect(await walk(team.admin, 'FULL_NAME', 'ASC', true)).toEqual([null, null, 'b', 'a', 'a', 'Admin']);
  });

  it('filters by activity, role and search', async () => {
    const team = await createTeam(subgraph);
    const ada = await createUser(subgraph, team, { email: 'ada_l@example.com', fullName: 'Ada 100%' });
    await createUser(subgraph, team, { email: 'bob@ada.example', fullName: 'Bob', role: 'ADMIN' });
    await subgraph.execute(team.admin, DEACTIVATE, { id: ada.userId });
    const emails = async (filter: object) => {
      const { data } = await subgraph.execute(
        team.admin,
        graphql(`
          query ($filter: UserFilter) {
            users(filter: $filter, orderBy: { field: EMAIL, direction: ASC }) {
              totalCount
              nodes {
                email
              }
            }
          }
        `),
        { filter },
      );
      expect(data.users.totalCount).toBe(data.users.nodes.length);
      return data.users.nodes.map(({ email }) => email);
    };
    expect(await emails({ isActive: false })).toEqual(['ada_l@example.com']);
    expect(await emails({ isActive: true })).toEqual(['admin@example.com', 'bob@ada.example']);
    expect(await emails({ role: 'MEMBER' })).toEqual(['ada_l@example.com']);
    expect(await emails({ search: 'ADA' })).toEqual(['ada_l@example.com', 'bob@ada.example']);
    expect(await emails({ search: '0%' })).toEqual(['ada_l@example.com']);
    expect(await emails({ search: 'a_l' })).toEqual(['ada_l@example.com']);
    expect(await emails({ search: 'ada', role: 'ADMIN', isActive: true })).toEqual(['bob@ada.example']);
    expect(await emails({ search: '' })).toHaveLength(3);
  });

  it('hides users of other organizations: by id, in a page, as an entity, and in mutations', async () => {
    const [team, other] = [await createTeam(subgraph), await createTeam(subgraph)];
    const id = other.userId;
    const { data } = await subgraph.execute(
      team.admin,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          user(id: $id) {
            email
          }
          users {
            totalCount
          }
          _entities(representations: $of) {
            ... on User {
              id
            }
          }
        }
      `),
      { id, of: [id, team.userId, uuidv7(), 'x'].map((one) => ({ __typename: 'User', id: one })) },
    );
    expect(data).toEqual({ user: null, users: { totalCount: 1 }, _entities: [null, { id: team.userId }, null, null] });
    expect((await subgraph.execute(team.admin, UPDATE, { input: { id, fullName: 'x' } })).data.userUpdate).toEqual(
      refused('NOT_FOUND', 'id'),
    );
    expect((await subgraph.execute(team.admin, DEACTIVATE, { id })).data.userDeactivate).toEqual(refused('NOT_FOUND', 'id'));
    expect((await subgraph.execute(team.admin, ACTIVATE, { id })).data.userActivate).toEqual(refused('NOT_FOUND', 'id'));
    expect((await subgraph.execute(other.admin, graphql('{ viewer { fullName isActive } }'))).data.viewer).toEqual({
      fullName: 'Admin',
      isActive: true,
    });
  });

  it('returns BAD_USER_INPUT for a malformed id', async () => {
    const { admin } = await createTeam(subgraph);
    expect((await subgraph.execute(admin, graphql('{ user(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('takes as many statements for many users as for one', async () => {
    const cost = async (count: number) => {
      const team = await createTeam(subgraph);
      const rows = Array.from({ length: count - 1 }, (_, index) => ({
        orgId: team.organizationId,
        id: uuidv7(),
        email: `${index}@example.com`,
        passwordHash: '',
        role: 'MEMBER' as const,
      }));
      await subgraph.client.user.createMany({ data: rows });
      await subgraph.client.apiKey.createMany({
        data: rows.map(({ orgId, id }, index) => ({
          orgId,
          userId: id,
          name: `${index}`,
          prefix: '',
          lastFour: '',
          scopes: ['READ'],
          tokenHash: new Uint8Array(Buffer.from(id.replaceAll('-', '').repeat(2), 'hex')),
        })),
      });
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(
        team.admin,
        graphql(`
          {
            viewer {
              id
            }
            organization {
              users(first: 50) {
                totalCount
                nodes {
                  email
                  organization {
                    name
                  }
                  apiKeys(first: 2) {
                    totalCount
                    nodes {
                      name
                      user {
                        email
                      }
                    }
                  }
                }
              }
            }
          }
        `),
      );
      expect(errors).toBeUndefined();
      expect(data.organization.users.nodes).toHaveLength(count);
      return subgraph.statements.take();
    };
    // Two, because the first is the viewer, who is read anyway.
    const [two, thirty] = [await cost(2), await cost(30)];
    expect(thirty).toHaveLength(two.length);
    expect(thirty.length).toBeLessThanOrEqual(7);
  });

  async function walk(viewer: Viewer, field: string, direction: string, backward = false): Promise<(string | null)[]> {
    const [size, from, end, more] = backward
      ? (['last', 'before', 'startCursor', 'hasPreviousPage'] as const)
      : (['first', 'after', 'endCursor', 'hasNextPage'] as const);
    const names: (string | null)[] = [];
    for (let cursor: string | null = null; ;) {
      const query = `query ($cursor: String) {
          users(${size}: 2, ${from}: $cursor, orderBy: { field: ${field}, direction: ${direction} }) {
            nodes { fullName } pageInfo { ${end} ${more} } } }`;
      const { data }: GraphQLResponse<{ users: Connection<{ fullName: string | null }> }> = await subgraph.execute(viewer, query, {
        cursor,
      });
      const page = data.users.nodes.map((node) => node.fullName);
      names.push(...(backward ? page.reverse() : page));
      if (!data.users.pageInfo[more]) return names;
      cursor = data.users.pageInfo[end];
    }
  }
});
