import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refuseIf } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { sessionNotFound, type ChatSessionRow, type ChatSessionStore } from '../chat-session/chat-session.store.js';
import type { ChatSessionStar, PrismaClient } from '../generated/prisma/client.js';

/** Reads and writes the viewer's own stars; those of other users are never read. */
export class ChatSessionStarStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #sessions: ChatSessionStore;
  readonly #bySession: RowLoader<ChatSessionStar>;

  constructor(scope: Scope<PrismaClient>, sessions: ChatSessionStore) {
    this.#scope = scope;
    this.#sessions = sessions;
    this.#bySession = new RowLoader(
      (sessionIds) => scope.db.chatSessionStar.findMany({ where: { sessionId: { in: sessionIds }, userId: scope.viewer.userId } }),
      (row) => row.sessionId,
    );
  }

  async isStarred(sessionId: string): Promise<boolean> {
    return (await this.#bySession.load(sessionId)) !== null;
  }

  async star(sessionId: string): Promise<ChatSessionRow> {
    const session = await this.#visibleSession(sessionId);
    const { organizationId: orgId, userId } = this.#scope.viewer;
    const data = [{ orgId, userId, sessionId }];
    await refuseOnViolation(FOREIGN_KEY, sessionNotFound, this.#scope.db.chatSessionStar.createMany({ data, skipDuplicates: true }));
    this.#bySession.clear(sessionId);
    return session;
  }

  async unstar(sessionId: string): Promise<ChatSessionRow> {
    const session = await this.#visibleSession(sessionId);
    await this.#scope.db.chatSessionStar.deleteMany({ where: { sessionId, userId: this.#scope.viewer.userId } });
    this.#bySession.clear(sessionId);
    return session;
  }

  async #visibleSession(id: string): Promise<ChatSessionRow> {
    refuseIf(idProblems(['input', 'id'], id));
    const session = await this.#sessions.byId(id);
    if (!session) throw sessionNotFound();
    return session;
  }
}
