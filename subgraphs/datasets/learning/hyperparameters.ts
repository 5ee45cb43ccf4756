import { quote, type UserError } from '../../shared/errors/user-error.js';
import { jsonKind } from '../../shared/input/json.js';

/** The algorithms that the platform can train. */
export type Algorithm = 'LINEAR_REGRESSION' | 'LOGISTIC_REGRESSION' | 'GRADIENT_BOOSTED_TREES';

/** The kinds of target that each algorithm can predict. */
export const TARGET_KINDS: Readonly<Record<Algorithm, readonly ('number' | 'class')[]>> = {
  LINEAR_REGRESSION: ['number'],
  LOGISTIC_REGRESSION: ['class'],
  GRADIENT_BOOSTED_TREES: ['number', 'class'],
};

export const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(TARGET_KINDS, name);

/** The definition of a numeric hyperparameter. `min` and `max` are allowed values. */
export interface Hyperparameter {
  readonly defaultValue: number;
  readonly min: number;
  readonly max: number;
  readonly isInteger?: boolean;
  /** Shown to users by the query `trainingAlgorithms`. */
  readonly description: string;
}

/** The settings of the evaluation, which every algorithm has. */
const evaluation = {
  folds: { defaultValue: 5, min: 2, max: 20, isInteger: true, description: 'Number of folds of the cross-validation.' },
  holdout: {
    defaultValue: 0.2,
    min: 0.05,
    max: 0.5,
    description: 'Share of the rows that are held out as the test set. The model is evaluated on them and not trained on them.',
  },
  seed: {
    defaultValue: 0,
    min: 0,
    max: 2 ** 31 - 1,
    isInteger: true,
    description: 'Seed of the random number generator: the same seed gives the same model.',
  },
} satisfies Record<string, Hyperparameter>;

/** The hyperparameters of each algorithm. The descriptions use the terms of scikit-learn and LightGBM. */
export const HYPERPARAMETERS = {
  LINEAR_REGRESSION: {
    ...evaluation,
    l2: {
      defaultValue: 0,
      min: 0,
      max: 1e9,
      description:
        'L2 regularization strength: the sum of the squared coefficients of the standardized features is multiplied by it and ' +
        "added to the sum of squared errors (scikit-learn's Ridge: alpha).",
    },
  },
  LOGISTIC_REGRESSION: {
    ...evaluation,
    l2: {
      defaultValue: 1,
      min: 0,
      max: 1e9,
      description:
        'L2 regularization strength: the sum of the squared coefficients of the standardized features is multiplied by half of it ' +
        "and added to the sum of the log losses (scikit-learn's LogisticRegression: 1 / C).",
    },
    maxIterations: {
      defaultValue: 500,
      min: 1,
      max: 10_000,
      isInteger: true,
      description: 'Maximum number of iterations of the L-BFGS solver.',
    },
  },
  GRADIENT_BOOSTED_TREES: {
    ...evaluation,
    iterations: {
      defaultValue: 100,
      min: 1,
      max: 2000,
      isInteger: true,
      description: 'Number of boosting iterations. Each adds one tree, or one tree per class if there are three or more classes.',
    },
    learningRate: { defaultValue: 0.1, min: 0.001, max: 1, description: "Shrinkage applied to each tree's contribution." },
    maxLeaves: { defaultValue: 31, min: 2, max: 255, isInteger: true, description: 'Maximum number of leaves of a tree.' },
    maxDepth: {
      defaultValue: 6,
      min: 1,
      max: 32,
      isInteger: true,
      description: 'Maximum depth of a tree: the number of splits on the path from the root to a leaf.',
    },
    minRows: { defaultValue: 5, min: 1, max: 1_000_000, isInteger: true, description: 'Minimum number of rows in a leaf.' },
    minHessian: {
      defaultValue: 0.001,
      min: 0,
      max: 1e6,
      description: 'Minimum sum of the hessian (the second derivative of the loss) in a leaf.',
    },
    l2: { defaultValue: 1, min: 0, max: 1e6, description: 'L2 regularization of the leaf values (LightGBM: lambda_l2).' },
    subsample: {
      defaultValue: 1,
      min: 0.1,
      max: 1,
      description: 'Share of the training rows that are drawn, without replacement, for each iteration.',
    },
    earlyStoppingRounds: {
      defaultValue: 0,
      min: 0,
      max: 1000,
      isInteger: true,
      description:
        'Stops if the loss on a tenth of the training rows, held out for this, has not decreased for this number of iterations; ' +
        '0 turns early stopping off.',
    },
  },
} satisfies Record<Algorithm, Record<string, Hyperparameter>>;

/** A value for each hyperparameter of an algorithm. */
export type HyperparametersOf<A extends Algorithm> = Record<keyof (typeof HYPERPARAMETERS)[A], number>;

/** Returns the problems of the given hyperparameters. `field` is the path to them in the input. */
export function hyperparameterProblems(algorithm: Algorithm, given: Readonly<Record<string, unknown>>, field: string[]): UserError[] {
  const known: Readonly<Record<string, Hyperparameter>> = HYPERPARAMETERS[algorithm];
  return Object.entries(given).flatMap(([name, value]): UserError[] => {
    const invalid = (message: string): UserError[] => [{ code: 'INVALID', field: [...field, name], message }];
    if (!Object.hasOwn(known, name))
      return invalid(`${algorithm} has no hyperparameter ${quote(name)}. It has ${Object.keys(known).join(', ')}.`);
    const { min, max, isInteger = false } = known[name]!;
    if (typeof value === 'number' && value >= min && value <= max && (!isInteger || Number.isInteger(value))) return [];
    const got = typeof value === 'number' ? String(value) : jsonKind(value);
    return invalid(`${name} must be ${isInteger ? 'an integer' : 'a number'} between ${min} and ${max}; got ${got}.`);
  });
}

/** Returns the given hyperparameters, which must have no problems, completed by the defaults of the others. */
export function withDefaults<A extends Algorithm>(algorithm: A, given: Readonly<Record<string, unknown>>): HyperparametersOf<A> {
  const defaults = Object.entries<Hyperparameter>(HYPERPARAMETERS[algorithm]).map(([name, { defaultValue }]) => [name, defaultValue]);
  return { ...Object.fromEntries(defaults), ...given } as HyperparametersOf<A>;
}
