import { idempotently } from '../../shared/idempotency/idempotency.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals, oneOf } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { sessionNotFound, type ChatSessionStore } from '../chat-session/chat-session.store.js';
import type { ChatTurnFilter, ChatTurnFinishInput, ChatTurnOrderField, ChatTurnStartInput } from '../generated/graphql.js';
import { Prisma, type ChatTurn, type PrismaClient } from '../generated/prisma/client.js';
import type { Visibility } from '../visibility.js';
import { finishProblems, startProblems } from './chat-turn.rules.js';

export type ChatTurnRow = ChatTurn;
export type ChatTurnPage = Connection<ChatTurnRow>;
export type ChatTurnArguments = ConnectionArguments<ChatTurnFilter, ChatTurnOrderField>;

const definition = (visibility: Visibility): ConnectionDefinition<ChatTurnRow, ChatTurnFilter, ChatTurnOrderField> => ({
  table: tableOf('chat_turns', Prisma.ChatTurnScalarFieldEnum),
  orders: { TURN_NUMBER: { field: 'turnNumber', type: 'int4' } },
  defaultOrder: { field: 'TURN_NUMBER', direction: 'ASC' },
  conditions: (filter) => [
    visibility.child.condition,
    oneOf('status', filter.statuses, '"ChatTurnStatus"'),
    equals('agentType', filter.agentType, '"ChatAgentType"'),
  ],
});

const turnNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No chat turn with this id is visible to you.');

export class ChatTurnStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #sessions: ChatSessionStore;
  readonly #byId: RowLoader<ChatTurnRow>;
  readonly #pages: Pages<ChatTurnRow, ChatTurnFilter, ChatTurnOrderField>;

  constructor(scope: Scope<PrismaClient>, visibility: Visibility, sessions: ChatSessionStore) {
    this.#scope = scope;
    this.#sessions = sessions;
    this.#byId = new RowLoader(
      (ids) => scope.db.chatTurn.findMany({ where: { id: { in: ids }, ...visibility.child.where } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition(visibility));
  }

  byId(id: string | null): Promise<ChatTurnRow | null> {
    return this.#byId.load(id);
  }

  ofSession(sessionId: string, args: ChatTurnArguments): ChatTurnPage {
    return this.#pages.of({ field: 'sessionId', id: sessionId }, args);
  }

  async start(input: ChatTurnStartInput): Promise<ChatTurnRow | null> {
    refuseIf(startProblems(input));
    const { sessionId, userMessage } = input;
    const { viewer } = this.#scope;
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'chatTurnStart', input, async (id) => {
        const turnNumber = await this.#sessions.claimTurnNumber(transaction, sessionId);
        if (turnNumber === null) throw sessionNotFound('sessionId');
        await transaction.chatTurn.create({ data: { orgId: viewer.organizationId, id, sessionId, turnNumber, userMessage } });
      }),
    );
    return this.byId(id);
  }

  /** Updates the turn only while it is PENDING, so that of two simultaneous requests the second is refused. */
  async finish(input: ChatTurnFinishInput): Promise<ChatTurnRow | null> {
    refuseIf(finishProblems(input));
    const { id, outcome, agentResponse, agentType, context, error } = input;
    const { sessionId } = await this.#byIdOrRefuse(id);
    const data = { status: outcome, agentResponse, agentType, context: context ?? undefined, error, finishedAt: new Date() };
    await this.#scope.db.$transaction(async (transaction) => {
      if (!(await this.#sessions.touch(transaction, sessionId))) throw turnNotFound();
      const { count } = await transaction.chatTurn.updateMany({ where: { id, status: 'PENDING' }, data });
      if (count === 0) throw refusal('CONFLICT', ['input', 'id'], 'This turn has already ended. Only a PENDING turn can be finished.');
    });
    this.#byId.clear(id);
    return this.byId(id);
  }

  /** Locks the session's row first, so that no new result can refer to the turn before it is deleted. */
  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const { sessionId } = await this.#byIdOrRefuse(id);
    await this.#scope.db.$transaction(async (transaction) => {
      if (!(await this.#sessions.touch(transaction, sessionId))) throw turnNotFound();
      await transaction.analysisResult.updateMany({ where: { turnId: id }, data: { turnId: null } });
      const { count } = await transaction.chatTurn.deleteMany({ where: { id } });
      if (count === 0) throw turnNotFound();
    });
    this.#byId.clear(id);
    return id;
  }

  async #byIdOrRefuse(id: string): Promise<ChatTurnRow> {
    const turn = await this.byId(id);
    if (!turn) throw turnNotFound();
    return turn;
  }
}
