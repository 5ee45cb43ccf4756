import { predictClassIndexes, predictProbabilities } from './predict.js';
import { fit, predictScores, type FitProgress, type Model, type Estimator } from './fit.js';
import { classificationMetrics, regressionMetrics, type Metrics } from './metrics.js';
import { kFoldSplits, trainTestSplit } from './split.js';
import { takeRows, type Table } from './table.js';

/** A model with its evaluation metrics. */
export interface Evaluation {
  /** The model, fitted to the rows that are not held out. */
  readonly model: Model;
  /** The metrics of this model on the rows that are held out. */
  readonly holdout: Metrics;
  /** The metrics of each fold of a cross-validation on the rows that are not held out. */
  readonly folds: readonly Metrics[];
}

/** The progress of fit number `fit` of `fits`. The last fit is that of the model, the others are those of the cross-validation. */
export interface EvaluationProgress extends FitProgress {
  readonly fit: number;
  readonly fits: number;
}

/** Holds out a share of the rows, cross-validates the estimator on the others, and fits the model to the others. */
export function fitAndEvaluate(
  estimator: Estimator,
  table: Table,
  onProgress: (progress: EvaluationProgress) => void = () => undefined,
): Evaluation {
  const { folds, holdout, seed } = estimator.hyperparameters;
  const { train, test } = trainTestSplit(table.target, table.rowCount, holdout, seed);
  const training = takeRows(table, train);
  const fits = folds + 1;
  const splits = kFoldSplits(training.target, training.rowCount, folds, seed);
  const foldMetrics = splits.map((split, index) => {
    const model = fit(estimator, takeRows(training, split.train), (progress) => onProgress({ ...progress, fit: index + 1, fits }));
    return evaluate(model, takeRows(training, split.test));
  });
  const model = fit(estimator, training, (progress) => onProgress({ ...progress, fit: fits, fits }));
  return { model, holdout: evaluate(model, takeRows(table, test)), folds: foldMetrics };
}

/** Returns the metrics of a model on the rows of a table. */
export function evaluate(model: Model, { features, target }: Table): Metrics {
  const scores = predictScores(model, features);
  if (target.kind === 'number') return regressionMetrics(target.values, scores);
  const classCount = target.classes.length;
  return classificationMetrics(target.codes, predictClassIndexes(scores, classCount), predictProbabilities(scores, classCount), classCount);
}

/** Returns the mean and the sample standard deviation of each metric over the folds. Folds in which the metric is NaN are left out. */
export function aggregateFolds(folds: readonly Metrics[]): Record<string, { mean: number; standardDeviation: number }> {
  return Object.fromEntries(
    Object.keys(folds[0] ?? {}).map((name) => {
      const values = folds.map((fold) => fold[name]!).filter(Number.isFinite);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return [name, { mean, standardDeviation: values.length < 2 ? NaN : Math.sqrt(squares / (values.length - 1)) }];
    }),
  );
}
