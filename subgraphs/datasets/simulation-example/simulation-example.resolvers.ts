import { mutationPayload } from '../../shared/errors/mutation-payload.js';
import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { SimulationExampleResolvers, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import type { ExampleRow } from '../training-example/training-example.store.js';
import { simulationExample, type SimulationExampleContent } from './simulation-example.rules.js';

export const Query = {
  simulationExample: (_, { id }, { trainingExamples }) => trainingExamples.byId('SIMULATION', parseId(id)),
  simulationExamples: (_, args, { trainingExamples }) => trainingExamples.page('SIMULATION', args),
} satisfies QueryResolvers;

export const Mutation = {
  simulationExampleCreate: (_, { input }, { trainingExamples }) =>
    mutationPayload('simulationExample', trainingExamples.create(simulationExample, input)),
  simulationExampleUpdate: (_, { input }, { trainingExamples }) =>
    mutationPayload('simulationExample', trainingExamples.update(simulationExample, input)),
  simulationExampleDelete: (_, { input }, { trainingExamples }) =>
    mutationPayload('deletedId', trainingExamples.delete('SIMULATION', input.id)),
} satisfies MutationResolvers;

export const SimulationExample: Complete<SimulationExampleResolvers, ExampleRow> = {
  __resolveReference: ({ id }, { trainingExamples }) => trainingExamples.byId('SIMULATION', id),
  corpus: ({ corpusId }, _, { trainingCorpora }) => trainingCorpora.byIdOrThrow(corpusId),
  reviewedBy: ({ reviewedById }) => (reviewedById === null ? null : { id: reviewedById }),
  inputData: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<SimulationExampleContent>(id)).inputData,
  expectedOutput: async ({ id }, _, { trainingExamples }) =>
    (await trainingExamples.contentOf<SimulationExampleContent>(id)).expectedOutput,
  pipelineSteps: async ({ id }, _, { trainingExamples }) => (await trainingExamples.contentOf<SimulationExampleContent>(id)).pipelineSteps,
  businessImpact: async ({ id }, _, { trainingExamples }) =>
    (await trainingExamples.contentOf<SimulationExampleContent>(id)).businessImpact,
};
