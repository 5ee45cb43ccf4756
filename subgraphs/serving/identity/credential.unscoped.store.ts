import { sqltag as sql } from '@prisma/client/runtime/client';
import type { ApiKey, PrismaClient, User } from '../generated/prisma/client.js';
import type { UserAuthorization } from './viewer-of-user.js';

export type UserCredentials = UserAuthorization & Pick<User, 'passwordHash'>;
export type ApiKeyCredentials = Pick<ApiKey, 'orgId' | 'id' | 'scopes' | 'expiresAt' | 'revokedAt' | 'lastUsedAt'> & {
  user: UserAuthorization;
};

/** The precision of `lastUsedAt` in ms. It limits the writes for a frequently used key to one per minute. */
const USE_INTERVAL_MS = 60_000;

/**
 * Looks up credentials. The tenant is not known before that, so this store uses Prisma's client without a scope. It reads only what
 * identifies a caller, and writes only the rows that it has found.
 */
export class CredentialStore {
  readonly #client: PrismaClient;

  constructor(client: PrismaClient) {
    this.#client = client;
  }

  /** Finds the user with this email in the organization with this slug. It runs one statement even if the slug does not exist. */
  async findUser(slug: string, email: string): Promise<UserCredentials | null> {
    // PostgreSQL rejects strings with NUL characters, and no row contains one.
    if (slug.includes('\0') || email.includes('\0')) return null;
    const users = await this.#client.$queryRaw<UserCredentials[]>(sql`
      SELECT u.org_id AS "orgId", u.id, u.role::text AS role, u.is_platform_admin AS "isPlatformAdmin", u.is_active AS "isActive", u.password_hash AS "passwordHash"
      FROM organizations AS o JOIN users AS u ON u.org_id = o.org_id
      WHERE o.slug = ${slug} AND lower(u.email) = lower(${email})`);
    return users[0] ?? null;
  }

  /** Replaces the hash of a password by a stronger hash of the same password. */
  async replacePasswordHash({ orgId, id, passwordHash }: UserCredentials, newHash: string): Promise<void> {
    await this.#client.user.updateMany({ where: { orgId, id, passwordHash }, data: { passwordHash: newHash } });
  }

  /** Finds the API key with this digest, active or not, together with its user. */
  findApiKey(tokenHash: Uint8Array<ArrayBuffer>): Promise<ApiKeyCredentials | null> {
    const user = { select: { orgId: true, id: true, role: true, isPlatformAdmin: true, isActive: true } };
    const select = { orgId: true, id: true, scopes: true, expiresAt: true, revokedAt: true, lastUsedAt: true, user };
    return this.#client.apiKey.findUnique({ where: { tokenHash }, select });
  }

  /** Updates `lastUsedAt`, unless it was updated within the last minute. */
  async recordUse({ orgId, id, lastUsedAt }: ApiKeyCredentials, now: Date): Promise<void> {
    const before = new Date(now.getTime() - USE_INTERVAL_MS);
    if (lastUsedAt && lastUsedAt > before) return;
    const where = { orgId, id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: before } }] };
    await this.#client.apiKey.updateMany({ where, data: { lastUsedAt: now } });
  }
}
