import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { CodeExampleResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ExampleRow } from '../training-example/training-example.store.js';
import { codeExample, type CodeExampleContent } from './code-example.rules.js';

export const Query = {
  codeExample: (_, { id }, { trainingExamples }) => trainingExamples.byId('CODE', parseId(id)),
  codeExamples: (_, args, { trainingExamples }) => trainingExamples.page('CODE', args),
} satisfies QueryResolvers;

export const Mutation = {
  codeExampleCreate: (_, { input }, { trainingExamples }) => mutationPayload('codeExample', trainingExamples.create(codeExample, input)),
  codeExampleUpdate: (_, { input }, { trainingExamples }) => mutationPayload('codeExample', trainingExamples.update(codeExample, input)),
  codeExampleDelete: (_, { input }, { trainingExamples }) => mutationPayload('deletedId', trainingExamples.delete('CODE', input.id)),
} satisfies MutationResolvers;

export const CodeExample: Complete<CodeExampleResolvers, ExampleRow> = {
  __resolveReference: ({ id }, { trainingExamples }) => trainingExamples.byId('CODE', id),
  corpus: ({ corpusId }, _, { trainingCorpora }) => trainingCorpora.byIdOrThrow(corpusId),
  reviewedBy: ({ reviewedById }) => (reviewedById === null ? null : { id: reviewedById }),
  code: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<CodeExampleContent>(id)).code,
  explanation: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<CodeExampleContent>(id)).explanation,
  testCode: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<CodeExampleContent>(id)).testCode,
  refactoredCode: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<CodeExampleContent>(id)).refactoredCode,
  securityIssues: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<CodeExampleContent>(id)).securityIssues,
};
