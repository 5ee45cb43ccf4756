import { randomBytes } from 'node:crypto';
import type { PrismaClient } from '../../../subgraphs/serving/generated/prisma/client.js';
import {
  createOrganization,
  type CreatedOrganization,
} from '../../../subgraphs/serving/organization/create-organization.unscoped.store.js';
import { serving } from '../../../subgraphs/serving/subgraph.js';
import type { Role, Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/serving.js';
import { servingParts, servingSecrets } from '../../kit/serving.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';

export const secrets = servingSecrets;

export const PASSWORD = 'correct horse battery';

export type Serving = RunningSubgraph<PrismaClient>;

export const runServing = (): Promise<Serving> => runSubgraph(serving(servingParts));

/** An organization with its first administrator. */
export interface Team extends CreatedOrganization {
  slug: string;
  admin: Viewer;
}

export async function createTeam(subgraph: Serving, input: { slug?: string; isPlatformAdmin?: boolean } = {}): Promise<Team> {
  const { slug = `team-${randomBytes(6).toString('hex')}`, isPlatformAdmin = false } = input;
  const made = await createOrganization(subgraph.client, secrets, {
    name: 'Team',
    slug,
    adminEmail: 'admin@example.com',
    adminFullName: 'Admin',
    isPlatformAdmin,
  });
  return { ...made, slug, admin: viewerAs(made.organizationId, made.userId, ['MEMBER', 'ADMIN']) };
}

export const viewerAs = (organizationId: string, userId: string, roles: Role[] = ['MEMBER'], scopes: string[] = []): Viewer => ({
  organizationId,
  userId,
  roles,
  scopes,
});

const CREATE_USER = graphql(`
  mutation ($input: UserCreateInput!) {
    userCreate(input: $input) {
      user {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

/** Adds a user and answers who they are to the subgraph. */
export async function createUser(
  subgraph: Serving,
  { admin }: Team,
  input: { email?: string; role?: 'MEMBER' | 'ADMIN'; fullName?: string | null } = {},
): Promise<Viewer> {
  const { email = `${randomBytes(6).toString('hex')}@example.com`, role = 'MEMBER', fullName } = input;
  const { data } = await subgraph.execute(admin, CREATE_USER, { input: { email, role, fullName, password: PASSWORD } });
  expect(data.userCreate.userErrors).toEqual([]);
  return viewerAs(admin.organizationId, data.userCreate.user.id, role === 'ADMIN' ? ['MEMBER', 'ADMIN'] : ['MEMBER']);
}

/** Makes an API key of the viewer's and answers its id and token. */
export async function createApiKey(subgraph: Serving, viewer: Viewer, input: object = {}): Promise<{ id: string; token: string }> {
  const { data } = await subgraph.execute(
    viewer,
    graphql(`
      mutation ($input: ApiKeyCreateInput!) {
        apiKeyCreate(input: $input) {
          apiKey {
            id
          }
          token
          userErrors {
            code
            field
          }
        }
      }
    `),
    { input: { name: 'key', scopes: ['READ', 'WRITE'], ...input } },
  );
  expect(data.apiKeyCreate.userErrors).toEqual([]);
  return { id: data.apiKeyCreate.apiKey.id, token: data.apiKeyCreate.token };
}
