import type { TrainingAlgorithm } from '../generated/graphql.js';
import { PREDICTS, SETTINGS, type Algorithm, type Setting } from '../learning/hyperparameters.js';

const PROBLEM_TYPES = { number: 'REGRESSION', class: 'CLASSIFICATION' } as const;

/** What the platform trains with, and how it can be set. */
export function trainingAlgorithms(): TrainingAlgorithm[] {
  return Object.entries(SETTINGS).map(([name, settings]) => ({
    name: name as Algorithm,
    problemTypes: PREDICTS[name as Algorithm].map((kind) => PROBLEM_TYPES[kind]),
    hyperparameters: Object.entries<Setting>(settings).map(([own, { about, isWhole = false, ...range }]) => ({
      name: own,
      description: about,
      isWhole,
      ...range,
    })),
  }));
}
