import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { MutationResolvers, QueryResolvers, TrainingCorpusResolvers } from '../generated/graphql.js';
import type { CorpusRow } from './training-corpus.store.js';

export const Query = {
  trainingCorpus: (_, { id }, { trainingCorpora }) => trainingCorpora.byId(parseId(id)),
  trainingCorpora: (_, args, { trainingCorpora }) => trainingCorpora.page(args),
} satisfies QueryResolvers;

export const Mutation = {
  trainingCorpusCreate: (_, { input }, { trainingCorpora }) => mutationPayload('trainingCorpus', trainingCorpora.create(input)),
  trainingCorpusUpdate: (_, { input }, { trainingCorpora }) => mutationPayload('trainingCorpus', trainingCorpora.update(input)),
  trainingCorpusDelete: (_, { input }, { trainingCorpora }) => mutationPayload('deletedId', trainingCorpora.delete(input.id)),
} satisfies MutationResolvers;

export const TrainingCorpus: Complete<TrainingCorpusResolvers, CorpusRow> = {
  __resolveReference: ({ id }, { trainingCorpora }) => trainingCorpora.byId(id),
  useCases: ({ useCaseIds }) => useCaseIds.map((id) => ({ id })),
  recordCount: async ({ id }, _, { trainingCorpora }) => (await trainingCorpora.summaryOf(id)).recordCount,
  clearedCount: async ({ id }, _, { trainingCorpora }) => (await trainingCorpora.summaryOf(id)).clearedCount,
  averageQualityScore: async ({ id }, _, { trainingCorpora }) => (await trainingCorpora.summaryOf(id)).averageQualityScore,
  snapshot: ({ snapshotFileId }, _, { storedFiles }) => (snapshotFileId === null ? null : storedFiles.byId(snapshotFileId)),
  conversationExamples: ({ id }, args, { trainingExamples }) => trainingExamples.pageOf('CONVERSATION', 'corpusId', id, args),
  simulationExamples: ({ id }, args, { trainingExamples }) => trainingExamples.pageOf('SIMULATION', 'corpusId', id, args),
  codeExamples: ({ id }, args, { trainingExamples }) => trainingExamples.pageOf('CODE', 'corpusId', id, args),
};
