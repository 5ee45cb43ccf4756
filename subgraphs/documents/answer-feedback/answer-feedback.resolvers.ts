import { answer } from '../../shared/errors/answer.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { AnswerFeedbackResolvers, MutationResolvers } from '../generated/graphql.js';
import type { AnswerFeedbackRow } from './answer-feedback.store.js';

export const Mutation = {
  answerFeedbackSet: (_, { input }, { answerFeedback }) => answer('answerFeedback', answerFeedback.set(input)),
  answerFeedbackRemove: (_, { input }, { answerFeedback }) => answer('deletedId', answerFeedback.remove(input.answerId)),
} satisfies MutationResolvers;

export const AnswerFeedback: Complete<AnswerFeedbackResolvers, AnswerFeedbackRow> = {
  answer: ({ answerId }, _, { answers }) => answers.existing(answerId),
  author: ({ authorId }) => ({ id: authorId }),
};
