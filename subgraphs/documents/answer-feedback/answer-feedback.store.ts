import { FOREIGN_KEY, refuseOnViolation } from '../../shared/errors/constraint.js';
import { refusal, refuseIf } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { RowListLoader } from '../../shared/loader/loaders.js';
import type { ConnectionArguments } from '../../shared/page/arguments.js';
import { equals } from '../../shared/page/conditions.js';
import type { Connection } from '../../shared/page/connection.js';
import type { ConnectionDefinition } from '../../shared/page/definition.js';
import { Pages } from '../../shared/page/pages.js';
import type { Scope } from '../../shared/tenancy/scope.js';
import { tableOf } from '../../shared/tenancy/table.js';
import type { AnswerFeedbackFilter, AnswerFeedbackOrderField, AnswerFeedbackSetInput } from '../generated/graphql.js';
import { Prisma, type AnswerFeedback, type PrismaClient } from '../generated/prisma/client.js';
import { feedbackProblems, scoreOfRating } from './answer-feedback.rules.js';

export type AnswerFeedbackRow = AnswerFeedback;
export type AnswerFeedbackPage = Connection<AnswerFeedbackRow>;
export type AnswerFeedbackArguments = ConnectionArguments<AnswerFeedbackFilter, AnswerFeedbackOrderField>;

const definition: ConnectionDefinition<AnswerFeedbackRow, AnswerFeedbackFilter, AnswerFeedbackOrderField> = {
  table: tableOf('answer_feedback', Prisma.AnswerFeedbackScalarFieldEnum),
  orders: {
    CREATED_AT: { field: 'createdAt', type: 'timestamptz' },
  },
  defaultOrder: { field: 'CREATED_AT', direction: 'DESC' },
  conditions: (filter) => [equals('rating', filter.rating, '"AnswerRating"')],
};

/** The sum of the ratings of an answer that have one value. */
interface PartialScore {
  answerId: string;
  score: number;
}

const answerNotFound = () => refusal('NOT_FOUND', ['input', 'answerId'], 'No answer with this id exists in your organization.');

export class AnswerFeedbackStore {
  readonly #scope: Scope<PrismaClient>;
  readonly #scores: RowListLoader<PartialScore>;
  readonly #pages: Pages<AnswerFeedbackRow, AnswerFeedbackFilter, AnswerFeedbackOrderField>;

  constructor(scope: Scope<PrismaClient>) {
    this.#scope = scope;
    this.#scores = new RowListLoader(
      (ids) => this.#readScores(ids),
      (row) => row.answerId,
    );
    this.#pages = new Pages(scope, definition);
  }

  /** Returns up to two rows per answer: the sum of its HELPFUL ratings and that of its NOT_HELPFUL ratings. */
  async #readScores(answerIds: string[]): Promise<PartialScore[]> {
    const groups = await this.#scope.db.answerFeedback.groupBy({
      by: ['answerId', 'rating'],
      where: { answerId: { in: answerIds } },
      _count: true,
    });
    return groups.map(({ answerId, rating, _count }) => ({ answerId, score: scoreOfRating(rating) * _count }));
  }

  ofAnswer(answerId: string, args: AnswerFeedbackArguments): AnswerFeedbackPage {
    return this.#pages.of({ field: 'answerId', id: answerId }, args);
  }

  async scoreOf(answerId: string): Promise<number> {
    return (await this.#scores.load(answerId)).reduce((sum, { score }) => sum + score, 0);
  }

  /** Creates or updates the viewer's rating. Of two simultaneous requests one creates the row and the other updates it. */
  async set(input: AnswerFeedbackSetInput): Promise<AnswerFeedbackRow> {
    refuseIf(feedbackProblems(input));
    const { answerId, rating, comment = null } = input;
    const { organizationId: orgId, viewer } = this.#scope;
    const own = { answerId, authorId: viewer.userId };
    const upsert = this.#scope.db.$transaction(async (transaction) => {
      const { count } = await transaction.answerFeedback.createMany({ data: [{ ...own, orgId, rating, comment }], skipDuplicates: true });
      if (count === 0) await transaction.answerFeedback.updateMany({ where: own, data: { rating, comment } });
      return transaction.answerFeedback.findFirst({ where: own });
    });
    const row = await refuseOnViolation(FOREIGN_KEY, answerNotFound, upsert);
    if (!row) throw refusal('CONFLICT', ['input', 'answerId'], 'Another request of yours removed this rating at the same time. Try again.');
    this.#scores.clear(answerId);
    return row;
  }

  async remove(answerId: string): Promise<string> {
    refuseIf(idProblems(['input', 'answerId'], answerId));
    const own = { answerId, authorId: this.#scope.viewer.userId };
    const row = await this.#scope.db.answerFeedback.findFirst({ where: own, select: { id: true } });
    if (!row) throw refusal('NOT_FOUND', ['input', 'answerId'], 'You have not rated an answer with this id.');
    await this.#scope.db.answerFeedback.deleteMany({ where: { id: row.id } });
    this.#scores.clear(answerId);
    return row.id;
  }
}
