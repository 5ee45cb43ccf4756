import { raw, sqltag as sql, type Sql } from '@prisma/client/runtime/client';
import type { AnyClient, Scope } from '../shared/tenancy/scope.js';
import type { Prisma } from './generated/prisma/client.js';

/** One condition on rows, as a Prisma filter and as an SQL condition on the table alias `row` of a page. */
interface VisibilityRule<Where> {
  readonly where: Where;
  readonly condition: Sql;
}

/**
 * The rules that decide which rows the viewer may see. A session is visible while it is active and not expired, to its
 * owner or, if it is shared, to the organization. Its turns, files and results are visible if the session is. All
 * statements of a request compare with the same time, so that a session cannot expire between two of them.
 */
export class Visibility {
  readonly #scope: Scope<AnyClient>;
  readonly #now = new Date();

  constructor(scope: Scope<AnyClient>) {
    this.#scope = scope;
  }

  get session(): VisibilityRule<Prisma.ChatSessionWhereInput> {
    const { userId } = this.#scope.viewer;
    return {
      where: {
        isActive: true,
        AND: [{ OR: [{ expiresAt: null }, { expiresAt: { gt: this.#now } }] }, { OR: [{ userId: null }, { userId }] }],
      },
      condition: this.#sessionCondition('row'),
    };
  }

  /** The rule of turns, results and files that belong to a session. */
  get child(): VisibilityRule<{ session: Prisma.ChatSessionWhereInput }> {
    return {
      where: { session: this.session.where },
      condition: sql`EXISTS (SELECT 1 FROM chat_sessions AS session
        WHERE session.org_id = row.org_id AND session.id = row.session_id AND ${this.#sessionCondition('session')})`,
    };
  }

  /** The rule of files: a file that was kept without its session is visible to its uploader. */
  get file(): VisibilityRule<Prisma.ChatFileWhereInput> {
    const { userId } = this.#scope.viewer;
    return {
      where: { OR: [this.child.where, { sessionId: null, uploaderId: userId }] },
      condition: sql`(${this.child.condition} OR (row.session_id IS NULL AND row.uploader_id = ${userId}::uuid))`,
    };
  }

  #sessionCondition(alias: 'row' | 'session'): Sql {
    const session = raw(alias);
    const notExpired = sql`(${session}.expires_at IS NULL OR ${session}.expires_at > ${this.#now.toISOString()}::timestamptz)`;
    const ownOrShared = sql`(${session}.user_id IS NULL OR ${session}.user_id = ${this.#scope.viewer.userId}::uuid)`;
    return sql`${session}.is_active AND ${notExpired} AND ${ownOrShared}`;
  }
}
