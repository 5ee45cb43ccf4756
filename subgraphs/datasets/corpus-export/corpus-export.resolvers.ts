import { answer } from '../../shared/errors/answer.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  trainingCorpusExport: (_, { input }, { corpusExports }) => answer('export', corpusExports.export(input)),
} satisfies MutationResolvers;
