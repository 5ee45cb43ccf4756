import type { CompleteResolvers } from '../shared/schema/complete.js';
import * as answer from './answer/answer.resolvers.js';
import * as answerFeedback from './answer-feedback/answer-feedback.resolvers.js';
import * as citation from './citation/citation.resolvers.js';
import * as collection from './collection/collection.resolvers.js';
import * as discoveryTool from './discovery-tool/discovery-tool.resolvers.js';
import * as document from './document/document.resolvers.js';
import * as documentChunk from './document-chunk/document-chunk.resolvers.js';
import * as documentIngest from './document-ingest/document-ingest.resolvers.js';
import * as documentStatistics from './document-statistics/document-statistics.resolvers.js';
import type { Resolvers, ResolversParentTypes } from './generated/graphql.js';
import * as search from './search/search.resolvers.js';
import * as useCase from './use-case/use-case.resolvers.js';
import * as user from './user/user.resolvers.js';

export const resolvers: CompleteResolvers<Resolvers, ResolversParentTypes> = {
  Query: {
    ...collection.Query,
    ...document.Query,
    ...documentChunk.Query,
    ...answer.Query,
    ...documentStatistics.Query,
    ...search.Query,
  },
  Mutation: {
    ...collection.Mutation,
    ...document.Mutation,
    ...documentIngest.Mutation,
    ...answer.Mutation,
    ...answerFeedback.Mutation,
  },
  Collection: collection.Collection,
  Document: document.Document,
  DocumentIngestPayload: documentIngest.DocumentIngestPayload,
  DocumentChunk: documentChunk.DocumentChunk,
  Answer: answer.Answer,
  Citation: citation.Citation,
  SearchResult: search.SearchResult,
  SearchHit: search.SearchHit,
  AnswerFeedback: answerFeedback.AnswerFeedback,
  UseCase: useCase.UseCase,
  DiscoveryTool: discoveryTool.DiscoveryTool,
  User: user.User,
};
