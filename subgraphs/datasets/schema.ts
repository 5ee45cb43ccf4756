import * as dataset from './dataset/dataset.resolvers.js';
import * as storedFile from './stored-file/stored-file.resolvers.js';
import * as trainingRun from './training-run/training-run.resolvers.js';
import type { MutationResolvers, QueryResolvers, Resolvers } from './generated/graphql.js';

const Query = {
  ...dataset.Query,
  ...storedFile.Query,
  ...trainingRun.Query,
} satisfies Required<QueryResolvers>;

const Mutation = {
  ...dataset.Mutation,
  ...storedFile.Mutation,
  ...trainingRun.Mutation,
} satisfies Required<MutationResolvers>;

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Dataset: dataset.Dataset,
  StoredFile: storedFile.StoredFile,
  TrainingRun: trainingRun.TrainingRun,
};
