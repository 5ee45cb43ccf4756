import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers, QueryResolvers, TrainingRunResolvers } from '../generated/graphql.js';
import { trainingAlgorithms } from './algorithms.js';

export const Query = {
  trainingAlgorithms,
} satisfies QueryResolvers;

export const Mutation = {
  trainingRunCancel: (_, { input }, { trainingRuns }) => mutationPayload('trainingRun', trainingRuns.cancel(input.id)),
} satisfies MutationResolvers;

export const TrainingRun = {
  artifact: ({ artifactFileId }, _, { storedFiles }) => (artifactFileId === null ? null : storedFiles.byIdOrThrow(artifactFileId)),
} satisfies TrainingRunResolvers;
