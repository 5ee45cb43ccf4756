import * as analysisResult from './analysis-result/analysis-result.resolvers.js';
import * as chatFile from './chat-file/chat-file.resolvers.js';
import * as chatSession from './chat-session/chat-session.resolvers.js';
import * as chatSessionStar from './chat-session-star/chat-session-star.resolvers.js';
import * as chatTurn from './chat-turn/chat-turn.resolvers.js';
import * as dataset from './dataset/dataset.resolvers.js';
import * as user from './user/user.resolvers.js';
import type { MutationResolvers, QueryResolvers, Resolvers, SubscriptionResolvers } from './generated/graphql.js';

const Query = {
  ...chatSession.Query,
  ...chatTurn.Query,
  ...chatFile.Query,
  ...analysisResult.Query,
} satisfies Required<QueryResolvers>;

const Mutation = {
  ...chatSession.Mutation,
  ...chatSessionStar.Mutation,
  ...chatTurn.Mutation,
  ...chatFile.Mutation,
  ...analysisResult.Mutation,
} satisfies Required<MutationResolvers>;

const Subscription = { ...chatSession.Subscription } satisfies Required<SubscriptionResolvers>;

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  ChatSession: chatSession.ChatSession,
  ChatTurn: chatTurn.ChatTurn,
  ChatFile: chatFile.ChatFile,
  AnalysisResult: analysisResult.AnalysisResult,
  User: user.User,
  Dataset: dataset.Dataset,
};
