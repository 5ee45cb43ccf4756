import type { UserError } from '../../shared/errors/user-error.js';

/** The algorithms that the platform trains with. */
export type Algorithm = 'LINEAR_REGRESSION' | 'LOGISTIC_REGRESSION' | 'GRADIENT_BOOSTED_TREES';

/** What each of them predicts. */
export const PREDICTS: Readonly<Record<Algorithm, readonly ('number' | 'class')[]>> = {
  LINEAR_REGRESSION: ['number'],
  LOGISTIC_REGRESSION: ['class'],
  GRADIENT_BOOSTED_TREES: ['number', 'class'],
};

export const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(PREDICTS, name);

/** A setting: a number from `min` to `max`. */
export interface Setting {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
  /** What it sets, in words for its users. */
  readonly about: string;
}

/** How every run is judged. */
const judging = {
  folds: { initial: 5, min: 2, max: 20, isWhole: true, about: 'How many parts the cross-validation has.' },
  holdout: { initial: 0.2, min: 0.05, max: 0.5, about: 'The share of the rows that the model is judged by and never sees.' },
  seed: { initial: 0, min: 0, max: 2 ** 31 - 1, isWhole: true, about: 'What draws are made by: the same seed gives the same model.' },
} satisfies Record<string, Setting>;

export const SETTINGS = {
  LINEAR_REGRESSION: {
    ...judging,
    l2: { initial: 0, min: 0, max: 1e9, about: 'What the sum of the squared weights of scaled features costs.' },
  },
  LOGISTIC_REGRESSION: {
    ...judging,
    l2: { initial: 1, min: 0, max: 1e9, about: 'Half of it is what the sum of the squared weights of scaled features costs.' },
    maxIterations: { initial: 500, min: 1, max: 10_000, isWhole: true, about: 'After how many steps it ends where it did not converge.' },
  },
  GRADIENT_BOOSTED_TREES: {
    ...judging,
    iterations: { initial: 100, min: 1, max: 2000, isWhole: true, about: 'How many trees are grown; for three classes or more, for each.' },
    learningRate: { initial: 0.1, min: 0.001, max: 1, about: 'How much of what a tree would mend it does mend.' },
    maxLeaves: { initial: 31, min: 2, max: 255, isWhole: true, about: 'How many leaves a tree has at most.' },
    maxDepth: { initial: 6, min: 1, max: 32, isWhole: true, about: 'How many questions a tree asks at most before it answers.' },
    minRows: { initial: 5, min: 1, max: 1_000_000, isWhole: true, about: 'How many rows a leaf has at least.' },
    minHessian: { initial: 0.001, min: 0, max: 1e6, about: 'How much curvature of the loss a leaf has at least.' },
    l2: { initial: 1, min: 0, max: 1e6, about: 'What the squared value of a leaf costs.' },
    subsample: { initial: 1, min: 0.1, max: 1, about: 'The share of the rows that each tree grows from.' },
    earlyStoppingRounds: {
      initial: 0,
      min: 0,
      max: 1000,
      isWhole: true,
      about: 'Ends after so many iterations without a lower loss on a tenth of the rows, held out for that; 0 never ends early.',
    },
  },
} satisfies Record<Algorithm, Record<string, Setting>>;

/** An algorithm's settings, each with its value. */
export type SettingsOf<A extends Algorithm> = Record<keyof (typeof SETTINGS)[A], number>;

/** What is wrong with the settings that somebody chose, each with the way to it. */
export function settingProblems(algorithm: Algorithm, chosen: Readonly<Record<string, unknown>>, field: string[]): UserError[] {
  const settings: Readonly<Record<string, Setting>> = SETTINGS[algorithm];
  return Object.entries(chosen).flatMap(([name, value]): UserError[] => {
    const invalid = (message: string): UserError[] => [{ code: 'INVALID', field: [...field, name], message }];
    if (!Object.hasOwn(settings, name)) return invalid(`There is no such setting: there are ${Object.keys(settings).join(', ')}.`);
    const { min, max, isWhole } = settings[name]!;
    if (typeof value !== 'number' || !(value >= min && value <= max)) return invalid(`A number from ${min} to ${max}.`);
    return isWhole && !Number.isInteger(value) ? invalid(`A whole number from ${min} to ${max}.`) : [];
  });
}

/** The chosen settings, which have no problems, with the others at what they are initially. */
export function settingsOf<A extends Algorithm>(algorithm: A, chosen: Readonly<Record<string, unknown>>): SettingsOf<A> {
  const initial = Object.entries<Setting>(SETTINGS[algorithm]).map(([name, setting]) => [name, setting.initial]);
  return { ...Object.fromEntries(initial), ...chosen } as SettingsOf<A>;
}
