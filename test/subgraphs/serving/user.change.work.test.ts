import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { createApiKey, createTeam, createUser, PASSWORD, runServing, type Serving } from './identity.arrange.js';
import { graphql } from '../../kit/documents/serving.js';

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
const CHANGE_PASSWORD = graphql(`
  mutation ($old: String!, $new: String!) {
    passwordChange(input: { currentPassword: $old, newPassword: $new }) {
      user {
        id
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

describe('changing a user', () => {
  it('allows users to change their own names and preferences; null clears, and omitted fields stay', async () => {
    const team = await createTeam(subgraph);
    const me = await createUser(subgraph, team, { fullName: 'Old' });
    const update = async (input: object) =>
      (await subgraph.execute(me, UPDATE, { input: { id: me.userId.toUpperCase(), ...input } })).data.userUpdate;
    expect(await update({ username: 'me', preferences: { theme: 'dark' } })).toMatchObject({
      user: { fullName: 'Old', username: 'me', preferences: { theme: 'dark' } },
      userErrors: [],
    });
    expect(await update({ fullName: null, preferences: null, role: null })).toMatchObject({
      user: { fullName: null, username: 'me', preferences: { theme: 'dark' }, role: 'MEMBER' },
    });
    expect(await update({ fullName: 'New', username: null, preferences: {} })).toMatchObject({
      user: { fullName: 'New', username: null, preferences: {} },
    });
  });

  it('allows an administrator to change other users and their roles', async () => {
    const team = await createTeam(subgraph);
    const { userId: id } = await createUser(subgraph, team);
    const { data } = await subgraph.execute(team.admin, UPDATE, { input: { id, fullName: 'Named', role: 'ADMIN' } });
    expect(data.userUpdate).toMatchObject({ user: { id, fullName: 'Named', role: 'ADMIN' }, userErrors: [] });
  });

  it.each([
    ['a malformed id', { id: 'x' }, refused('INVALID', 'id')],
    ['an unknown id', { id: uuidv7() }, refused('NOT_FOUND', 'id')],
    ['a blank full name', { fullName: ' ' }, refused('BLANK', 'fullName')],
    ['a username that is too short', { username: 'a' }, refused('INVALID', 'username')],
    ['preferences that are no object', { preferences: [1] }, refused('INVALID', 'preferences')],
    ['a username that is taken', { username: 'Chief' }, refused('TAKEN', 'username')],
  ])('refuses %s', async (_, change, payload) => {
    const team = await createTeam(subgraph);
    const { userId: id } = await createUser(subgraph, team, { fullName: 'Same' });
    await subgraph.execute(team.admin, UPDATE, { input: { id: team.userId, username: 'chief' } });
    expect((await subgraph.execute(team.admin, UPDATE, { input: { id, ...change } })).data.userUpdate).toEqual(payload);
    expect(await subgraph.client.user.findFirst({ where: { id }, select: { fullName: true, username: true } })).toEqual({
      fullName: 'Same',
      username: null,
    });
  });

  it('refuses administrative changes of a member', async () => {
    const team = await createTeam(subgraph);
    const [me, other] = [await createUser(subgraph, team), await createUser(subgraph, team)];
    // The second viewer says ADMIN, as a session does that began before the user was demoted.
    for (const viewer of [me, { ...me, roles: ['MEMBER', 'ADMIN'] as const }]) {
      expect((await subgraph.execute(viewer, CREATE, { input: valid })).data.userCreate).toEqual(refused('FORBIDDEN'));
      expect((await subgraph.execute(viewer, UPDATE, { input: { id: other.userId, fullName: 'x' } })).data.userUpdate).toEqual(
        refused('FORBIDDEN', 'id'),
      );
      expect((await subgraph.execute(viewer, UPDATE, { input: { id: uuidv7(), fullName: 'x' } })).data.userUpdate).toEqual(
        refused('FORBIDDEN', 'id'),
      );
      expect((await subgraph.execute(viewer, UPDATE, { input: { id: me.userId, fullName: 'x', role: 'ADMIN' } })).data.userUpdate).toEqual(
        refused('FORBIDDEN', 'role'),
      );
      expect((await subgraph.execute(viewer, DEACTIVATE, { id: other.userId })).data.userDeactivate).toEqual(refused('FORBIDDEN'));
      expect((await subgraph.execute(viewer, ACTIVATE, { id: me.userId })).data.userActivate).toEqual(refused('FORBIDDEN'));
    }
    const rows = await subgraph.client.user.findMany({
      where: { orgId: team.organizationId, role: 'MEMBER' },
      select: { fullName: true, isActive: true },
    });
    expect(rows).toEqual([
      { fullName: null, isActive: true },
      { fullName: null, isActive: true },
    ]);
  });

  it('cannot create a platform administrator', async () => {
    const { admin } = await createTeam(subgraph);
    const { errors } = await subgraph.execute(admin, UPDATE, { input: { id: admin.userId, isPlatformAdmin: true } });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await subgraph.client.user.findFirst({ where: { id: admin.userId }, select: { isPlatformAdmin: true } })).toEqual({
      isPlatformAdmin: false,
    });
  });

  it('deactivates and activates a user', async () => {
    const team = await createTeam(subgraph);
    const { userId: id } = await createUser(subgraph, team);
    expect((await subgraph.execute(team.admin, DEACTIVATE, { id })).data.userDeactivate).toEqual({
      user: { isActive: false },
      userErrors: [],
    });
    expect((await subgraph.execute(team.admin, DEACTIVATE, { id: 'x' })).data.userDeactivate).toEqual(refused('INVALID', 'id'));
    expect((await subgraph.execute(team.admin, ACTIVATE, { id })).data.userActivate).toEqual({ user: { isActive: true }, userErrors: [] });
  });

  it('refuses to demote the last active administrator', async () => {
    const team = await createTeam(subgraph);
    const second = await createUser(subgraph, team, { role: 'ADMIN' });
    await subgraph.execute(team.admin, DEACTIVATE, { id: second.userId });
    const id = team.userId.toUpperCase();
    expect((await subgraph.execute(team.admin, UPDATE, { input: { id, role: 'MEMBER', fullName: 'x' } })).data.userUpdate).toEqual(
      refused('CONFLICT', 'role'),
    );
    expect((await subgraph.execute(team.admin, DEACTIVATE, { id })).data.userDeactivate).toEqual(refused('CONFLICT', 'id'));
    await subgraph.execute(team.admin, ACTIVATE, { id: second.userId });
    expect((await subgraph.execute(team.admin, UPDATE, { input: { id, role: 'MEMBER' } })).data.userUpdate).toMatchObject({
      user: { role: 'MEMBER', fullName: 'Admin' },
    });
  });

  it('keeps one of ten administrators who demote themselves concurrently', async () => {
    const team = await createTeam(subgraph);
    const admins = [team.admin];
    for (let index = 0; index < 9; index += 1) admins.push(await createUser(subgraph, team, { role: 'ADMIN' }));
    const answers = await Promise.all(
      admins.map((admin) => subgraph.execute(admin, UPDATE, { input: { id: admin.userId, role: 'MEMBER' } })),
    );
    expect(answers.filter(({ data }) => data.userUpdate.userErrors[0]?.code === 'CONFLICT')).toHaveLength(1);
    expect(await subgraph.client.user.count({ where: { orgId: team.organizationId, role: 'ADMIN', isActive: true } })).toBe(1);
  });
});

describe('changing the password', () => {
  it('accepts the new one and refuses the old one', async () => {
    const team = await createTeam(subgraph);
    const me = await createUser(subgraph, team, { email: 'me@example.com' });
    expect((await subgraph.execute(me, CHANGE_PASSWORD, { old: PASSWORD, new: 'another password' })).data.passwordChange).toEqual({
      user: { id: me.userId },
      userErrors: [],
    });
    const signIn = async (password: string) =>
      (await subgraph.execute(null, SIGN_IN, { slug: team.slug, email: 'me@example.com', password })).data.sessionCreate.session;
    expect(await signIn(PASSWORD)).toBeNull();
    expect(await signIn('another password')).not.toBeNull();
  });

  it.each([
    ['a wrong current password', { old: 'wrong password', new: 'another password' }, refused('INVALID', 'currentPassword')],
    ['a short new password', { old: PASSWORD, new: 'short' }, refused('INVALID', 'newPassword')],
  ])('refuses %s', async (_, variables, payload) => {
    const team = await createTeam(subgraph);
    const me = await createUser(subgraph, team);
    const { passwordHash } = await subgraph.client.user.findFirstOrThrow({ where: { id: me.userId } });
    expect((await subgraph.execute(me, CHANGE_PASSWORD, variables)).data.passwordChange).toEqual(payload);
    expect(await subgraph.client.user.count({ where: { id: me.userId, passwordHash } })).toBe(1);
  });

  it('is refused for a deactivated user', async () => {
    const team = await createTeam(subgraph);
    const me = await createUser(subgraph, team);
    await subgraph.execute(team.admin, DEACTIVATE, { id: me.userId });
    expect((await subgraph.execute(me, CHANGE_PASSWORD, { old: PASSWORD, new: 'another password' })).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });
});

describe('the API keys of a user', () => {
  it('are visible to the user and to administrators, and null for others', async () => {
    const team = await createTeam(subgraph);
    const [me, other] = [await createUser(subgraph, team), await createUser(subgraph, team)];
    await createApiKey(subgraph, me);
    const names = async (viewer: Viewer) =>
      (await subgraph.execute(viewer, graphql('query ($id: ID!) { user(id: $id) { apiKeys { nodes { name } } } }'), { id: me.userId })).data
        .user.apiKeys;
    expect([await names(me), await names(team.admin), await names(other)]).toEqual([
      { nodes: [{ name: 'key' }] },
      { nodes: [{ name: 'key' }] },
      null,
    ]);
  });
});
