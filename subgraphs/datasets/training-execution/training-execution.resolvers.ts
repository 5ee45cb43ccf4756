import { answer } from '../../shared/errors/answer.js';
import type { MutationResolvers, QueryResolvers, TrainingRunResolvers } from '../generated/graphql.js';
import { trainingAlgorithms } from './algorithms.js';

export const Query = {
  trainingAlgorithms,
} satisfies QueryResolvers;

export const Mutation = {
  trainingRunCancel: (_, { input }, { trainingRuns }) => answer('trainingRun', trainingRuns.cancel(input.id)),
} satisfies MutationResolvers;

export const TrainingRun = {
  artifact: ({ artifactFileId }, _, { storedFiles }) => (artifactFileId === null ? null : storedFiles.existing(artifactFileId)),
} satisfies TrainingRunResolvers;
