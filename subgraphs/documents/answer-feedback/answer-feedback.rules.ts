import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { AnswerFeedbackSetInput, AnswerRating } from '../generated/graphql.js';

export const feedbackProblems = ({ answerId, comment }: AnswerFeedbackSetInput): UserError[] => [
  ...idProblems(['input', 'answerId'], answerId),
  ...textProblems(['input', 'comment'], comment, { max: 5_000 }),
];

/** Returns the number that one rating adds to the feedback score of an answer. */
export const scoreOfRating = (rating: AnswerRating): number => (rating === 'HELPFUL' ? 1 : -1);
