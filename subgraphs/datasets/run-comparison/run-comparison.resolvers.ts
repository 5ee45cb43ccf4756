import type { Complete } from '../../shared/schema/complete.js';
import type { AlgorithmComparisonResolvers, QueryResolvers } from '../generated/graphql.js';
import type { AlgorithmComparisonRow } from './run-comparison.store.js';

export const Query = {
  algorithmComparison: (_, args, { runComparisons }) => runComparisons.algorithms(args),
} satisfies QueryResolvers;

export const AlgorithmComparison: Complete<AlgorithmComparisonResolvers, AlgorithmComparisonRow> = {
  dataset: ({ datasetId }, _, { datasets }) => datasets.existing(datasetId),
};
