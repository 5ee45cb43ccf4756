import { hash } from '@node-rs/argon2';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { SessionTokens } from '../../../subgraphs/serving/identity/session-token.js';
import { createTeam, createUser, PASSWORD, runServing, secrets, type Serving } from './identity.arrange.js';
import { hashPassword, verifyPassword } from '../../../subgraphs/serving/identity/password.js';
import { graphql } from '../../kit/documents/serving.js';

let subgraph: Serving;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const SIGN_IN = graphql(`
  mutation ($input: SessionCreateInput!) {
    sessionCreate(input: $input) {
      session {
        token
        expiresAt
        user {
          id
          email
          fullName
          organization {
            slug
          }
        }
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

const signIn = (slug: string, email: string, password: string) =>
  subgraph.execute(null, SIGN_IN, { input: { organizationSlug: slug, email, password } });

describe('signing in', () => {
  it('returns a token with the user, the organization, and the roles, valid for fifteen minutes', async () => {
    const team = await createTeam(subgraph, { isPlatformAdmin: true });
    const { data, errors } = await signIn(team.slug, 'Admin@Example.com', team.password);
    expect(errors).toBeUndefined();
    const { session, userErrors } = data.sessionCreate;
    expect(userErrors).toEqual([]);
    expect(session.user).toEqual({ id: team.userId, email: 'admin@example.com', fullName: 'Admin', organization: { slug: team.slug } });
    const keys = createLocalJWKSet(await new SessionTokens(secrets.sessionPrivateKey).publicKeys());
    const expected = { issuer: 'ml-platform-graph', audience: 'ml-platform-graph', algorithms: ['EdDSA'] };
    const { payload } = await jwtVerify(session.token, keys, expected);
    expect(payload).toMatchObject({ sub: team.userId, org: team.organizationId, roles: ['MEMBER', 'ADMIN', 'PLATFORM_ADMIN'] });
    expect(payload.exp! - payload.iat!).toBe(15 * 60);
    expect(new Date(payload.exp! * 1000).toISOString()).toBe(session.expiresAt);
    expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'org', 'roles', 'sub']);
  });

  it('returns no ADMIN role to a member', async () => {
    const team = await createTeam(subgraph);
    await createUser(subgraph, team, { email: 'member@example.com' });
    const { token } = (await signIn(team.slug, 'member@example.com', PASSWORD)).data.sessionCreate.session;
    expect(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).roles).toEqual(['MEMBER']);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', kid: expect.stringMatching(/^[\w-]{43}$/) });
  });

  it('distinguishes users with the same email in two organizations', async () => {
    const teams = [await createTeam(subgraph), await createTeam(subgraph)];
    for (const team of teams) {
      expect((await signIn(team.slug, 'admin@example.com', team.password)).data.sessionCreate.session.user.id).toBe(team.userId);
    }
    expect((await signIn(teams[0]!.slug, 'admin@example.com', teams[1]!.password)).data.sessionCreate.session).toBeNull();
  });

  it('returns the same error after two statements and one verification for any wrong credential', async () => {
    const team = await createTeam(subgraph);
    const gone = await createUser(subgraph, team, { email: 'gone@example.com' });
    await subgraph.client.user.updateMany({ where: { id: gone.userId }, data: { isActive: false } });
    const attempts = {
      'wrong slug': ['no-such-team', 'admin@example.com', team.password],
      'unknown email': [team.slug, 'nobody@example.com', team.password],
      'wrong password': [team.slug, 'admin@example.com', 'wrong password'],
      'deactivated user': [team.slug, 'gone@example.com', PASSWORD],
      'pattern for an email': [team.slug, 'admin@example.c_m', team.password],
    } as const;
    const passwordHash = await hashPassword(team.password);
    let verificationMs = Infinity;
    for (let times = 0; times < 3; times++) {
      const started = performance.now();
      await verifyPassword(passwordHash, team.password);
      verificationMs = Math.min(verificationMs, performance.now() - started);
    }
    const answers: Record<string, unknown> = {};
    for (const [name, [slug, email, password]] of Object.entries(attempts)) {
      subgraph.statements.take();
      const started = performance.now();
      answers[name] = await signIn(slug, email, password);
      // Most of the time is spent on the verification, on any machine.
      expect([name, performance.now() - started > verificationMs / 2]).toEqual([name, true]);
      // One counts the attempt, one looks up the user.
      expect([name, subgraph.statements.take().length]).toEqual([name, 2]);
    }
    const message = 'The organization, email or password is incorrect. Check all three and try again.';
    const same = { data: { sessionCreate: { session: null, userErrors: [{ code: 'INVALID', field: null, message }] } } };
    expect(answers).toEqual(Object.fromEntries(Object.keys(attempts).map((name) => [name, same])));
  });

  it.each(['a\0b', "' OR 1=1 --", '\ud800', ''])('refuses %j as a slug, an email, and a password', async (text) => {
    const team = await createTeam(subgraph);
    for (const [slug, email, password] of [
      [text, text, text],
      [team.slug, text, text],
      [team.slug, 'admin@example.com', text],
    ] as const) {
      const { data, errors } = await signIn(slug, email, password);
      expect(errors).toBeUndefined();
      expect(data.sessionCreate).toMatchObject({ session: null, userErrors: [{ code: 'INVALID', field: null }] });
    }
  });

  it('replaces a hash with a lower cost', async () => {
    const team = await createTeam(subgraph);
    const { userId: id } = await createUser(subgraph, team, { email: 'old@example.com' });
    const hashOf = async () => (await subgraph.client.user.findFirstOrThrow({ where: { id } })).passwordHash;
    const cheap = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await subgraph.client.user.updateMany({ where: { id }, data: { passwordHash: cheap } });
    expect((await signIn(team.slug, 'old@example.com', 'wrong password')).data.sessionCreate.session).toBeNull();
    expect(await hashOf()).toBe(cheap);
    expect((await signIn(team.slug, 'old@example.com', PASSWORD)).data.sessionCreate.session).not.toBeNull();
    expect(await hashOf()).toContain('m=19456,t=2,p=1');
    expect((await signIn(team.slug, 'old@example.com', PASSWORD)).data.sessionCreate.session).not.toBeNull();
  });

  it('does not authenticate other fields of the request', async () => {
    const team = await createTeam(subgraph);
    const input = { organizationSlug: team.slug, email: 'admin@example.com', password: team.password };
    const { data, errors } = await subgraph.execute(
      null,
      graphql(`
        mutation ($input: SessionCreateInput!) {
          sessionCreate(input: $input) {
            session {
              token
              user {
                email
                apiKeys {
                  totalCount
                }
              }
            }
          }
          organizationUpdate(input: { name: "Taken over" }) {
            organization {
              name
            }
          }
        }
      `),
      { input },
    );
    expect(errors!.map(({ path, extensions }) => [path!.join('.'), extensions.code])).toEqual([
      ['sessionCreate.session.user.apiKeys', 'UNAUTHENTICATED'],
      ['organizationUpdate', 'UNAUTHENTICATED'],
    ]);
    expect(data).toMatchObject({ sessionCreate: { session: { user: { apiKeys: null } } }, organizationUpdate: null });
    expect((await subgraph.execute(team.admin, graphql('{ organization { name } }'))).data.organization.name).toBe('Team');
  });
});
