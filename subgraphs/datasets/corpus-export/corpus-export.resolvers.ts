import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import type { MutationResolvers } from '../generated/graphql.js';

export const Mutation = {
  trainingCorpusExport: (_, { input }, { corpusExports }) => mutationPayload('export', corpusExports.export(input)),
} satisfies MutationResolvers;
