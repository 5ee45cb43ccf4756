import type { CompleteResolvers } from '../shared/schema/complete.js';
import * as analysisResult from './analysis-result/analysis-result.resolvers.js';
import * as chatFile from './chat-file/chat-file.resolvers.js';
import * as chatSession from './chat-session/chat-session.resolvers.js';
import * as chatSessionStar from './chat-session-star/chat-session-star.resolvers.js';
import * as chatTurn from './chat-turn/chat-turn.resolvers.js';
import * as dataset from './dataset/dataset.resolvers.js';
import * as user from './user/user.resolvers.js';
import type { Resolvers, ResolversParentTypes } from './generated/graphql.js';

export const resolvers: CompleteResolvers<Resolvers, ResolversParentTypes> = {
  Query: {
    ...chatSession.Query,
    ...chatTurn.Query,
    ...chatFile.Query,
    ...analysisResult.Query,
  },
  Mutation: {
    ...chatSession.Mutation,
    ...chatSessionStar.Mutation,
    ...chatTurn.Mutation,
    ...chatFile.Mutation,
    ...analysisResult.Mutation,
  },
  Subscription: { ...chatSession.Subscription },
  ChatSession: chatSession.ChatSession,
  ChatTurn: chatTurn.ChatTurn,
  ChatFile: chatFile.ChatFile,
  AnalysisResult: analysisResult.AnalysisResult,
  User: user.User,
  Dataset: dataset.Dataset,
};
