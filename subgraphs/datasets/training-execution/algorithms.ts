import type { TrainingAlgorithm } from '../generated/graphql.js';
import { HYPERPARAMETERS, TARGET_KINDS, type Algorithm, type Hyperparameter } from '../learning/hyperparameters.js';

const PROBLEM_TYPES = { number: 'REGRESSION', class: 'CLASSIFICATION' } as const;

/** Returns the algorithms that the platform can train, with their hyperparameters. */
export function trainingAlgorithms(): TrainingAlgorithm[] {
  return Object.entries(HYPERPARAMETERS).map(([algorithm, hyperparameters]) => ({
    name: algorithm as Algorithm,
    problemTypes: TARGET_KINDS[algorithm as Algorithm].map((kind) => PROBLEM_TYPES[kind]),
    hyperparameters: Object.entries<Hyperparameter>(hyperparameters).map(([name, hyperparameter]) => {
      const { description, defaultValue, min, max, isInteger = false } = hyperparameter;
      return { name, description, isWhole: isInteger, initial: defaultValue, min, max };
    }),
  }));
}
