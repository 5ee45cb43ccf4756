import { v7 as uuidv7 } from 'uuid';
import { refuseOnViolation, UNIQUE } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { IdentitySecrets } from '../identity/identity.js';
import { hashPassword, randomPassword } from '../identity/password.js';
import { emailProblems, fullNameProblems } from '../user/user.rules.js';
import { newApiKey } from './issue-api-key.unscoped.store.js';
import { nameProblems, slugProblems } from './organization.rules.js';

export interface NewOrganization {
  name: string;
  slug: string;
  adminEmail: string;
  adminFullName: string;
  /** True if the administrator may also change the catalogue that all organizations read. */
  isPlatformAdmin: boolean;
  /** The id of the organization. The default is a new UUID. */
  id?: string;
}

/** The credentials of the first administrator. The password and the token are not stored and cannot be shown again. */
export interface CreatedOrganization {
  organizationId: string;
  userId: string;
  email: string;
  password: string;
  apiKeyToken: string;
}

/** Creates an organization with its first administrator and an API key of that user. Throws Refusal, for example if the slug is taken. */
export async function createOrganization(
  client: PrismaClient,
  secrets: IdentitySecrets,
  input: NewOrganization,
): Promise<CreatedOrganization> {
  const { name, slug, adminEmail: email, adminFullName: fullName, isPlatformAdmin } = input;
  refuseIf([
    ...nameProblems(['name'], name),
    ...slugProblems(['slug'], slug),
    ...emailProblems(['adminEmail'], email),
    ...fullNameProblems(['adminFullName'], fullName),
  ]);
  const [orgId, userId, password] = [input.id ?? uuidv7(), uuidv7(), randomPassword()];
  const { token, row } = newApiKey(secrets, { orgId, userId }, 'First key');
  const user = { orgId, id: userId, email, fullName, role: 'ADMIN' as const, isPlatformAdmin, passwordHash: await hashPassword(password) };
  const creating = client.$transaction(async (transaction) => {
    await transaction.organization.create({ data: { orgId, name, slug } });
    await transaction.user.create({ data: user });
    await transaction.apiKey.create({ data: row });
  });
  await refuseOnViolation(UNIQUE, () => refusal('TAKEN', ['slug'], 'Another organization has this slug. Choose another slug.'), creating);
  return { organizationId: orgId, userId, email, password, apiKeyToken: token };
}
