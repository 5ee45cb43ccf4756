import type { PrismaClient } from '../generated/prisma/client.js';
import { ApiKeyTokens } from '../identity/api-key-token.js';
import type { IdentitySecrets } from '../identity/identity.js';

interface ApiKeyOwner {
  orgId: string;
  userId: string;
}

/** Creates the row and the token of an API key that may read and write. The caller inserts the row. */
export function newApiKey({ apiKeyPepper }: IdentitySecrets, owner: ApiKeyOwner, name: string) {
  const { token, ...secret } = new ApiKeyTokens(apiKeyPepper).issue();
  return { token, row: { ...secret, ...owner, name, scopes: ['READ', 'WRITE'] } };
}

/** Issues an API key to an administrator who has lost theirs. Returns null if the organization has no such active administrator. */
export async function issueApiKey(
  client: PrismaClient,
  secrets: IdentitySecrets,
  { slug, adminEmail: email }: { slug: string; adminEmail: string },
): Promise<string | null> {
  const where = { email, role: 'ADMIN' as const, isActive: true, organization: { slug } };
  const user = await client.user.findFirst({ where, select: { orgId: true, id: true } });
  if (!user) return null;
  const { token, row } = newApiKey(secrets, { orgId: user.orgId, userId: user.id }, 'Another key');
  await client.apiKey.create({ data: row });
  return token;
}
