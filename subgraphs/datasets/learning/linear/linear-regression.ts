import type { FeatureColumn } from '../table.js';
import { designMatrixOf } from './design-matrix.js';
import { leastSquares } from './least-squares.js';
import type { LinearModel } from './linear-model.js';

/**
 * Fits a linear regression by ordinary least squares, or a ridge regression if `l2` is not 0.
 * @param l2 the penalty on the sum of the squared coefficients of the standardized features; the intercept is not penalized
 */
export function fitLinearRegression(features: readonly FeatureColumn[], target: Float64Array, { l2 }: { l2: number }): LinearModel {
  const design = designMatrixOf(features);
  const means = design.columns.map(meanOf);
  const mean = meanOf(target);
  // Centering makes the intercept a function of the means, so that it is not one of the penalized coefficients.
  const centered = design.columns.map((column, index) => column.map((value) => value - means[index]!));
  const coefficients = leastSquares(
    centered,
    target.map((value) => value - mean),
    l2,
  );
  const intercept = coefficients.reduce((rest, coefficient, index) => rest - coefficient * means[index]!, mean);
  return design.model(coefficients, Float64Array.of(intercept));
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
