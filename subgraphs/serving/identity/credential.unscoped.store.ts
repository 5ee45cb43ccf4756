import { sqltag as sql } from '@prisma/client/runtime/client';
import type { ApiKey, PrismaClient, User } from '../generated/prisma/client.js';
import type { Standing } from './viewer-of.js';

export type Signer = Standing & Pick<User, 'passwordHash'>;
export type PresentedKey = Pick<ApiKey, 'orgId' | 'id' | 'scopes' | 'expiresAt' | 'revokedAt' | 'lastUsedAt'> & { user: Standing };

/** How exact `lastUsedAt` is: a key that is used a thousand times a second is written once a minute. */
const USE_INTERVAL_MS = 60_000;

/**
 * The one place that reads before the tenant is known, and so the one on Prisma's client without a scope: it finds
 * whose credential this is. It answers nothing but that, and it writes only the rows that it found.
 */
export class CredentialStore {
  readonly #client: PrismaClient;

  constructor(client: PrismaClient) {
    this.#client = client;
  }

  /** The user with this email in the organization with this slug: one statement, whatever is unknown of the two. */
  async user(slug: string, email: string): Promise<Signer | null> {
    // PostgreSQL refuses a text with NUL, and none of its rows holds one.
    if (slug.includes('\0') || email.includes('\0')) return null;
    const users = await this.#client.$queryRaw<Signer[]>(sql`
      SELECT u.org_id AS "orgId", u.id, u.role::text AS role, u.is_platform_admin AS "isPlatformAdmin", u.is_active AS "isActive", u.password_hash AS "passwordHash"
      FROM organizations AS o JOIN users AS u ON u.org_id = o.org_id
      WHERE o.slug = ${slug} AND lower(u.email) = lower(${email})`);
    return users[0] ?? null;
  }

  /** Keeps a hash of the same password that costs more to guess. */
  async strengthen({ orgId, id, passwordHash }: Signer, stronger: string): Promise<void> {
    await this.#client.user.updateMany({ where: { orgId, id, passwordHash }, data: { passwordHash: stronger } });
  }

  /** The API key with this digest and whose it is, whether it still holds or not. */
  apiKey(tokenHash: Uint8Array<ArrayBuffer>): Promise<PresentedKey | null> {
    const user = { select: { orgId: true, id: true, role: true, isPlatformAdmin: true, isActive: true } };
    const select = { orgId: true, id: true, scopes: true, expiresAt: true, revokedAt: true, lastUsedAt: true, user };
    return this.#client.apiKey.findUnique({ where: { tokenHash }, select });
  }

  /** Notes that the key was used, unless that was noted less than a minute ago. */
  async used({ orgId, id, lastUsedAt }: PresentedKey, now: Date): Promise<void> {
    const before = new Date(now.getTime() - USE_INTERVAL_MS);
    if (lastUsedAt && lastUsedAt > before) return;
    const where = { orgId, id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: before } }] };
    await this.#client.apiKey.updateMany({ where, data: { lastUsedAt: now } });
  }
}
