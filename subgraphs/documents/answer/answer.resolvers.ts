import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { AnswerResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { AnswerRow } from './answer.store.js';

export const Query = {
  answer: (_, { id }, { answers }) => answers.byId(parseId(id)),
  answers: (_, args, { answers }) => answers.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  answerRecord: (_, { input }, { answers }) => mutationPayload('answer', answers.record(input)),
  answerDelete: (_, { input }, { answers }) => mutationPayload('deletedId', answers.delete(input.id)),
  answersPurge: (_, { input }, { answers }) => mutationPayload('purge', answers.purge(input)),
} satisfies MutationResolvers;

export const Answer: Complete<AnswerResolvers, AnswerRow> = {
  __resolveReference: ({ id }, { answers }) => answers.byId(id),
  user: ({ userId }) => ({ id: userId }),
  citations: ({ id }, _, { citations }) => citations.ofAnswer(id),
  feedback: ({ id }, args, { answerFeedback }) => answerFeedback.ofAnswer(id, args),
  feedbackScore: ({ id }, _, { answerFeedback }) => answerFeedback.scoreOf(id),
};
