import { v7 as uuidv7 } from 'uuid';
import { Refusal } from '../../../subgraphs/shared/errors/user-error.js';
import { createOrganization } from '../../../subgraphs/serving/organization/create-organization.unscoped.store.js';
import { createTeam, createUser, runServing, secrets, viewerAs, type Serving } from './identity.arrange.js';
import { graphql } from '../../kit/documents/serving.js';

let subgraph: Serving;
beforeAll(async () => void (subgraph = await runServing()));
afterAll(() => subgraph.close());

const UPDATE = graphql(`
  mutation ($name: String!) {
    organizationUpdate(input: { name: $name }) {
      organization {
        name
      }
      userErrors {
        code
        field
      }
    }
  }
`);

describe('the organization of a viewer', () => {
  it('is returned with its users', async () => {
    const team = await createTeam(subgraph);
    await createUser(subgraph, team, { email: 'second@example.com' });
    const { data, errors } = await subgraph.execute(
      team.admin,
      graphql(`
        {
          organization {
            id
            name
            slug
            createdAt
            updatedAt
            users(orderBy: { field: EMAIL, direction: ASC }) {
              totalCount
              nodes {
                email
                organization {
                  slug
                }
              }
            }
          }
        }
      `),
    );
    expect(errors).toBeUndefined();
    const users = {
      totalCount: 2,
      nodes: ['admin@example.com', 'second@example.com'].map((email) => ({ email, organization: { slug: team.slug } })),
    };
    expect(data.organization).toMatchObject({ id: team.organizationId, name: 'Team', slug: team.slug, users });
    expect(Date.parse(data.organization.createdAt)).toBeLessThanOrEqual(Date.now());
  });

  it('is resolved as an entity for its members only', async () => {
    const [own, other] = [await createTeam(subgraph), await createTeam(subgraph)];
    const { data } = await subgraph.execute(
      own.admin,
      graphql('query ($of: [_Any!]!) { _entities(representations: $of) { ... on Organization { slug } } }'),
      {
        of: [other.organizationId, own.organizationId, uuidv7(), 'x'].map((id) => ({ __typename: 'Organization', id })),
      },
    );
    expect(data._entities).toEqual([null, { slug: own.slug }, null, null]);
  });

  it('can be renamed by an administrator', async () => {
    const [team, other] = [await createTeam(subgraph), await createTeam(subgraph)];
    expect((await subgraph.execute(team.admin, UPDATE, { name: 'Renamed' })).data.organizationUpdate).toEqual({
      organization: { name: 'Renamed' },
      userErrors: [],
    });
    expect((await subgraph.execute(other.admin, graphql('{ organization { name } }'))).data.organization.name).toBe('Team');
  });

  it.each([
    ['a blank name', ' ', 'BLANK'],
    ['a long name', 'x'.repeat(201), 'TOO_LONG'],
  ])('refuses %s', async (_, name, code) => {
    const team = await createTeam(subgraph);
    expect((await subgraph.execute(team.admin, UPDATE, { name })).data.organizationUpdate).toEqual({
      organization: null,
      userErrors: [{ code, field: ['input', 'name'] }],
    });
    expect((await subgraph.execute(team.admin, graphql('{ organization { name } }'))).data.organization.name).toBe('Team');
  });

  it('cannot be renamed by a member or a demoted administrator', async () => {
    const team = await createTeam(subgraph);
    const member = await createUser(subgraph, team);
    for (const viewer of [member, { ...member, roles: ['MEMBER', 'ADMIN'] as const }]) {
      expect((await subgraph.execute(viewer, UPDATE, { name: 'Mine' })).data.organizationUpdate).toEqual({
        organization: null,
        userErrors: [{ code: 'FORBIDDEN', field: null }],
      });
    }
    expect((await subgraph.execute(member, graphql('{ organization { name } }'))).data.organization.name).toBe('Team');
  });

  it('is null for an anonymous viewer and for an unknown organization', async () => {
    for (const viewer of [null, viewerAs(uuidv7(), uuidv7())]) {
      const { data, errors } = await subgraph.execute(viewer, graphql('{ organization { name } }'));
      expect([data, errors?.[0]?.extensions.code]).toEqual([{ organization: null }, 'UNAUTHENTICATED']);
    }
  });
});

describe('creating an organization', () => {
  const input = (slug: string) => ({ name: 'New', slug, adminEmail: 'a@b.example', adminFullName: 'A', isPlatformAdmin: false });

  it('creates the organization, its administrator, and an API key', async () => {
    const id = uuidv7();
    const made = await createOrganization(subgraph.client, secrets, { ...input(`new-${id}`), isPlatformAdmin: true, id });
    expect(made).toMatchObject({ organizationId: id, email: 'a@b.example' });
    expect(made.password.length).toBeGreaterThanOrEqual(20);
    const { data } = await subgraph.execute(
      viewerAs(id, made.userId),
      graphql('{ viewer { role isActive fullName apiKeys { nodes { scopes lastFour isActive } } } }'),
    );
    const key = { scopes: ['READ', 'WRITE'], lastFour: made.apiKeyToken.slice(-4), isActive: true };
    expect(data.viewer).toEqual({ role: 'ADMIN', isActive: true, fullName: 'A', apiKeys: { nodes: [key] } });
    expect(await subgraph.client.user.findFirst({ where: { orgId: id }, select: { isPlatformAdmin: true } })).toEqual({
      isPlatformAdmin: true,
    });
  });

  it('refuses a taken slug and stores nothing', async () => {
    const { slug } = await createTeam(subgraph);
    const before = await subgraph.client.user.count();
    await expect(createOrganization(subgraph.client, secrets, input(slug))).rejects.toMatchObject({
      userErrors: [{ code: 'TAKEN', field: ['slug'] }],
    });
    expect(await subgraph.client.user.count()).toBe(before);
  });

  it('creates one of ten concurrent organizations with the same slug', async () => {
    const slug = `race-${uuidv7()}`;
    const made = await Promise.allSettled(Array.from({ length: 10 }, () => createOrganization(subgraph.client, secrets, input(slug))));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused.every((reason) => reason instanceof Refusal && reason.userErrors[0]?.code === 'TAKEN')).toBe(true);
    expect(await subgraph.client.organization.count({ where: { slug } })).toBe(1);
  });

  it.each(['Upper', 'a b', '-a', 'a-', 'a--b', 'ä', 'x'.repeat(64), ''])('refuses the slug "%s"', async (slug) => {
    await expect(createOrganization(subgraph.client, secrets, input(slug))).rejects.toMatchObject({ userErrors: [{ field: ['slug'] }] });
  });
});
