import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { AnswerFeedbackResolvers, MutationResolvers } from '../generated/graphql.js';
import type { AnswerFeedbackRow } from './answer-feedback.store.js';

export const Mutation = {
  answerFeedbackSet: (_, { input }, { answerFeedback }) => mutationPayload('answerFeedback', answerFeedback.set(input)),
  answerFeedbackRemove: (_, { input }, { answerFeedback }) => mutationPayload('deletedId', answerFeedback.remove(input.answerId)),
} satisfies MutationResolvers;

export const AnswerFeedback: Complete<AnswerFeedbackResolvers, AnswerFeedbackRow> = {
  answer: ({ answerId }, _, { answers }) => answers.byIdOrThrow(answerId),
  author: ({ authorId }) => ({ id: authorId }),
};
