import { parseId } from '../../shared/input/id.js';
import type { Complete } from '../../shared/schema/complete.js';
import type { AlgorithmComparisonResolvers, QueryResolvers } from '../generated/graphql.js';
import type { AlgorithmComparisonRow } from './run-comparison.store.js';

export const Query = {
  algorithmComparison: (_, args, { runComparisons }) => runComparisons.algorithms(args),
  bestTrainingRun: (_, args, { runComparisons }) => runComparisons.bestOf(parseId(args.datasetId, 'datasetId'), args),
  compareTrainingRuns: (_, args, { runComparisons }) => runComparisons.compare(args),
} satisfies QueryResolvers;

export const AlgorithmComparison: Complete<AlgorithmComparisonResolvers, AlgorithmComparisonRow> = {
  dataset: ({ datasetId }, _, { datasets }) => datasets.byIdOrThrow(datasetId),
};
