import { fitLinearRegression } from './linear/linear-regression.js';
import { linearScores, type LinearModel } from './linear/linear-model.js';
import { fitLogisticRegression } from './linear/logistic-regression.js';
import type { Algorithm, SettingsOf } from './hyperparameters.js';
import { regressionMetrics } from './metrics.js';
import type { FeatureColumn, Table } from './table.js';
import { boost } from './trees/boost.js';
import { treeScores, type TreeModel } from './trees/tree-model.js';

export type Model = LinearModel | TreeModel;

/** An algorithm with its settings. */
export type Recipe = { [A in Algorithm]: { readonly algorithm: A; readonly settings: SettingsOf<A> } }[Algorithm];

/** How far a fit has come: the mean loss of the rows that it learns from. */
export interface FitProgress {
  readonly iteration: number;
  readonly iterations: number;
  readonly trainLoss: number;
  /** On the rows held out to stop early; null without. */
  readonly validationLoss: number | null;
}

/**
 * Trains a model: the same table and recipe give the same model. Each row must have its target.
 * @throws RangeError where the algorithm does not predict this kind of target
 */
export function fit(recipe: Recipe, table: Table, onProgress: (progress: FitProgress) => void = () => undefined): Model {
  const { features, target } = table;
  const { algorithm, settings } = recipe;
  if (algorithm === 'GRADIENT_BOOSTED_TREES') {
    return boost(table, settings, (progress) => onProgress({ ...progress, iterations: settings.iterations }));
  }
  if (algorithm === 'LINEAR_REGRESSION' && target.kind === 'number') {
    const model = fitLinearRegression(features, target.values, settings);
    const trainLoss = regressionMetrics(target.values, linearScores(model, features))['rmse']! ** 2;
    onProgress({ iteration: 1, iterations: 1, trainLoss, validationLoss: null });
    return model;
  }
  if (algorithm === 'LOGISTIC_REGRESSION' && target.kind === 'class') {
    const iterations = settings.maxIterations;
    return fitLogisticRegression(features, target.codes, target.classes.length, settings, (iteration, trainLoss) =>
      onProgress({ iteration, iterations, trainLoss, validationLoss: null }),
    );
  }
  throw new RangeError(`${algorithm} does not predict a target of the kind ${target.kind}.`);
}

/** A model's scores of every row: the prediction, or a score for each class. `columns` are its features, in its order. */
export function scoresOf(model: Model, columns: readonly FeatureColumn[]): Float32Array {
  return model.kind === 'linear' ? linearScores(model, columns) : treeScores(model, columns);
}
