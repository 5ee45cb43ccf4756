/** One training: an algorithm and the command line of a program in samples/programs. */
export interface Trial {
  algorithm: string;
  hyperparameters: object;
  program: string;
  /** The arguments of the program between the target and the features. */
  options: readonly string[];
  environment: 'STAGING' | 'PRODUCTION';
}

/** A dataset, the target and features of its models, and the trainings to run on it. */
export interface Experiment {
  dataset: string;
  file: string;
  model: string;
  description: string;
  problemType: 'CLASSIFICATION' | 'REGRESSION';
  target: string;
  features: readonly string[];
  trials: readonly Trial[];
}

const classifiers: readonly Trial[] = [
  {
    algorithm: 'Nearest centroid',
    hyperparameters: { standardize: true },
    program: 'classify.js',
    options: ['nearest-centroid'],
    environment: 'STAGING',
  },
  {
    algorithm: 'k-nearest neighbors',
    hyperparameters: { k: 5, standardize: true },
    program: 'classify.js',
    options: ['nearest-neighbors'],
    environment: 'PRODUCTION',
  },
];

export const experiments: readonly Experiment[] = [
  {
    dataset: 'penguins',
    file: 'penguins.csv',
    model: 'penguin-species',
    description: 'Tells the species of a penguin from four measures of its body.',
    problemType: 'CLASSIFICATION',
    target: 'species',
    features: ['beak_length_mm', 'beak_depth_mm', 'flipper_length_mm', 'body_mass_g'],
    trials: classifiers,
  },
  {
    dataset: 'iris',
    file: 'iris.csv',
    model: 'iris-species',
    description: 'Tells the species of an iris from four measures of its flower.',
    problemType: 'CLASSIFICATION',
    target: 'species',
    features: ['sepal_length_cm', 'sepal_width_cm', 'petal_length_cm', 'petal_width_cm'],
    trials: classifiers,
  },
  {
    dataset: 'seattle-weather',
    file: 'seattle-weather.csv',
    model: 'seattle-daily-high',
    description: 'Estimates the highest temperature of a day in Seattle from its lowest, its rain and its wind.',
    problemType: 'REGRESSION',
    target: 'temp_max',
    features: ['temp_min', 'precipitation', 'wind'],
    trials: [
      {
        algorithm: 'Linear regression',
        hyperparameters: { standardize: true, intercept: true },
        program: 'regress.js',
        options: [],
        environment: 'PRODUCTION',
      },
    ],
  },
];
