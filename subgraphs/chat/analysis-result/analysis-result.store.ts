import { idempotently } from '../../shared/idempotency/idempotency.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope, ScopedClient } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import { sessionNotFound, type ChatSessionStore } from '../chat-session/chat-session.store.js';
import type { AnalysisResultCreateInput, AnalysisResultFilter, AnalysisResultOrderField } from '../generated/graphql.js';
import { Prisma, type AnalysisResult, type PrismaClient } from '../generated/prisma/client.js';
import type { Visibility } from '../visibility.js';
import { createProblems, referenceProblems } from './analysis-result.rules.js';

/** A row of the table, with the type of the charts that analysis-result.rules.ts guarantees. */
export type AnalysisResultRow = Omit<AnalysisResult, 'charts'> & { charts: object[] };
export type AnalysisResultPage = Connection<AnalysisResultRow>;
export type AnalysisResultArguments = ConnectionArguments<AnalysisResultFilter, AnalysisResultOrderField>;

const definition = (visibility: Visibility): ConnectionDefinition<AnalysisResultRow, AnalysisResultFilter, AnalysisResultOrderField> => ({
  table: tableOf('analysis_results', Prisma.AnalysisResultScalarFieldEnum),
  orders: { CREATED_AT: { field: 'createdAt', type: 'timestamptz' } },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    visibility.child.condition,
    equals('analysisType', filter.analysisType, '"AnalysisResultType"'),
    filter.fileId == null ? null : equals('fileId', parseId(filter.fileId, 'filter.fileId'), 'uuid'),
  ],
});

const resultNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No analysis result with this id is visible to you.');

export class AnalysisResultStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #sessions: ChatSessionStore;
  readonly #byId: RowLoader<AnalysisResultRow>;
  readonly #pages: Pages<AnalysisResultRow, AnalysisResultFilter, AnalysisResultOrderField>;

  constructor(scope: Scope<PrismaClient>, visibility: Visibility, sessions: ChatSessionStore) {
    this.#scope = scope;
    this.#sessions = sessions;
    this.#byId = new RowLoader(
      async (ids) =>
        (await scope.db.analysisResult.findMany({ where: { id: { in: ids }, ...visibility.child.where } })) as AnalysisResultRow[],
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition(visibility));
  }

  byId(id: string): Promise<AnalysisResultRow | null> {
    return this.#byId.load(id);
  }

  ofSession(sessionId: string, args: AnalysisResultArguments): AnalysisResultPage {
    return this.#pages.of({ field: 'sessionId', id: sessionId }, args);
  }

  ofFile(fileId: string, args: AnalysisResultArguments): AnalysisResultPage {
    return this.#pages.of({ field: 'fileId', id: fileId }, args);
  }

  ofTurn(turnId: string, args: AnalysisResultArguments): AnalysisResultPage {
    return this.#pages.of({ field: 'turnId', id: turnId }, args);
  }

  /** Locks the session's row first, so that the file and the turn cannot be deleted before the result refers to them. */
  async create(input: AnalysisResultCreateInput): Promise<AnalysisResultRow | null> {
    refuseIf(createProblems(input));
    const { sessionId, fileId, turnId, analysisType, result, charts, metadata } = input;
    const { viewer } = this.#scope;
    const data = {
      orgId: viewer.organizationId,
      sessionId,
      fileId,
      turnId,
      analysisType,
      result: result as object,
      charts: (charts ?? []) as object[],
      metadata: metadata ?? {},
    };
    const id = await this.#scope.db.$transaction((transaction) =>
      idempotently(transaction, viewer, 'analysisResultCreate', input, async (id) => {
        if (!(await this.#sessions.touch(transaction, sessionId))) throw sessionNotFound('sessionId');
        refuseIf(referenceProblems(input, await this.#isInSession(transaction, input)));
        await transaction.analysisResult.create({ data: { ...data, id } });
      }),
    );
    return this.byId(id);
  }

  async #isInSession(transaction: ScopedClient<PrismaClient>, { sessionId, fileId, turnId }: AnalysisResultCreateInput) {
    const file = fileId != null && (await transaction.chatFile.count({ where: { id: fileId, sessionId } })) > 0;
    const turn = turnId != null && (await transaction.chatTurn.count({ where: { id: turnId, sessionId } })) > 0;
    return { file, turn };
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const result = await this.byId(id);
    if (!result) throw resultNotFound();
    await this.#scope.db.$transaction(async (transaction) => {
      if (!(await this.#sessions.touch(transaction, result.sessionId))) throw resultNotFound();
      const { count } = await transaction.analysisResult.deleteMany({ where: { id } });
      if (count === 0) throw resultNotFound();
    });
    this.#byId.clear(id);
    return id;
  }
}
