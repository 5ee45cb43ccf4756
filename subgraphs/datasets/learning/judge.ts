import { labelsOf, probabilitiesOf } from './answer.js';
import { fit, scoresOf, type FitProgress, type Model, type Recipe } from './fit.js';
import { classificationMetrics, regressionMetrics, type Metrics } from './metrics.js';
import { crossValidationSplits, holdoutSplit } from './split.js';
import { tableAt, type Table } from './table.js';

/** A model and how good it is. */
export interface Judged {
  /** Trained on the rows that were not held out. */
  readonly model: Model;
  /** Its figures on the rows held out: those of this very model, which has seen none of them. */
  readonly holdout: Metrics;
  /** The figures of models that were trained alike on all folds of the other rows but one, by that one. */
  readonly folds: readonly Metrics[];
}

/** What is under way: fit number `fit` of `fits`, of which the last is the model's own. */
export interface JudgingProgress extends FitProgress {
  readonly fit: number;
  readonly fits: number;
}

/** Holds out a share of the rows, cross-validates on the others, and trains the model on them. */
export function trainAndJudge(recipe: Recipe, table: Table, onProgress: (progress: JudgingProgress) => void = () => undefined): Judged {
  const { folds, holdout, seed } = recipe.settings;
  const { train, test } = holdoutSplit(table.target, table.rowCount, holdout, seed);
  const training = tableAt(table, train);
  const fits = folds + 1;
  const splits = crossValidationSplits(training.target, training.rowCount, folds, seed);
  const judgedFolds = splits.map((split, index) => {
    const model = fit(recipe, tableAt(training, split.train), (progress) => onProgress({ ...progress, fit: index + 1, fits }));
    return metricsOf(model, tableAt(training, split.test));
  });
  const model = fit(recipe, training, (progress) => onProgress({ ...progress, fit: fits, fits }));
  return { model, holdout: metricsOf(model, tableAt(table, test)), folds: judgedFolds };
}

/** A model's figures on these rows. */
export function metricsOf(model: Model, { features, target }: Table): Metrics {
  const scores = scoresOf(model, features);
  if (target.kind === 'number') return regressionMetrics(target.values, scores);
  const classCount = target.classes.length;
  return classificationMetrics(target.codes, labelsOf(scores, classCount), probabilitiesOf(scores, classCount), classCount);
}

/** The mean of each figure over the folds and its standard deviation between them; folds where it is not defined do not count. */
export function acrossFolds(folds: readonly Metrics[]): Record<string, { mean: number; deviation: number }> {
  return Object.fromEntries(
    Object.keys(folds[0] ?? {}).map((name) => {
      const values = folds.map((fold) => fold[name]!).filter(Number.isFinite);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return [name, { mean, deviation: values.length < 2 ? NaN : Math.sqrt(squares / (values.length - 1)) }];
    }),
  );
}
