import type { UserError } from '../../shared/errors/user-error.js';

/** The algorithms that the platform trains with. */
export type Algorithm = 'LINEAR_REGRESSION' | 'LOGISTIC_REGRESSION' | 'GRADIENT_BOOSTED_TREES';

/** A setting: a number from `min` to `max`. */
interface Setting {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
}

/** How every run is judged. */
const judging = {
  folds: { initial: 5, min: 2, max: 20, isWhole: true },
  holdout: { initial: 0.2, min: 0.05, max: 0.5 },
  seed: { initial: 0, min: 0, max: 2 ** 31 - 1, isWhole: true },
} satisfies Record<string, Setting>;

export const SETTINGS = {
  LINEAR_REGRESSION: { ...judging, l2: { initial: 0, min: 0, max: 1e9 } },
  LOGISTIC_REGRESSION: {
    ...judging,
    l2: { initial: 1, min: 0, max: 1e9 },
    maxIterations: { initial: 500, min: 1, max: 10_000, isWhole: true },
  },
  GRADIENT_BOOSTED_TREES: {
    ...judging,
    iterations: { initial: 100, min: 1, max: 2000, isWhole: true },
    learningRate: { initial: 0.1, min: 0.001, max: 1 },
    maxLeaves: { initial: 31, min: 2, max: 255, isWhole: true },
    maxDepth: { initial: 6, min: 1, max: 32, isWhole: true },
    minRows: { initial: 5, min: 1, max: 1_000_000, isWhole: true },
    minHessian: { initial: 0.001, min: 0, max: 1e6 },
    l2: { initial: 1, min: 0, max: 1e6 },
    subsample: { initial: 1, min: 0.1, max: 1 },
    earlyStoppingRounds: { initial: 0, min: 0, max: 1000, isWhole: true },
  },
} satisfies Record<Algorithm, Record<string, Setting>>;

/** An algorithm's settings, each with its value. */
export type SettingsOf<A extends Algorithm> = Record<keyof (typeof SETTINGS)[A], number>;

/** What is wrong with the settings that somebody chose, each with the way to it. */
export function settingProblems(algorithm: Algorithm, chosen: Readonly<Record<string, unknown>>, field: string[]): UserError[] {
  const settings: Record<string, Setting> = SETTINGS[algorithm];
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
