import { sqltag as sql } from '@prisma/client/runtime/client';
import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idempotently } from '../../shared/idempotency/idempotency.js';
import { idProblems, parseId } from '../../shared/input/id.js';
import { RowLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { between, equals, type Condition } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { CitationStore } from '../citation/citation.store.js';
import type { AnswerFilter, AnswerOrderField, AnswerRecordInput, AnswersPurge, AnswersPurgeInput } from '../generated/graphql.js';
import { Prisma, type Answer, type PrismaClient } from '../generated/prisma/client.js';
import { answerProblems, subtractDays, olderThanDaysProblems } from './answer.rules.js';

export type AnswerRow = Answer;
export type AnswerPage = Connection<AnswerRow>;
export type AnswerArguments = ConnectionArguments<AnswerFilter, AnswerOrderField>;

/** A row of the view `cited_answers`: an answer and the id of a chunk that it cites. */
type CitingAnswer = AnswerRow & { chunkId: string };

const MAX_INT = 2 ** 31 - 1;
const fromFeedback = sql`FROM answer_feedback AS feedback WHERE feedback.org_id = row.org_id AND feedback.answer_id = row.id`;
const feedbackScore = sql`coalesce(sum(CASE feedback.rating WHEN 'HELPFUL' THEN 1 ELSE -1 END), 0)`;

/** Builds EXISTS or NOT EXISTS: PostgreSQL turns these into joins, but not a comparison of EXISTS with a parameter. */
function isRatedCondition(isRated: boolean | null | undefined): Condition {
  if (isRated == null) return null;
  return isRated ? sql`EXISTS (SELECT ${fromFeedback})` : sql`NOT EXISTS (SELECT ${fromFeedback})`;
}

/**
 * Builds the condition that the feedback score lies within the bounds. If the bounds exclude 0, the score of unrated
 * answers, the statement starts from the table of ratings.
 */
function scoreCondition(min: number | null | undefined, max: number | null | undefined): Condition {
  if (min == null && max == null) return null;
  const isBetween = sql`BETWEEN ${min ?? -MAX_INT}::int AND ${max ?? MAX_INT}::int`;
  if ((min ?? 0) <= 0 && (max ?? 0) >= 0) return sql`(SELECT ${feedbackScore} ${isBetween} ${fromFeedback})`;
  return sql`(row.org_id, row.id) IN (SELECT feedback.org_id, feedback.answer_id FROM answer_feedback AS feedback
    GROUP BY feedback.org_id, feedback.answer_id HAVING ${feedbackScore} ${isBetween})`;
}

const definition: ConnectionDefinition<AnswerRow, AnswerFilter, AnswerOrderField> = {
  table: tableOf('answers', Prisma.AnswerScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('sessionId', filter.sessionId && parseId(filter.sessionId, 'sessionId'), 'uuid'),
    isRatedCondition(filter.isRated),
    scoreCondition(filter.minFeedbackScore, filter.maxFeedbackScore),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

const citingDefinition: ConnectionDefinition<CitingAnswer, AnswerFilter, AnswerOrderField> = {
  ...definition,
  table: tableOf('cited_answers', { ...Prisma.AnswerScalarFieldEnum, chunkId: 'chunkId' }),
};

const answerNotFound = () => refusal('NOT_FOUND', ['input', 'id'], 'No answer with this id exists in your organization.');

export class AnswerStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #citations: CitationStore;
  readonly #byId: RowLoader<AnswerRow>;
  readonly #pages: Pages<AnswerRow, AnswerFilter, AnswerOrderField>;
  readonly #citingPages: Pages<CitingAnswer, AnswerFilter, AnswerOrderField>;

  constructor(scope: Scope<PrismaClient>, citations: CitationStore) {
    this.#scope = scope;
    this.#citations = citations;
    this.#byId = new RowLoader(
      (ids) => scope.db.answer.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
    this.#citingPages = new Pages(scope, citingDefinition);
  }

  byId(id: string): Promise<AnswerRow | null> {
    return this.#byId.load(id);
  }

  /** Returns the answer that a foreign key refers to. Throws if it is missing. */
  async byIdOrThrow(id: string): Promise<AnswerRow> {
    const answer = await this.byId(id);
    if (!answer) throw new Error(`The answer ${id} is referenced but does not exist.`);
    return answer;
  }

  page(args: AnswerArguments): AnswerPage {
    return this.#pages.all(args);
  }

  ofUser(userId: string, args: AnswerArguments): AnswerPage {
    return this.#pages.of({ field: 'userId', id: userId }, args);
  }

  /** Returns a page of the answers that cite the chunk. An answer that cites it several times occurs once. */
  citingChunk(chunkId: string, args: AnswerArguments): AnswerPage {
    return this.#citingPages.of({ field: 'chunkId', id: chunkId }, args);
  }

  async record(input: AnswerRecordInput): Promise<AnswerRow | null> {
    refuseIf(answerProblems(input));
    const { sessionId, question, text, responseTimeMs, citations } = input;
    const { organizationId: orgId, viewer } = this.#scope;
    const data = { orgId, sessionId, question, text, responseTimeMs, userId: viewer.userId };
    const id = await refuseOnViolation(
      FOREIGN_KEY,
      () =>
        refusal(
          'NOT_FOUND',
          ['input', 'citations'],
          'Another request deleted a cited chunk at the same time. Remove its citation and try again.',
        ),
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, this.#scope.viewer, 'answerRecord', input, async (id) => {
          // Validated here and not before: a retry returns the first result even if a cited chunk has changed since.
          const validated = await this.#citations.validate(transaction, citations ?? []);
          await transaction.answer.create({ data: { ...data, id } });
          await transaction.citation.createMany({ data: validated.map((citation) => ({ ...citation, orgId, answerId: id })) });
        }),
      ),
    );
    this.#citations.forgetCounts((citations ?? []).map(({ chunkId }) => chunkId));
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const deletion = this.#scope.db.$transaction(async (transaction) => {
      const answer = await transaction.answer.findFirst({ where: { id }, select: { userId: true } });
      if (!answer) throw answerNotFound();
      const isAllowed = answer.userId === this.#scope.viewer.userId || this.#scope.hasRole('ADMIN');
      if (!isAllowed)
        throw refusal(
          'FORBIDDEN',
          ['input', 'id'],
          'Only the user who recorded this answer and administrators of the organization may delete it.',
        );
      await transaction.answerFeedback.deleteMany({ where: { answerId: id } });
      await transaction.answer.deleteMany({ where: { id } });
    });
    await refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('CONFLICT', ['input', 'id'], 'Another request rated this answer at the same time. Try again.'),
      deletion,
    );
    this.#byId.clear(id);
    return id;
  }

  /** Refuses the whole purge with CONFLICT, by the foreign key of ratings, if one of the answers is rated while it runs. */
  async purge({ olderThanDays = 30, dryRun }: AnswersPurgeInput): Promise<AnswersPurge> {
    refuseIf(olderThanDaysProblems(olderThanDays));
    if (!this.#scope.hasRole('ADMIN')) throw refusal('FORBIDDEN', null, 'Only administrators of the organization may purge answers.');
    const old = { createdAt: { lt: subtractDays(Date.now(), olderThanDays) } };
    const purged = { ...old, feedback: { none: {} } };
    const purge = this.#scope.db.$transaction(async (transaction) => {
      const keptRatedCount = await transaction.answer.count({ where: { ...old, feedback: { some: {} } } });
      const deletedCount = dryRun
        ? await transaction.answer.count({ where: purged })
        : (await transaction.answer.deleteMany({ where: purged })).count;
      return { deletedCount, keptRatedCount };
    });
    return refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('CONFLICT', null, 'Another request rated one of these answers at the same time. Try again.'),
      purge,
    );
  }
}
