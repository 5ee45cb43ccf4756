import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { citationProblems } from '../citation/citation.rules.js';
import type { AnswerRecordInput } from '../generated/graphql.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** 100 years: older than any answer, and within the range of dates. */
const MAX_DAYS = 36_500;

/** Returns the problems of an input that can be found without reading the cited chunks. */
export function answerProblems(input: AnswerRecordInput): UserError[] {
  const problems = [
    ...idProblems(['input', 'sessionId'], input.sessionId),
    ...textProblems(['input', 'question'], input.question, { max: 10_000 }),
    ...textProblems(['input', 'text'], input.text, { max: 100_000 }),
  ];
  if (input.responseTimeMs != null && input.responseTimeMs < 0) {
    problems.push({
      code: 'INVALID',
      field: ['input', 'responseTimeMs'],
      message: `responseTimeMs must not be negative; got ${input.responseTimeMs}.`,
    });
  }
  return [...problems, ...citationProblems(input.citations ?? []), ...idempotencyKeyProblems(input.idempotencyKey)];
}

export function olderThanDaysProblems(days: number): UserError[] {
  const isAllowed = days >= 1 && days <= MAX_DAYS;
  const message = `olderThanDays must be between 1 and ${MAX_DAYS}; got ${days}.`;
  return isAllowed ? [] : [{ code: 'INVALID', field: ['input', 'olderThanDays'], message }];
}

export const subtractDays = (now: number, days: number): Date => new Date(now - days * DAY_MS);
