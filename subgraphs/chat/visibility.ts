import { raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { AnyClient, Scope } from '../shared/tenancy/scope.js';
import type { Prisma } from './generated/prisma/client.js';

/** What must be true of a row, in both languages of the stores: Prisma's, and SQL about the row of a page. */
interface Rule<Where> {
  readonly where: Where;
  readonly condition: Sql;
}

/**
 * What exists for the viewer. A session does while it is active and not expired, for its owner or, where it is
 * shared, for the organization; its turns, files and results exist where it does. All of one request is judged at
 * one moment, so that nothing is found whose session expired a statement later.
 */
export class Visibility {
  readonly #scope: Scope<AnyClient>;
  readonly #now = new Date();

  constructor(scope: Scope<AnyClient>) {
    this.#scope = scope;
  }

  get session(): Rule<Prisma.ChatSessionWhereInput> {
    const { userId } = this.#scope.viewer;
    return {
      where: {
        isActive: true,
        AND: [{ OR: [{ expiresAt: null }, { expiresAt: { gt: this.#now } }] }, { OR: [{ userId: null }, { userId }] }],
      },
      condition: this.#sessionCondition('row'),
    };
  }

  /** Of a row that belongs to a session. */
  get child(): Rule<{ session: Prisma.ChatSessionWhereInput }> {
    return {
      where: { session: this.session.where },
      condition: sql`EXISTS (SELECT 1 FROM chat_sessions AS session WHERE session.org_id = row.org_id AND session.id = row.session_id AND ${this.#sessionCondition('session')})`,
    };
  }

  /** Of a file: where it was kept without its session, it is its uploader's. */
  get file(): Rule<Prisma.ChatFileWhereInput> {
    const { userId } = this.#scope.viewer;
    return {
      where: { OR: [this.child.where, { sessionId: null, uploaderId: userId }] },
      condition: sql`(${this.child.condition} OR (row.session_id IS NULL AND row.uploader_id = ${userId}::uuid))`,
    };
  }

  #sessionCondition(alias: 'row' | 'session'): Sql {
    const session = raw(alias);
    const notExpired = sql`(${session}.expires_at IS NULL OR ${session}.expires_at > ${this.#now.toISOString()}::timestamptz)`;
    return sql`${session}.is_active AND ${notExpired} AND (${session}.user_id IS NULL OR ${session}.user_id = ${this.#scope.viewer.userId}::uuid)`;
  }
}
