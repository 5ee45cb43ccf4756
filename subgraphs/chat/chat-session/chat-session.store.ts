import { idempotently } from '../../shared/idempotency/idempotency.js';
import { sqltag as sql } from '@prisma/client/runtime/client';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, contains, type Condition } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { FollowedRow } from '../../shared/subscriptions/followed-row.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type {
  ChatSessionCreateInput,
  ChatSessionDeleteInput,
  ChatSessionFilter,
  ChatSessionOrderField,
  ChatSessionUpdateInput,
} from '../generated/graphql.js';
import { Prisma, type ChatSession, type PrismaClient } from '../generated/prisma/client.js';
import { deleteFiles } from '../stored-content/stored-content.store.js';
import { Visibility } from '../visibility.js';
import { createProblems, updateProblems } from './chat-session.rules.js';

export type ChatSessionRow = ChatSession;
export type ChatSessionPage = Connection<ChatSessionRow>;
export type ChatSessionArguments = ConnectionArguments<ChatSessionFilter, ChatSessionOrderField>;

const TABLE = tableOf('chat_sessions', Prisma.ChatSessionScalarFieldEnum);

const definition = (
  scope: Scope<PrismaClient>,
  visibility: Visibility,
): ConnectionDefinition<ChatSessionRow, ChatSessionFilter, ChatSessionOrderField> => ({
  table: TABLE,
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
    UPDATED_AT: { field: 'updatedAt', type: 'timestamptz' },
    TITLE: { field: 'title', type: 'text' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    visibility.session.condition,
    starredCondition(filter.starred, scope.viewer.userId),
    filter.tags == null ? null : sql`row.tags @> ${[...filter.tags]}::text[]`,
    contains('title', filter.titleContains),
    filter.isShared == null ? null : sql`(row.user_id IS NULL) = ${filter.isShared}::bool`,
    sql`(row.archived_at IS NOT NULL) = ${filter.isArchived ?? false}::bool`,
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
});

const starredCondition = (isStarred: boolean | null | undefined, userId: string): Condition =>
  isStarred == null
    ? null
    : sql`EXISTS (SELECT 1 FROM chat_session_stars AS star
        WHERE star.org_id = row.org_id AND star.session_id = row.id AND star.user_id = ${userId}::uuid) = ${isStarred}::bool`;

export const sessionNotFound = (field = 'id') =>
  refusal('NOT_FOUND', ['input', field], 'No chat session with this id is visible to you. It may have been deleted or have expired.');

export class ChatSessionStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #visibility: Visibility;
  readonly #byId: RowLoader<ChatSessionRow>;
  readonly #pages: Pages<ChatSessionRow, ChatSessionFilter, ChatSessionOrderField>;

  constructor(scope: Scope<PrismaClient>, visibility: Visibility) {
    this.#scope = scope;
    this.#visibility = visibility;
    this.#byId = new RowLoader(
      (ids) => scope.db.chatSession.findMany({ where: { id: { in: ids }, ...visibility.session.where } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition(scope, visibility));
  }

  byId(id: string | null): Promise<ChatSessionRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the session of a turn or result that is visible to the viewer. Throws if it is missing. */
  async byIdOrThrow(id: string): Promise<ChatSessionRow> {
    const session = await this.byId(id);
    if (!session) throw new Error(`The chat session ${id} is referenced but does not exist.`);
    return session;
  }

  /** The row that `chatSessionUpdated` follows. Each read checks the visibility at its own time, because sessions expire. */
  followedRow(id: string): FollowedRow<ChatSessionRow> {
    return {
      table: TABLE.name,
      organizationId: this.#scope.organizationId,
      id,
      read: () => this.#scope.db.chatSession.findFirst({ where: { id, ...new Visibility(this.#scope).session.where } }),
      expiresAt: (session) => session.expiresAt,
    };
  }

  page(args: ChatSessionArguments): ChatSessionPage {
    return this.#pages.all(args);
  }

  ofUser(userId: string, args: ChatSessionArguments): ChatSessionPage {
    return this.#pages.of({ field: 'userId', id: userId }, args);
  }

  async create(input: ChatSessionCreateInput): Promise<ChatSessionRow | null> {
    refuseIf(createProblems(input, new Date()));
    const { title, isShared, tags, metadata, expiresAt } = input;
    const { viewer } = this.#scope;
    const { organizationId: orgId } = viewer;
    const data = { orgId, title, userId: isShared ? null : viewer.userId, tags: tags ?? [], metadata: metadata ?? {}, expiresAt };
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'chatSessionCreate', input, (id) => transaction.chatSession.create({ data: { ...data, id } })),
    );
    return this.byId(id);
  }

  async update(input: ChatSessionUpdateInput): Promise<ChatSessionRow> {
    refuseIf(updateProblems(input, new Date()));
    const { id, title, tags, metadata, expiresAt } = input;
    return this.#updateIf(id, {}, { title: title ?? undefined, tags: tags ?? undefined, metadata: metadata ?? undefined, expiresAt });
  }

  async archive(id: string): Promise<ChatSessionRow> {
    refuseIf(idProblems(['input', 'id'], id));
    return this.#updateIf(id, { archivedAt: null }, { archivedAt: new Date() });
  }

  async unarchive(id: string): Promise<ChatSessionRow> {
    refuseIf(idProblems(['input', 'id'], id));
    return this.#updateIf(id, { archivedAt: { not: null } }, { archivedAt: null });
  }

  /** Updates the session if it meets the condition, and returns its current row in both cases. */
  async #updateIf(
    id: string,
    condition: Prisma.ChatSessionWhereInput,
    data: Prisma.ChatSessionUpdateManyMutationInput,
  ): Promise<ChatSessionRow> {
    await this.#scope.db.chatSession.updateMany({ where: { id, ...condition, ...this.#visibility.session.where }, data });
    this.#byId.clear(id);
    const session = await this.byId(id);
    if (!session) throw sessionNotFound();
    return session;
  }

  /** Deletes the session's results, turns and files with one statement each, to count them, and the session last. */
  async delete({ id, files }: ChatSessionDeleteInput) {
    refuseIf(idProblems(['input', 'id'], id));
    return this.#scope.db.$transaction(async (transaction) => {
      if (!(await this.touch(transaction, id))) throw sessionNotFound();
      const where = { sessionId: id };
      const { count: resultCount } = await transaction.analysisResult.deleteMany({ where });
      const { count: turnCount } = await transaction.chatTurn.deleteMany({ where });
      const keptFileCount = files === 'KEEP' ? (await transaction.chatFile.updateMany({ where, data: { sessionId: null } })).count : 0;
      const deletedFileCount = await deleteFiles(transaction, where);
      await transaction.chatSession.deleteMany({ where: { id } });
      return { id, turnCount, resultCount, deletedFileCount, keptFileCount };
    });
  }

  /**
   * Sets `updatedAt` of the session, which locks its row until the transaction ends: changes of its turns, files and
   * results then run one after another. Returns false if the session is not visible to the viewer.
   */
  async touch(transaction: ScopedClient<PrismaClient>, id: string): Promise<boolean> {
    this.#byId.clear(id);
    const { count } = await transaction.chatSession.updateMany({
      where: { id, ...this.#visibility.session.where },
      data: { updatedAt: new Date() },
    });
    return count > 0;
  }

  /** Locks the session's row and returns its next turn number, unique because one statement increments it. Null if not visible. */
  async claimTurnNumber(transaction: ScopedClient<PrismaClient>, id: string): Promise<number | null> {
    this.#byId.clear(id);
    const where = { id, ...this.#visibility.session.where };
    const [session] = await transaction.chatSession.updateManyAndReturn({
      where,
      data: { lastTurnNumber: { increment: 1 } },
      select: { lastTurnNumber: true },
    });
    return session?.lastTurnNumber ?? null;
  }
}
