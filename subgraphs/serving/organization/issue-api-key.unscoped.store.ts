import type { ServingSecrets } from '../config.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { ApiKeyTokens } from '../identity/api-key-token.js';

interface Owner {
  orgId: string;
  userId: string;
}

/** A new API key of a user's that may read and write: its row, and the token that is shown once. */
export function newApiKey({ apiKeyPepper }: ServingSecrets, owner: Owner, name: string) {
  const { token, ...secret } = new ApiKeyTokens(apiKeyPepper).issue();
  return { token, row: { ...secret, ...owner, name, scopes: ['READ', 'WRITE'] } };
}

/** Issues another API key to an administrator whose keys are lost; null where the organization has no such active administrator. */
export async function issueApiKey(
  client: PrismaClient,
  secrets: ServingSecrets,
  { slug, adminEmail: email }: { slug: string; adminEmail: string },
): Promise<string | null> {
  const where = { email, role: 'ADMIN' as const, isActive: true, organization: { slug } };
  const user = await client.user.findFirst({ where, select: { orgId: true, id: true } });
  if (!user) return null;
  const { token, row } = newApiKey(secrets, { orgId: user.orgId, userId: user.id }, 'Another key');
  await client.apiKey.create({ data: row });
  return token;
}
