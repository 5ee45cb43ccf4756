import { fitLinearRegression } from './linear/linear-regression.js';
import { linearScores, type LinearModel } from './linear/linear-model.js';
import { fitLogisticRegression } from './linear/logistic-regression.js';
import type { Algorithm, HyperparametersOf } from './hyperparameters.js';
import { regressionMetrics } from './metrics.js';
import type { FeatureColumn, Table } from './table.js';
import { fitGradientBoosting } from './trees/gradient-boosting.js';
import { treeScores, type TreeModel } from './trees/tree-model.js';

/** A fitted model. */
export type Model = LinearModel | TreeModel;

/** An algorithm with the values of its hyperparameters, as scikit-learn's estimators. */
export type Estimator = { [A in Algorithm]: { readonly algorithm: A; readonly hyperparameters: HyperparametersOf<A> } }[Algorithm];

/** The progress of a fit after an iteration. Losses are means over rows. */
export interface FitProgress {
  readonly iteration: number;
  readonly iterations: number;
  readonly trainLoss: number;
  /** The loss on the rows that are held out for early stopping; null if early stopping is off. */
  readonly validationLoss: number | null;
}

/**
 * Fits a model to a table whose rows all have a target. Deterministic: the same table and estimator give the same model.
 * @throws RangeError if the algorithm cannot predict this kind of target
 */
export function fit(estimator: Estimator, table: Table, onProgress: (progress: FitProgress) => void = () => undefined): Model {
  const { features, target } = table;
  const { algorithm, hyperparameters } = estimator;
  if (algorithm === 'GRADIENT_BOOSTED_TREES') {
    return fitGradientBoosting(table, hyperparameters, (progress) => onProgress({ ...progress, iterations: hyperparameters.iterations }));
  }
  if (algorithm === 'LINEAR_REGRESSION' && target.kind === 'number') {
    const model = fitLinearRegression(features, target.values, hyperparameters);
    const trainLoss = regressionMetrics(target.values, linearScores(model, features))['rmse']! ** 2;
    onProgress({ iteration: 1, iterations: 1, trainLoss, validationLoss: null });
    return model;
  }
  if (algorithm === 'LOGISTIC_REGRESSION' && target.kind === 'class') {
    const iterations = hyperparameters.maxIterations;
    return fitLogisticRegression(features, target.codes, target.classes.length, hyperparameters, (iteration, trainLoss) =>
      onProgress({ iteration, iterations, trainLoss, validationLoss: null }),
    );
  }
  throw new RangeError(`${algorithm} cannot predict a target of kind ${target.kind}.`);
}

/**
 * Returns the raw scores of every row: one number for a regression, one score per class for a classification. `columns` are
 * the model's features in the model's order.
 */
export function predictScores(model: Model, columns: readonly FeatureColumn[]): Float32Array {
  return model.kind === 'linear' ? linearScores(model, columns) : treeScores(model, columns);
}
