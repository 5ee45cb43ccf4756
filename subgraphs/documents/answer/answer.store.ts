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
import { answerProblems, daysBefore, olderThanDaysProblems } from './answer.rules.js';

export type AnswerRow = Answer;
export type AnswerPage = Connection<AnswerRow>;
export type AnswerArguments = ConnectionArguments<AnswerFilter, AnswerOrderField>;

/** An answer beside one of the chunks that it cites. */
type CitingAnswer = AnswerRow & { chunkId: string };

const MAX_INT = 2 ** 31 - 1;
const feedback = sql`FROM answer_feedback AS feedback WHERE feedback.org_id = row.org_id AND feedback.answer_id = row.id`;
const score = sql`coalesce(sum(CASE feedback.rating WHEN 'HELPFUL' THEN 1 ELSE -1 END), 0)`;

/** Two plain conditions, since a comparison with a parameter would keep PostgreSQL from joining. */
function rated(isRated: boolean | null | undefined): Condition {
  if (isRated == null) return null;
  return isRated ? sql`EXISTS (SELECT ${feedback})` : sql`NOT EXISTS (SELECT ${feedback})`;
}

/** The score lies in the bounds. Where 0 does not, only rated answers can, and those are found from their feedback. */
function scored(min: number | null | undefined, max: number | null | undefined): Condition {
  if (min == null && max == null) return null;
  const isBetween = sql`BETWEEN ${min ?? -MAX_INT}::int AND ${max ?? MAX_INT}::int`;
  if ((min ?? 0) <= 0 && (max ?? 0) >= 0) return sql`(SELECT ${score} ${isBetween} ${feedback})`;
  return sql`(row.org_id, row.id) IN (SELECT feedback.org_id, feedback.answer_id FROM answer_feedback AS feedback
    GROUP BY feedback.org_id, feedback.answer_id HAVING ${score} ${isBetween})`;
}

const definition: ConnectionDefinition<AnswerRow, AnswerFilter, AnswerOrderField> = {
  table: tableOf('answers', Prisma.AnswerScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [
    equals('sessionId', filter.sessionId && parseId(filter.sessionId, 'sessionId'), 'uuid'),
    rated(filter.isRated),
    scored(filter.minFeedbackScore, filter.maxFeedbackScore),
    between('createdAt', filter.createdFrom, filter.createdBefore),
  ],
};

const citing: ConnectionDefinition<CitingAnswer, AnswerFilter, AnswerOrderField> = {
  ...definition,
  table: tableOf('cited_answers', { ...Prisma.AnswerScalarFieldEnum, chunkId: 'chunkId' }),
};

const unknownAnswer = () => refusal('NOT_FOUND', ['input', 'id'], 'You have no answer with this id.');

export class AnswerStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #citations: CitationStore;
  readonly #byId: RowLoader<AnswerRow>;
  readonly #pages: Pages<AnswerRow, AnswerFilter, AnswerOrderField>;
  readonly #citing: Pages<CitingAnswer, AnswerFilter, AnswerOrderField>;

  constructor(scope: Scope<PrismaClient>, citations: CitationStore) {
    this.#scope = scope;
    this.#citations = citations;
    this.#byId = new RowLoader(
      (ids) => scope.db.answer.findMany({ where: { id: { in: ids } } }),
      (row) => row.id,
    );
    this.#pages = new Pages(scope, definition);
    this.#citing = new Pages(scope, citing);
  }

  byId(id: string): Promise<AnswerRow | null> {
    return this.#byId.load(id);
  }

  /** The answer that a foreign key says is there. */
  async existing(id: string): Promise<AnswerRow> {
    const answer = await this.byId(id);
    if (!answer) throw new Error(`The answer ${id} is referenced and missing.`);
    return answer;
  }

  page(args: AnswerArguments): AnswerPage {
    return this.#pages.all(args);
  }

  /** The answers that a user recorded in the organization. */
  ofUser(userId: string, args: AnswerArguments): AnswerPage {
    return this.#pages.of({ field: 'userId', id: userId }, args);
  }

  /** The answers that cite a chunk, each once. */
  citing(chunkId: string, args: AnswerArguments): AnswerPage {
    return this.#citing.of({ field: 'chunkId', id: chunkId }, args);
  }

  async record(input: AnswerRecordInput): Promise<AnswerRow | null> {
    refuseIf(answerProblems(input));
    const { sessionId, question, text, responseTimeMs, citations } = input;
    const { organizationId: orgId, viewer } = this.#scope;
    const data = { orgId, sessionId, question, text, responseTimeMs, userId: viewer.userId };
    const id = await refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('NOT_FOUND', ['input', 'citations'], 'Somebody deleted a cited chunk at this moment.'),
      this.#scope.db.$transaction((transaction) =>
        idempotently(transaction, this.#scope.viewer, 'answerRecord', input, async (id) => {
          // Only here: what a retry cites was checked the first time, and may read otherwise since.
          const checked = await this.#citations.checked(transaction, citations ?? []);
          await transaction.answer.create({ data: { ...data, id } });
          await transaction.citation.createMany({ data: checked.map((citation) => ({ ...citation, orgId, answerId: id })) });
        }),
      ),
    );
    this.#citations.changed((citations ?? []).map(({ chunkId }) => chunkId));
    return this.byId(id);
  }

  async delete(id: string): Promise<string> {
    refuseIf(idProblems(['input', 'id'], id));
    const deleting = this.#scope.db.$transaction(async (transaction) => {
      const answer = await transaction.answer.findFirst({ where: { id }, select: { userId: true } });
      if (!answer) throw unknownAnswer();
      const isAllowed = answer.userId === this.#scope.viewer.userId || this.#scope.hasRole('ADMIN');
      if (!isAllowed)
        throw refusal('FORBIDDEN', ['input', 'id'], 'Only the user who recorded this answer and administrators may delete it.');
      await transaction.answerFeedback.deleteMany({ where: { answerId: id } });
      await transaction.answer.deleteMany({ where: { id } });
    });
    await refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('CONFLICT', ['input', 'id'], 'Somebody rated this answer at this moment.'),
      deleting,
    );
    this.#byId.clear(id);
    return id;
  }

  /** Somebody who rates an old answer while this runs keeps it: the foreign key of the rating then refuses the whole purge. */
  async purge({ olderThanDays = 30, dryRun }: AnswersPurgeInput): Promise<AnswersPurge> {
    refuseIf(olderThanDaysProblems(olderThanDays));
    if (!this.#scope.hasRole('ADMIN')) throw refusal('FORBIDDEN', null, 'Only administrators may purge answers.');
    const isOld = { createdAt: { lt: daysBefore(Date.now(), olderThanDays) } };
    const purged = { ...isOld, feedback: { none: {} } };
    const purging = this.#scope.db.$transaction(async (transaction) => {
      const keptRatedCount = await transaction.answer.count({ where: { ...isOld, feedback: { some: {} } } });
      const deletedCount = dryRun
        ? await transaction.answer.count({ where: purged })
        : (await transaction.answer.deleteMany({ where: purged })).count;
      return { deletedCount, keptRatedCount };
    });
    return refuseOnViolation(
      FOREIGN_KEY,
      () => refusal('CONFLICT', null, 'Somebody rated one of these answers at this moment. Purge again.'),
      purging,
    );
  }
}
